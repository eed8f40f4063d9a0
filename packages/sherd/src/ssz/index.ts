/** What SSZ needs beside its library: the one hasher, Merkle branches, strict decoding, lists for browsers too. */
export { BitArray } from '@chainsafe/ssz';
export * from './branch.ts';
export * from './decode.ts';
export * from './hasher.ts';
export * from './lists.ts';
