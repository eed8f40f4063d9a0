export * from './build.ts';
export * from './proof.ts';
export * from './trie.ts';
