import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from './makeFolder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sherd-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('makes a folder with those above it, and leaves one that is there', () => {
  const deep = join(root, 'a', 'b', 'c');
  makeFolder(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
  makeFolder(deep);
});

it('refuses what is below a file, or a file itself', () => {
  const file = join(root, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow('EEXIST');
  expect(() => makeFolder(join(file, 'below'))).toThrow('ENOTDIR');
});

it.skipIf(!existsSync('/proc/self'))('gives up where nothing can be made', () => {
  expect(() => makeFolder('/proc/nowhere/at/all')).toThrow('ENOENT');
});
