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
  /** A look at the data itself, however long it is: who keeps it pays for the copy first. */
  bytes(index: number): Uint8Array | undefined;
}

/** Reader over the arguments, which begin at `start` (behind a selector). */
export function abiReader(data: Uint8Array, start = 0): AbiReader {
  return new Arguments(data, start);
}

class Arguments implements AbiReader {
  readonly #data: Uint8Array;
  readonly #start: number;

  constructor(data: Uint8Array, start: number) {
    this.#data = data;
    this.#start = start;
  }

  word(index: number): bigint | undefined {
    return this.#wordAt(32 * index);
  }

  uint(index: number, limit: number): number | undefined {
    const value = this.word(index);
    return value !== undefined && value < BigInt(limit) ? Number(value) : undefined;
  }

  address(index: number): Address | undefined {
    const value = this.word(index);
    if (value === undefined || value >> 160n !== 0n) return undefined;
    return `0x${value.toString(16).padStart(40, '0')}`;
  }

  bytes(index: number): Uint8Array | undefined {
    const size = this.#data.length - this.#start;
    const offset = this.uint(index, Math.max(0, size));
    if (offset === undefined) return undefined;
    const length = this.#wordAt(offset);
    const begin = offset + 32;
    if (length === undefined || length > BigInt(size - begin)) return undefined;
    return this.#data.subarray(this.#start + begin, this.#start + begin + Number(length));
  }

  #wordAt(offset: number): bigint | undefined {
    const at = this.#start + offset;
    return at + 32 <= this.#data.length ? bytesToBigInt(this.#data.slice(at, at + 32)) : undefined;
  }
}

/** Arguments or return values: words in place, `bytes` behind them. */
export function encodeAbi(values: readonly AbiValue[]): Uint8Array {
  const [first] = values;
  if (values.length === 1 && typeof first === 'bigint') return wordToBytes(first);
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
  return concatBytes(keccak256(utf8ToBytes(signature)).slice(0, 4), encodeAbi(values));
}

const ERROR_SELECTOR = keccak256(utf8ToBytes('Error(string)')).slice(0, 4);

/** Revert data that tools show as a sentence: Solidity's Error(string). */
export function encodeError(message: string): Uint8Array {
  return concatBytes(ERROR_SELECTOR, encodeAbi([utf8ToBytes(message)]));
}
