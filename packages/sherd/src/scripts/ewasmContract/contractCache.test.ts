import { assembleModule } from '@sherd/testkit';
import { expect, it } from 'vitest';
import { ContractCache } from './contractCache.ts';
import { CONTRACT_MODULE } from './functions.ts';

const contract = (number: number) =>
  assembleModule({ host: CONTRACT_MODULE, imports: ['finish'], main: `i32.const ${number} drop` });

it('keeps verdicts while there is room, those used last before others', () => {
  const cache = new ContractCache(10_000);
  const [first, second, third] = [contract(1), contract(2), contract(3)];
  const verdict = cache.verdict(first);
  expect(cache.verdict(second).ok).toBe(true);
  expect(cache.verdict(first)).toBe(verdict);
  // Room for two: the second goes.
  const another = cache.verdict(third);
  expect(cache.verdict(first)).toBe(verdict);
  expect(cache.verdict(third)).toBe(another);
  const refused = cache.verdict(Uint8Array.of(0, 1));
  expect(refused).toMatchObject({ ok: false, code: 'WASM_MALFORMED' });
  expect(cache.verdict(Uint8Array.of(0, 1))).toBe(refused);
  expect(cache.verdict(first)).not.toBe(verdict);
});
