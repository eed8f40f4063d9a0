export * from './genesis.ts';
export * from './keys.ts';
