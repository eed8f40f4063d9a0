import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readModule } from './build.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-test-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(content: string | Uint8Array, name = 'code'): Uint8Array {
  const file = join(directory, name);
  writeFileSync(file, content);
  return readModule(file);
}

it('takes bytes as they are', () => {
  for (const bytes of [[0, 0x61, 0x73, 0x6d], [0x60, 1, 0x60, 0, 0x55], [0x61, 0xff, 0xfe], [0]]) {
    expect([...read(Uint8Array.from(bytes))]).toEqual(bytes);
  }
});

it('takes hex digits for the bytes that they are', () => {
  for (const text of ['0x6001600055', '6001600055\n', '0X60016000\r\n55\n', '  60 01 60 00 55']) {
    expect([...read(text)]).toEqual([0x60, 1, 0x60, 0, 0x55]);
  }
});

it('refuses every other text', () => {
  for (const text of ['hello, world\n', '0x600', '0x', 'schön wär es', 'pragma solidity ^0.8.0;']) {
    expect(() => read(text)).toThrow(/is text, and not of hex digits only/);
  }
  expect(() => read('')).toThrow(/is empty/);
  expect(() => read('\n')).toThrow(/is empty/);
  expect(() => read('(module (func))')).toThrow(/wat2wasm/);
});

it('leaves to the check of modules what calls itself one', () => {
  expect(new TextDecoder().decode(read('no module', 'broken.wasm'))).toBe('no module');
});
