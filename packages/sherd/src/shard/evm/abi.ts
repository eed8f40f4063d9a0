/**
 * The little of Solidity's ABI that the system contract needs: words, addresses, one level of `bytes`. Reading is
 * strict: what Solidity would revert on is refused here.
 */
import { type Address, bytesToBigInt, concatBytes, utf8ToBytes, wordToBytes } from '../../base/index.ts';
import { keccak256 } from '../../crypto/hash.ts';

/** A value to encode: `bytes` when dynamic, else one word. */
export type AbiValue = bigint | Uint8Array;

/** First four bytes of the hash of a function's signature, as hex without 0x. */
export function selectorOf(signature: string): number {
  return new DataView(keccak256(utf8ToBytes(signature)).buffer).getUint32(0);
}

/** Topic of an event, as a word. */
export function topicOf(signature: string): bigint {
  return bytesToBigInt(keccak256(utf8ToBytes(signature)));
}

/** Reads the arguments of a call; every reader gives undefined for data that does not fit its type. */
export interface AbiReader {
  word(index: number): bigint | undefined;
  /** A word below `limit`. */
  uint(index: number, limit: number): number | undefined;
  address(index: number): Address | undefined;
  bytes(index: number): Uint8Array | undefined;
}

/** Reader over the arguments (the data without its selector). */
export function abiReader(args: Uint8Array): AbiReader {
  const word = (index: number): bigint | undefined => wordAt(args, 32 * index);
  const uint = (index: number, limit: number): number | undefined => {
    const value = word(index);
    return value !== undefined && value < BigInt(limit) ? Number(value) : undefined;
  };
  return {
    word,
    uint,
    address(index) {
      const value = word(index);
      if (value === undefined || value >> 160n !== 0n) return undefined;
      return `0x${value.toString(16).padStart(40, '0')}`;
    },
    bytes(index) {
      const offset = uint(index, args.length);
      if (offset === undefined) return undefined;
      const length = wordAt(args, offset);
      const start = offset + 32;
      if (length === undefined || length > BigInt(args.length - start)) return undefined;
      return args.slice(start, start + Number(length));
    },
  };
}

function wordAt(args: Uint8Array, offset: number): bigint | undefined {
  return offset + 32 <= args.length ? bytesToBigInt(args.subarray(offset, offset + 32)) : undefined;
}

/** Arguments or return values: words in place, `bytes` behind them. */
export function encodeAbi(values: readonly AbiValue[]): Uint8Array {
  const heads: Uint8Array[] = [];
  const tails: Uint8Array[] = [];
  let offset = 32 * values.length;
  for (const value of values) {
    if (typeof value === 'bigint') {
      heads.push(wordToBytes(value));
      continue;
    }
    heads.push(wordToBytes(BigInt(offset)));
    const padding = new Uint8Array((32 - (value.length % 32)) % 32);
    const tail = concatBytes(wordToBytes(BigInt(value.length)), value, padding);
    tails.push(tail);
    offset += tail.length;
  }
  return concatBytes(...heads, ...tails);
}

/** Call data: selector and arguments. */
export function encodeCall(signature: string, values: readonly AbiValue[]): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, selectorOf(signature));
  return concatBytes(out, encodeAbi(values));
}

/** Revert data that tools show as a sentence: Solidity's Error(string). */
export function encodeError(message: string): Uint8Array {
  return encodeCall('Error(string)', [utf8ToBytes(message)]);
}
