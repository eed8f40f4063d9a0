import { expect, test } from 'vitest';
import { gwei, wei } from './units.ts';

test('amounts are shown exactly, without zeros at the end', () => {
  expect(gwei(0n)).toBe('0 ETH');
  expect(gwei(1n)).toBe('0.000000001 ETH');
  expect(gwei(1_500_000_000n)).toBe('1.5 ETH');
  expect(wei(10_000n * 10n ** 18n)).toBe('10000 ETH');
  expect(wei(-1n)).toBe('-0.000000000000000001 ETH');
});
