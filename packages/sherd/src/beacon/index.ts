export * from './params.ts';
export * from './state.ts';
export * from './types.ts';
export * from './view.ts';
