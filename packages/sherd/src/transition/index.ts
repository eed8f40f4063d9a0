export * from './call.ts';
export * from './delegation.ts';
export * from './execute.ts';
export * from './gasPool.ts';
export * from './intrinsicGas.ts';
export * from './transaction.ts';
export * from './validate.ts';
