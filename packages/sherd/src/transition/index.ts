/** What changes a state: a transaction, a block, a chain with branches; and calls that change nothing. */
export * from './block.ts';
export * from './call.ts';
export * from './chain.ts';
export * from './daoFork.ts';
export * from './delegation.ts';
export * from './execute.ts';
export * from './gasPool.ts';
export * from './intrinsicGas.ts';
export * from './systemCalls.ts';
export * from './transaction.ts';
export * from './validate.ts';
