/** The script of docs/guide/writing-scripts.md compiles, may be registered, and does what the page says. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bigIntToBytes, bytesToHex, concatBytes } from 'sherd/base';
import { createScriptEngine } from 'sherd/scripts';
import { createMemoryWorld } from 'sherd/shard';
import { expect, test } from 'vitest';
import { compileScript } from '../compile.mjs';

const GUIDE = new URL('../../../docs/guide/writing-scripts.md', import.meta.url);

test('the counter of the guide counts', async () => {
  const source = /```ts assembly\/index\.ts\n([\s\S]*?)```/.exec(readFileSync(GUIDE, 'utf8'))?.[1];
  expect(source).toBeDefined();
  const entry = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../counter/assembly/index.ts');
  const code = new Uint8Array(await compileScript(entry, new Map([[entry, source]])));

  const world = createMemoryWorld();
  world.addBuiltIn();
  const script = world.addScript(code);
  const engine = createScriptEngine({ builtIns: new Map(), limits: { maxObjectBytes: 4096, maxReceiptBytes: 4096 } });
  const add = (value: bigint) => {
    const data = concatBytes(bigIntToBytes(1n, 32), bigIntToBytes(value, 8).reverse());
    const { outcome, output } = engine.run({ world, script, data, gas: 1_000_000, caller: { kind: 'transaction' } });
    return `${outcome} ${bytesToHex(output.slice(0, 12))}`;
  };
  expect(add(5n)).toBe('finished 0x000000000500000000000000');
  expect(add(2n)).toBe('finished 0x000000000700000000000000');
  expect(add(2n ** 64n - 1n)).toMatch(/^aborted 0x02000000/);
  expect(add(1n)).toBe('finished 0x000000000800000000000000');
});
