/**
 * Claims: a receipt with the proof that it is in the list of its source, and that the list's root stands in a beacon
 * state. Anybody can make one from public data; any shard that knows the beacon root can check it.
 */
import { SherdError } from '../base/index.ts';
import { BEACON } from '../scripts/world.ts';
import { branchOf, gindexOf, verifyBranch } from '../ssz/index.ts';
import { type AccumulatorStore, proveLeaf, rootOfLeaf } from '../trie/accumulator.ts';
import { receiptRoot } from './receipts.ts';
import { type BeaconState, createBeaconTypes, type StateShape } from './state.ts';
import { stateTree } from './stateTree.ts';
import type { Receipt, ReceiptClaim } from './types.ts';

const gindexes = new Map<string, bigint>();

/**
 * True when the claim leads from its receipt to `anchorRoot`, the root of the beacon state after
 * `claim.proof.beaconSlot`. Says nothing about target and consumption, which are the caller's to check.
 */
export function verifyReceiptClaim(claim: ReceiptClaim, anchorRoot: Uint8Array, shape: StateShape): boolean {
  const { receipt, proof } = claim;
  const gindex = listGindex(shape, receipt.source);
  if (gindex === undefined) return false;
  const listRoot = rootOfLeaf(receiptRoot(receipt), receipt.index, proof.receiptBranch);
  return listRoot !== undefined && verifyBranch(anchorRoot, listRoot, gindex, proof.stateBranch);
}

/**
 * A claim that is anchored in `state`, which must be one that a block left (not advanced over empty slots).
 * `store` holds the accumulator nodes of the receipt's source.
 * @throws SherdError RECEIPT_NOT_PROVABLE while the state does not cover the receipt; NODE_MISSING for a store that
 * lacks its nodes.
 */
export function createReceiptClaim(
  state: BeaconState,
  store: AccumulatorStore,
  receipt: Receipt,
  shape: StateShape,
): ReceiptClaim {
  const { source, index } = receipt;
  const gindex = listGindex(shape, source);
  const count = source === BEACON ? state.withdrawalReceiptCount : (state.crosslinks[source]?.receiptCount ?? 0n);
  if (gindex === undefined || index >= count) {
    throw new SherdError(
      'RECEIPT_NOT_PROVABLE',
      `receipt ${index} of source ${source}: the beacon state of slot ${state.slot} covers ${count}`,
      { source, index, have: count },
    );
  }
  return {
    receipt,
    proof: {
      beaconSlot: state.slot,
      receiptBranch: proveLeaf(store, index, count),
      stateBranch: branchOf(stateTree(shape, state), gindex),
    },
  };
}

/** Where the root of a source's receipts stands in the state; undefined for a source that there is not. */
function listGindex(shape: StateShape, source: number): bigint | undefined {
  if (source !== BEACON && source >= shape.shardCount) return undefined;
  const key = `${shape.shardCount}/${shape.rootWindow}/${source}`;
  let gindex = gindexes.get(key);
  if (gindex === undefined) {
    const path = source === BEACON ? ['withdrawalReceiptsRoot'] : ['crosslinks', source, 'receiptsRoot'];
    gindex = gindexOf(createBeaconTypes(shape).BeaconState, path);
    gindexes.set(key, gindex);
  }
  return gindex;
}
