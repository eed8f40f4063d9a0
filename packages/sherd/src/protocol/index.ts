export * from './chain.ts';
export * from './forks.ts';
export * from './gethConfig.ts';
export * from './opcodes.ts';
export * from './rules.ts';
