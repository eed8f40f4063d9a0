/**
 * The Merkle tree of a state. A block changes little, so the tree of its state is made from the tree of the state before
 * it: what is the same object in both is not looked at again, and hashing costs what changed. This is right because
 * values are never written into; whoever breaks that rule gets a wrong root.
 */
import type { Node } from '@chainsafe/persistent-merkle-tree';
import { type BeaconState, createBeaconTypes, type StateShape } from './state.ts';
import { BeaconBlockHeader, Crosslink, ExecutionScript, Validator } from './types.ts';

type StateView = ReturnType<ReturnType<typeof createBeaconTypes>['BeaconState']['getViewDU']>;

/** A list or vector of the tree that can be changed in place. */
interface Elements<View> {
  readonly length: number;
  set(index: number, view: View): void;
}

const trees = new WeakMap<BeaconState, Node>();

/** Tree of `state`, made once; from that of `from` when it has one and is of the same shape. */
export function stateTree(shape: StateShape, state: BeaconState, from?: BeaconState): Node {
  let tree = trees.get(state);
  if (tree === undefined) {
    const base = from && trees.get(from);
    const { BeaconState } = createBeaconTypes(shape);
    const view = base && canGrow(from, state) ? BeaconState.getViewDU(base) : undefined;
    if (view === undefined) {
      tree = BeaconState.value_toTree(state);
    } else {
      update(view, from!, state);
      view.commit();
      tree = view.node;
    }
    trees.set(state, tree);
  }
  return tree;
}

/** hash_tree_root of the state; see {@link stateTree}. */
export function stateRoot(shape: StateShape, state: BeaconState, from?: BeaconState): Uint8Array {
  return new Uint8Array(stateTree(shape, state, from).root);
}

/** Lists only ever grow, and vectors keep their length. */
function canGrow(from: BeaconState | undefined, to: BeaconState): from is BeaconState {
  return (
    from !== undefined &&
    from.validators.length <= to.validators.length &&
    from.executionScripts.length <= to.executionScripts.length &&
    from.recentStateRoots.length === to.recentStateRoots.length &&
    from.crosslinks.length === to.crosslinks.length
  );
}

function update(view: StateView, from: BeaconState, to: BeaconState): void {
  view.genesisTime = to.genesisTime;
  view.chainId = to.chainId;
  view.slot = to.slot;
  view.seed = to.seed;
  view.burned = to.burned;
  view.latestBlockHeader = BeaconBlockHeader.toViewDU(to.latestBlockHeader);
  setChanged(view.recentStateRoots, from.recentStateRoots, to.recentStateRoots, (root) => root);
  setChanged(view.validators, from.validators, to.validators, (value) => Validator.toViewDU(value));
  for (const value of to.validators.slice(from.validators.length)) view.validators.push(Validator.toViewDU(value));
  setChanged(view.executionScripts, from.executionScripts, to.executionScripts, (v) => ExecutionScript.toViewDU(v));
  for (const value of to.executionScripts.slice(from.executionScripts.length)) {
    view.executionScripts.push(ExecutionScript.toViewDU(value));
  }
  setChanged(view.crosslinks, from.crosslinks, to.crosslinks, (value) => Crosslink.toViewDU(value));
  view.withdrawalReceiptsRoot = to.withdrawalReceiptsRoot;
  setChanged(
    view.withdrawalReceiptsFrontier,
    from.withdrawalReceiptsFrontier,
    to.withdrawalReceiptsFrontier,
    (hash) => hash,
  );
  view.withdrawalReceiptCount = to.withdrawalReceiptCount;
  const bits = view.consumedReceipts;
  setChanged(bits, from.consumedReceipts, to.consumedReceipts, (chunks) => bits.type.elementType.toViewDU(chunks));
}

/** Sets the elements that both have and that are not the same object. */
function setChanged<Value, View>(
  elements: Elements<View>,
  from: readonly Value[],
  to: readonly Value[],
  viewOf: (value: Value) => View,
): void {
  if (from === to) return;
  for (let i = 0; i < from.length; i++) {
    if (from[i] !== to[i]) elements.set(i, viewOf(to[i]!));
  }
}
