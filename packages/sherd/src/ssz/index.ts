export { BitArray } from '@chainsafe/ssz';
export * from './branch.ts';
export * from './decode.ts';
export * from './hasher.ts';
export * from './lists.ts';
