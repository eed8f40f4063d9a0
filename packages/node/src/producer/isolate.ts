/**
 * Finds the transaction that kills executors. It is never turned into a result: it is left out, and the block is made
 * without it.
 */
import { isSherdError, type SherdError } from 'sherd/base';

/** Ends of an executor that a transaction may be the cause of. */
const KILLS = ['EXECUTOR_DIED', 'EXECUTOR_TIMEOUT', 'EXECUTOR_FAULT'];

/**
 * What `attempt` gives for the candidates without those that kill it, which `onKiller` is told of. One death alone is an
 * accident: the same list is tried again before anybody is blamed.
 * @throws what `attempt` throws besides; and its death, when it dies without any candidate.
 */
export async function withoutKillers<T, R>(
  candidates: readonly T[],
  attempt: (candidates: readonly T[]) => Promise<R>,
  onKiller: (candidate: T, death: SherdError) => void,
): Promise<R> {
  let list = candidates;
  for (;;) {
    const first = await survive(() => attempt(list));
    if ('result' in first) return first.result;
    const second = await survive(() => attempt(list));
    if ('result' in second) return second.result;
    if (list.length === 0) throw second.death;
    const found = await findKiller(list, attempt);
    if (found === undefined) continue;
    onKiller(list[found.index]!, found.death);
    list = list.filter((_, index) => index !== found.index);
  }
}

type Survival<R> = { readonly result: R } | { readonly death: SherdError };

async function survive<R>(attempt: () => Promise<R>): Promise<Survival<R>> {
  try {
    return { result: await attempt() };
  } catch (error) {
    if (isSherdError(error, ...KILLS)) return { death: error };
    throw error;
  }
}

/** Last transaction of the shortest beginning that kills; undefined when nothing dies any more. */
async function findKiller<T, R>(
  list: readonly T[],
  attempt: (candidates: readonly T[]) => Promise<R>,
): Promise<{ readonly index: number; readonly death: SherdError } | undefined> {
  let alive = 0;
  let dead = list.length;
  while (dead - alive > 1) {
    const middle = Math.floor((alive + dead) / 2);
    const half = await survive(() => attempt(list.slice(0, middle)));
    if ('death' in half) dead = middle;
    else alive = middle;
  }
  const proof = await survive(() => attempt(list.slice(0, dead)));
  return 'death' in proof ? { index: dead - 1, death: proof.death } : undefined;
}
