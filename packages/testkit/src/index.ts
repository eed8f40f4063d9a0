export * from './beaconChain.ts';
export * from './blobs.ts';
export * from './bytecode.ts';
export * from './machine.ts';
export * from './scriptNetwork.ts';
export * from './shardNetwork.ts';
export * from './wasmAssembler.ts';
export * from './wasmRandom.ts';
