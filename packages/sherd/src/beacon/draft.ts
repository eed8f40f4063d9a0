/**
 * The state while a block is applied to it. The lists are copied once, and operations put new elements into them; the
 * state that the block builds on stays as it was. An operation makes all its checks before its first change, so a
 * refused one leaves the draft untouched.
 */
import { SherdError } from '../base/index.ts';
import type { AccumulatorNode } from '../trie/accumulator.ts';
import { isActive } from './committees.ts';
import type { ChainParams } from './params.ts';
import type { BeaconState } from './state.ts';
import type { Receipt, Validator } from './types.ts';

/** What a block leaves besides the new state, for whoever keeps the store. */
export interface BeaconEffects {
  /** Withdrawal receipts in the order of their indexes. */
  readonly receipts: Receipt[];
  /** Complete subtrees of the withdrawal receipts' accumulator. */
  readonly accumulatorNodes: AccumulatorNode[];
  /** Code of new scripts, content-addressed by its SHA-256. */
  readonly codes: { readonly codeHash: Uint8Array; readonly code: Uint8Array }[];
  /** Receipts of shards that were consumed here. */
  readonly consumed: { readonly source: number; readonly index: bigint }[];
}

export interface BeaconDraft {
  /** Its top-level fields and lists may be written; elements of lists are replaced, never changed. */
  readonly state: BeaconState;
  readonly effects: BeaconEffects;
}

export const EXIT_NEVER = 2n ** 64n - 1n;

export function draftOf(state: BeaconState): BeaconDraft {
  return {
    state: {
      ...state,
      validators: state.validators.slice(),
      executionScripts: state.executionScripts.slice(),
      crosslinks: state.crosslinks.slice(),
      consumedReceipts: state.consumedReceipts.slice(),
    },
    effects: { receipts: [], accumulatorNodes: [], codes: [], consumed: [] },
  };
}

/**
 * Slot from which a change of the registry made now takes effect. Everybody who knows a state of the root window then
 * sees the same committees.
 */
export function registrySlot(params: ChainParams, state: BeaconState): bigint {
  return state.slot + BigInt(params.rootWindow) + 1n;
}

/**
 * Refuses a payment that cannot be made: more than the balance, or one that would leave the chain without validators.
 * @throws SherdError INSUFFICIENT_BALANCE, LAST_VALIDATOR
 */
export function checkPayment(params: ChainParams, state: BeaconState, index: number, amount: bigint): void {
  const validator = state.validators[index]!;
  if (validator.balance < amount) {
    throw new SherdError(
      'INSUFFICIENT_BALANCE',
      `validator ${index} has ${validator.balance} gwei, the operation takes ${amount}`,
      { have: validator.balance, want: amount },
    );
  }
  if (!leaves(params, validator, amount)) return;
  const from = registrySlot(params, state);
  if (!state.validators.some((other, i) => i !== index && isActive(other, from))) {
    throw new SherdError('LAST_VALIDATOR', `validator ${index} is the last one and keeps ${params.minDeposit} gwei`, {
      have: validator.balance - amount,
      want: params.minDeposit,
    });
  }
}

/** Takes a checked payment and counts the nonce up. Whoever keeps less than the smallest deposit leaves the registry. */
export function takePayment(params: ChainParams, state: BeaconState, index: number, amount: bigint): void {
  const validator = state.validators[index]!;
  state.validators[index] = {
    ...validator,
    balance: validator.balance - amount,
    nonce: validator.nonce + 1n,
    exitSlot: leaves(params, validator, amount) ? registrySlot(params, state) : validator.exitSlot,
  };
}

/** Moves gwei to a script, or away from it when negative. */
export function creditScript(state: BeaconState, id: number, amount: bigint): void {
  const script = state.executionScripts[id]!;
  state.executionScripts[id] = { ...script, balance: script.balance + amount };
}

function leaves(params: ChainParams, validator: Validator, amount: bigint): boolean {
  return validator.exitSlot === EXIT_NEVER && validator.balance - amount < params.minDeposit;
}
