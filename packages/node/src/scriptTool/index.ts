/** Trying scripts out in memory: what tests of scripts import as `@sherd/node/script`. */
export * from './testShard.ts';
export * from './trace.ts';
