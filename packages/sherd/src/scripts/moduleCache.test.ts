import { assembleModule } from '@sherd/testkit';
import { expect, it } from 'vitest';
import { sha256 } from '../crypto/index.ts';
import { checkModule } from './checkModule.ts';
import { ModuleCache } from './moduleCache.ts';

function metered(value: number): Uint8Array {
  const verdict = checkModule(assembleModule({ main: `i32.const ${value} drop` }));
  if (!verdict.ok) throw new Error(verdict.message);
  return verdict.metered;
}

it('keeps what was used last, within its bytes', () => {
  // Room for two: each entry counts 4 KiB beside its code.
  const cache = new ModuleCache(10_000);
  const [a, b, c] = [metered(1), metered(2), metered(3)] as const;
  const get = (code: Uint8Array) => cache.script(sha256(code), code);
  const first = get(a);
  const second = get(b);
  expect(get(a)).toBe(first);
  get(c);
  expect(get(a)).toBe(first);
  expect(get(b)).not.toBe(second);
});

it('keeps refusals of raw code as refusals, apart from scripts', () => {
  const cache = new ModuleCache(100_000);
  const bad = Uint8Array.of(1, 2, 3);
  const entry = cache.raw(sha256(bad), bad);
  expect(entry).toMatchObject({ kind: 'refused', why: { ok: false, code: 'WASM_MALFORMED' } });
  expect(cache.raw(sha256(bad), bad)).toBe(entry);
  // The same hash as a script is another matter: what was not metered is not run.
  expect(() => cache.script(sha256(bad), bad)).toThrow();
});

it('takes code that is larger than its budget, and nothing beside it', () => {
  const cache = new ModuleCache(100);
  const code = metered(1);
  expect(cache.script(sha256(code), code)).toBe(cache.script(sha256(code), code));
});
