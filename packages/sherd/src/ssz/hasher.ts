/**
 * The one SHA-256 of two chunks under every SSZ root and Merkle tree. Importing this file also tells the SSZ library
 * to use the same WebAssembly (its default is several times slower, with equal results).
 */
import { digest2Bytes32Into } from '@chainsafe/as-sha256';
import { setHasher } from '@chainsafe/persistent-merkle-tree';
import { hasher as wasmHasher } from '@chainsafe/persistent-merkle-tree/hasher/as-sha256';

setHasher(wasmHasher);

/** Depth up to which {@link zeroHash} is tabulated; no tree of ours is deeper. */
const MAX_DEPTH = 64;

/** 32 zero bytes: the empty chunk. Shared, so never write to it. */
export const ZERO_CHUNK: Uint8Array = new Uint8Array(32);

/** SHA-256(left ‖ right) of two 32-byte chunks. */
export function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  // Into an array of our own: the library's are slices of a pool, which messages between threads would copy whole.
  const out = new Uint8Array(32);
  digest2Bytes32Into(left, right, out);
  return out;
}

const zeroHashes: Uint8Array[] = [ZERO_CHUNK];
for (let depth = 1; depth <= MAX_DEPTH; depth++) {
  zeroHashes.push(hashPair(zeroHashes[depth - 1]!, zeroHashes[depth - 1]!));
}

/** Root of a tree of `depth` levels (0..64) whose leaves are all zero. Shared, so never write to it. */
export function zeroHash(depth: number): Uint8Array {
  return zeroHashes[depth]!;
}
