/** Transactions of every type: encode, decode, sign, recover the sender, check what needs no state. */
export * from './blobSidecar.ts';
export * from './codec.ts';
export * from './signing.ts';
export * from './types.ts';
export * from './validate.ts';
