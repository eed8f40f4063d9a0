export { blockFacts } from './blockFacts.ts';
export { createEngine } from './jobs.ts';
export * from './pool.ts';
export type * from './protocol.ts';
