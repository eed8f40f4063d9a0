export * from './address.ts';
export * from './bytes.ts';
export * from './errors.ts';
export * from './hex.ts';
export * from './words.ts';
