/** A shard: state, blocks, gas pool, receipts, proofs, and the script that is the Ethereum virtual machine. */

export type { RunWatch } from './blockRun.ts';
export { type Books, encodeBooks } from './evm/books.ts';
export * from './evm/call.ts';
export { CLAIM_TYPE, claimGas, encodeClaimTransaction } from './evm/claim.ts';
export { evmChainId, INITIAL_BASE_FEE, nextBaseFee, SHARD_FORK } from './evm/context.ts';
export { EVM_SCRIPT_GAS, MAX_MESSAGE_GAS } from './evm/gas.ts';
export { accountKey, BOOKS_KEY, codeKey, slotKey } from './evm/keys.ts';
export {
  EvmMessage,
  MESSAGE_KIND,
  mirrorOfAccount,
  mirrorOfScript,
  mirrorOfValidator,
} from './evm/messages.ts';
export type { AccountOverride } from './evm/overrides.ts';
export { evmReceiptHash } from './evm/result.ts';
export { createEvmScript } from './evm/script.ts';
export * from './evm/simulate.ts';
export { SYSTEM_CONTRACT } from './evm/systemContract.ts';
export { addressOfScript } from './evmCode/run.ts';
export { CODE_SYSTEM_FUNCTIONS } from './evmCode/systemContract.ts';
export { createEwasmContracts } from './ewasmContracts.ts';
export * from './gasPool.ts';
export * from './genesis.ts';
export { shardBlockSigningRoot } from './header.ts';
export * from './input.ts';
export { EVM_SCRIPT } from './journal.ts';
export * from './memoryStore.ts';
export * from './memoryWorld.ts';
export * from './outcome.ts';
export * from './poke.ts';
export * from './proof.ts';
export * from './state.ts';
export { decodeObject, encodeObject, FOREVER, objectRoot } from './storageObject.ts';
export * from './store.ts';
export * from './transition.ts';
