export * from './beaconChain.ts';
