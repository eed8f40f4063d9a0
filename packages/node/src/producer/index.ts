export { asShardTransaction } from './candidates.ts';
export * from './chain.ts';
export * from './loop.ts';
export { type CommittedSlot, deliverClaims, makeSlot, slotHasWork } from './slot.ts';
