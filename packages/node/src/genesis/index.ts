export * from './genesis.ts';
export * from './gethGenesis.ts';
export * from './keys.ts';
