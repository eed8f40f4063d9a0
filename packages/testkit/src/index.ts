export * from './beaconChain.ts';
export * from './scriptWorld.ts';
export * from './wasmAssembler.ts';
export * from './wasmRandom.ts';
export * from './shardNetwork.ts';
export * from './shardStore.ts';
export * from './scriptNetwork.ts';
