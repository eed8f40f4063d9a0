/** What everything stands on: bytes, hex, 256-bit words, RLP, addresses, coded errors (`SherdError`). */
export * from './address.ts';
export * from './bytes.ts';
export * from './errors.ts';
export * from './hex.ts';
export * from './rlp.ts';
export * from './rlpFields.ts';
export * from './words.ts';
