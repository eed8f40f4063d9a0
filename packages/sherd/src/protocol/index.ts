/** The rules as data: instructions, forks with prices and rules, and when a chain changes from one to the next. */
export type { BlobParameters } from './blobParameters.ts';
export * from './blobRules.ts';
export * from './chain.ts';
export * from './drafts.ts';
export * from './extraEips.ts';
export * from './forks.ts';
export * from './gethConfig.ts';
export * from './opcodes.ts';
export * from './rules.ts';
