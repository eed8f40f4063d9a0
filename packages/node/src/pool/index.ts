export * from './checkEthereum.ts';
export * from './ethereumPool.ts';
export * from './operationPool.ts';
export * from './scriptPool.ts';
