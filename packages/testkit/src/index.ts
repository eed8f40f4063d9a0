export * from './beaconChain.ts';
export * from './scriptWorld.ts';
export * from './wasmAssembler.ts';
export * from './wasmRandom.ts';
