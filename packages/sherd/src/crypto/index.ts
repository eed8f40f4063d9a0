export * from './bls.ts';
export * from './hash.ts';
