/** The beacon chain: its state, operations, proofs and transition. */
export * from './block.ts';
export * from './claims.ts';
export * from './committees.ts';
export * from './domains.ts';
export type { BeaconEffects } from './draft.ts';
export { EXIT_NEVER } from './draft.ts';
export * from './env.ts';
export * from './genesis.ts';
export { crosslinkQuorum, shardHeaderRoot } from './operations/crosslink.ts';
export { registrationFee } from './operations/newExecutionScript.ts';
export { depositRoot } from './operations/newValidator.ts';
export * from './params.ts';
export { isConsumed, receiptRoot, withdrawalAccumulator } from './receipts.ts';
export * from './slot.ts';
export * from './state.ts';
export { stateRoot } from './stateTree.ts';
export * from './types.ts';
export * from './view.ts';
