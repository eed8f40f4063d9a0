/** The calls of a message as a list, each with its place in the tree: the order and the choice of Parity's traces. */
import { checkList, checkObject } from '../../base/arguments.ts';
import type { Address } from '../../base/index.ts';
import { PRECOMPILE_ADDRESSES } from '../../precompiles/addresses.ts';
import type { CallTree } from './callTracer.ts';

/** A call, and where it stands. */
export interface FlatCall {
  readonly call: CallTree;
  /** The positions among their callers' calls, from the first call on; empty for the first call itself. */
  readonly traceAddress: readonly number[];
  /** How many of the calls that it made itself are in the list. */
  readonly subtraces: number;
}

/** What is in the list. */
export interface FlatCallOptions {
  /** Also CALL and STATICCALL of pre-compiled contracts, which Parity leaves out. The first call is always there. */
  readonly includePrecompiles?: boolean;
}

const PRECOMPILES: ReadonlySet<Address> = new Set(Object.values(PRECOMPILE_ADDRESSES));

/**
 * Every call before the calls that it made, in the order in which they began. One at a time: places grow with depth, so
 * that the whole list can be far larger than the tree.
 * @throws SherdError BAD_ARGUMENT.
 */
export function flattenCalls(tree: CallTree, options: FlatCallOptions = {}): Generator<FlatCall> {
  checkObject(tree, 'tree of calls');
  checkList(tree.calls, 'tree of calls: calls');
  checkObject(options, 'options');
  return flatten(tree, options.includePrecompiles === true ? () => true : isShown);
}

function* flatten(tree: CallTree, isWanted: (call: CallTree) => boolean): Generator<FlatCall> {
  // By hand instead of by recursion: calls nest a thousand deep.
  const levels: { readonly calls: readonly CallTree[]; next: number }[] = [{ calls: [tree], next: 0 }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const call = level.calls[level.next++];
    if (call === undefined) {
      levels.pop();
      continue;
    }
    const calls = call.calls.filter(isWanted);
    yield { call, traceAddress: levels.slice(1).map(({ next }) => next - 1), subtraces: calls.length };
    levels.push({ calls, next: 0 });
  }
}

/** A system contract has no frame either, and is shown. */
function isShown({ type, to, isPrecompile }: CallTree): boolean {
  return !((type === 'CALL' || type === 'STATICCALL') && isPrecompile && PRECOMPILES.has(to));
}
