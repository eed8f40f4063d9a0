export * from './evm/call.ts';
export * from './input.ts';
export * from './outcome.ts';
export * from './state.ts';
export * from './store.ts';
