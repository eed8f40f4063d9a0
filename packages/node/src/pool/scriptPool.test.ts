import type { SherdError } from 'sherd/base';
import { presetParams } from 'sherd/beacon';
import { expect, it } from 'vitest';
import { SCRIPT_POOL_LIMITS, ScriptPool } from './scriptPool.ts';

const params = presetParams('test');
const transaction = (byte: number, gasLimit = 1_000n) => ({ script: 1, gasLimit, data: Uint8Array.of(byte) });

it('offers transactions in the order of arrival, as far as the gas goes', () => {
  const pool = new ScriptPool(params);
  const entries = [1, 2, 3].map((byte) => pool.add(transaction(byte)));
  const offered = (gas: number) => pool.candidates(0n, 10, gas).map(({ transaction: { data } }) => data[0]);
  expect(offered(10_000)).toEqual([1, 2, 3]);
  expect(offered(1_001)).toEqual([1, 2]);
  pool.remove(entries[0]!.id);
  expect(offered(10_000)).toEqual([2, 3]);
});

it('tries what does not fit again in later slots, and gives up in the end', () => {
  const pool = new ScriptPool(params);
  const { id } = pool.add(transaction(1));
  const reason = { code: 'UNKNOWN_SCRIPT', message: 'no script 1' };
  pool.park(id, 5n, reason);
  expect(pool.candidates(5n, 10, 10_000)).toEqual([]);
  expect(pool.candidates(6n, 10, 10_000).length).toBe(1);
  for (let slot = 6; slot < 5 + SCRIPT_POOL_LIMITS.tries; slot++) pool.park(id, BigInt(slot), reason);
  expect(pool.has(id)).toBe(false);
  expect(pool.refusal(id)).toEqual(reason);
});

it('refuses what no block can hold, and what it has already', () => {
  const pool = new ScriptPool(params);
  const code = (make: () => unknown) => {
    try {
      make();
    } catch (error) {
      return (error as SherdError).code;
    }
    return 'taken';
  };
  expect(code(() => pool.add(transaction(1, BigInt(params.gasPerBlock) + 1n)))).toBe('GAS_LIMIT_TOO_HIGH');
  expect(code(() => pool.add(transaction(1, 0n)))).toBe('GAS_LIMIT_ZERO');
  const large = { script: 1, gasLimit: 1n, data: new Uint8Array(params.maxShardBlockBytes) };
  expect(code(() => pool.add(large))).toBe('TRANSACTION_TOO_LARGE');
  expect(code(() => pool.add(transaction(1)))).toBe('taken');
  expect(code(() => pool.add(transaction(1)))).toBe('ALREADY_KNOWN');
});
