/** Both policies for what comes after the gas of a block. */
import { expect, test } from 'vitest';
import { createShardGasPool, drawGas, grantGas } from './gasPool.ts';

const skip = { gasPerBlock: 1000, gasPolicy: 'skip', minimumGas: 50, maxMinimumTransactions: 2 } as const;
const minimum = { ...skip, gasPolicy: 'minimum' } as const;

test('a transaction gets what it asks for while there is enough', () => {
  const pool = createShardGasPool(skip);
  expect(grantGas(skip, pool, 400)).toEqual({ kind: 'granted', gas: 400, isMinimum: false });
  drawGas(pool, false, 300);
  expect(pool.left).toBe(700);
  expect(grantGas(skip, pool, 701).kind).toBe('exhausted');
  expect(grantGas(skip, pool, 700).kind).toBe('granted');
});

test('nobody gets more than a block has', () => {
  expect(grantGas(minimum, createShardGasPool(minimum), 1001).kind).toBe('tooMuch');
});

test('skip: what the pool cannot serve waits', () => {
  const pool = createShardGasPool(skip);
  drawGas(pool, false, 990);
  expect(grantGas(skip, pool, 20).kind).toBe('exhausted');
});

test('minimum: a used-up pool still serves some, with the minimum', () => {
  const pool = createShardGasPool(minimum);
  drawGas(pool, false, 940);
  expect(grantGas(minimum, pool, 200).kind).toBe('exhausted');
  drawGas(pool, false, 50);
  expect(grantGas(minimum, pool, 200)).toEqual({ kind: 'granted', gas: 50, isMinimum: true });
  drawGas(pool, true, 50);
  expect(pool.left).toBe(10);
  expect(grantGas(minimum, pool, 30)).toEqual({ kind: 'granted', gas: 30, isMinimum: true });
  drawGas(pool, true, 30);
  expect(grantGas(minimum, pool, 200).kind).toBe('exhausted');
  expect(grantGas(minimum, pool, 10)).toEqual({ kind: 'granted', gas: 10, isMinimum: false });
});
