export * from './blobGas.ts';
export * from './bloom.ts';
export * from './receipt.ts';
