/** Authenticated maps and lists: Patricia trie, sparse Merkle tree, append-only accumulator, and their proofs. */
export * from './accumulator.ts';
export * from './build.ts';
export { decodePath, encodePath } from './nibbles.ts';
export * from './proof.ts';
export * from './sparse.ts';
export * from './trie.ts';
