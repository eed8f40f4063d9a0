/**
 * Time without blocks. The root of an empty slot is the root that the latest block left, so that a gap of any length
 * costs one hash of the state and at most `rootWindow` writes into the ring.
 */
import { equalBytes, SherdError } from '../base/index.ts';
import { ZERO_CHUNK } from '../ssz/index.ts';
import type { ChainParams } from './params.ts';
import type { BeaconState } from './state.ts';
import { stateRoot } from './stateTree.ts';

/**
 * The state as the block of `slot` finds it: the ring filled up to `slot - 1`, the parent's header completed.
 * @throws SherdError SLOT_NOT_LATER unless `slot` is after the state's.
 */
export function advanceToSlot(params: ChainParams, state: BeaconState, slot: bigint): BeaconState {
  if (slot <= state.slot) {
    throw new SherdError('SLOT_NOT_LATER', `slot ${slot}, want one after ${state.slot}`, {
      have: slot,
      want: state.slot + 1n,
    });
  }
  const header = latestHeader(params, state);
  const window = BigInt(params.rootWindow);
  const recentStateRoots = state.recentStateRoots.slice();
  const first = slot - state.slot > window ? slot - window : state.slot;
  for (let empty = first; empty < slot; empty++) recentStateRoots[Number(empty % window)] = header.stateRoot;
  return { ...state, slot, recentStateRoots, latestBlockHeader: header };
}

/** Header of the latest block with its state root, which the state that the block left cannot hold itself. */
export function latestHeader(params: ChainParams, state: BeaconState): BeaconState['latestBlockHeader'] {
  const header = state.latestBlockHeader;
  return equalBytes(header.stateRoot, ZERO_CHUNK) ? { ...header, stateRoot: stateRoot(params, state) } : header;
}

/** Root of the state after `slot`, as the ring has it; undefined for the state's own slot and outside the window. */
export function recentRootAt(params: ChainParams, state: BeaconState, slot: bigint): Uint8Array | undefined {
  const window = BigInt(params.rootWindow);
  if (slot < 0n || slot >= state.slot || slot < state.slot - window) return undefined;
  return state.recentStateRoots[Number(slot % window)];
}
