/** Blocks without execution: headers, receipts, blooms, withdrawals, requests, base fee, blob gas, difficulty, seals. */
export * from './baseFee.ts';
export * from './blobGas.ts';
export * from './block.ts';
export * from './bloom.ts';
export * from './difficulty.ts';
export * from './ethash.ts';
export * from './header.ts';
export * from './ommers.ts';
export * from './receipt.ts';
export * from './requests.ts';
export * from './validateHeader.ts';
