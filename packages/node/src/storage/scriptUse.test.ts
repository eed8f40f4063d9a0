import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEnvironment } from './environment.ts';
import { addScriptUse, encodeScriptForm, scriptForm, scriptUse } from './scriptUse.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-test-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('adds up what blocks took of a script, over the life of the store', async () => {
  const first = openEnvironment(directory);
  const use = { script: 7, calls: 2, failures: 1, gas: 2 ** 52, time: 30 };
  first.write(() => addScriptUse(first, 5n, [use, { ...use, script: 8 }]));
  await first.close();
  const second = openEnvironment(directory);
  second.write(() => addScriptUse(second, 9n, [use]));
  second.refresh();
  const sum = { calls: 4, failures: 2, gas: 2n ** 53n, time: 60, since: 5n, last: 9n };
  expect(scriptUse(second, 7)).toEqual(sum);
  expect(scriptUse(second, 8)).toMatchObject({ calls: 2, since: 5n, last: 5n });
  expect(scriptUse(second, 9)).toBeUndefined();
  await second.close();
});

it('knows the form of a code without reading it', async () => {
  const store = openEnvironment(directory);
  const [wasm, bytecode] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  store.write(() => {
    store.tables.scriptForms.put(wasm, encodeScriptForm({ meteredSize: 70_000, isInterpreted: false }));
    store.tables.scriptForms.put(bytecode, encodeScriptForm({ meteredSize: 5, isInterpreted: true }));
  });
  store.refresh();
  expect(scriptForm(store, wasm)).toEqual({ meteredSize: 70_000, isInterpreted: false });
  expect(scriptForm(store, bytecode)).toEqual({ meteredSize: 5, isInterpreted: true });
  expect(scriptForm(store, new Uint8Array(32))).toBeUndefined();
  await store.close();
});
