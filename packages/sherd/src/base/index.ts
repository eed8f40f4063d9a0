export * from './address.ts';
export * from './bytes.ts';
export * from './errors.ts';
export * from './hex.ts';
export * from './rlp.ts';
export * from './rlpFields.ts';
export * from './words.ts';
