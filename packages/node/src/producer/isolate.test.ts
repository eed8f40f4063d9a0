import { SherdError } from 'sherd/base';
import { expect, it } from 'vitest';
import { withoutKillers } from './isolate.ts';

/** A block of numbers that dies of some of them. */
function blockOf(killers: readonly number[], runs: number[][] = []) {
  return async (list: readonly number[]) => {
    runs.push([...list]);
    if (list.some((number) => killers.includes(number))) throw new SherdError('EXECUTOR_DIED', 'it died');
    return [...list];
  };
}

const numbers = Array.from({ length: 20 }, (_, i) => i);

it('makes the block at once when nothing dies', async () => {
  const runs: number[][] = [];
  expect(await withoutKillers(numbers, blockOf([], runs), () => expect.unreachable())).toEqual(numbers);
  expect(runs.length).toBe(1);
});

it('leaves out every transaction that kills, and no other', async () => {
  for (const killers of [[0], [19], [7], [3, 4], [0, 10, 19]]) {
    const found: number[] = [];
    const result = await withoutKillers(numbers, blockOf(killers), (killer) => found.push(killer));
    expect(found).toEqual(killers);
    expect(result).toEqual(numbers.filter((number) => !killers.includes(number)));
  }
});

it('blames nobody for one death', async () => {
  let deaths = 1;
  const attempt = async (list: readonly number[]) => {
    if (deaths-- > 0) throw new SherdError('EXECUTOR_DIED', 'somebody killed it');
    return list.length;
  };
  expect(await withoutKillers(numbers, attempt, () => expect.unreachable())).toBe(20);
});

it('passes refusals on, and deaths without any transaction', async () => {
  const refusing = async () => Promise.reject(new SherdError('STALE_SNAPSHOT', 'too old'));
  await expect(withoutKillers(numbers, refusing, () => {})).rejects.toThrow('too old');
  const dying = async () => Promise.reject(new SherdError('EXECUTOR_DIED', 'always'));
  const found: number[] = [];
  await expect(withoutKillers([1], dying, (killer) => found.push(killer))).rejects.toThrow('always');
  expect(found).toEqual([1]);
});
