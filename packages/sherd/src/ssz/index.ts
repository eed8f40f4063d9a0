export * from './branch.ts';
export * from './hasher.ts';
