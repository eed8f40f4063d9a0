import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bigIntToMinimalBytes,
  bytesToHex,
  decodeRlp,
  encodeRlp,
  hexToBytes,
  type RlpItem,
  utf8ToBytes,
} from 'sherd/base';
import { nextDifficulty } from 'sherd/block';
import { forkFromName, forkRules } from 'sherd/protocol';
import { secureTrieRoot, Trie, trieRoot } from 'sherd/trie';
import { describe, expect, it } from 'vitest';
import { suiteFolder } from './fixtureSuite.ts';

type Value = string | number | readonly Value[];

const rlp = suiteFolder('ethereum-tests', 'RLPTests');
const tries = suiteFolder('ethereum-tests', 'TrieTests');
const difficulty = suiteFolder('ethereum-tests', 'DifficultyTests');

function readTests<T>(path: string): [name: string, test: T][] {
  return Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, T>);
}

function jsonFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.name.endsWith('.json')).map((entry) => join(entry.parentPath, entry.name));
}

function toItem(value: Value): RlpItem {
  if (typeof value === 'number') return bigIntToMinimalBytes(BigInt(value));
  if (typeof value !== 'string') return value.map(toItem);
  return value.startsWith('#') ? bigIntToMinimalBytes(BigInt(value.slice(1))) : utf8ToBytes(value);
}

describe.skipIf(rlp === undefined)('RLP tests', () => {
  it('encode and decode as given', () => {
    for (const [name, test] of readTests<{ in: Value; out: string }>(join(rlp!, 'rlptest.json'))) {
      const item = toItem(test.in);
      expect(bytesToHex(encodeRlp(item)), name).toBe(test.out.toLowerCase());
      expect(decodeRlp(hexToBytes(test.out)), name).toEqual(item);
    }
  });

  it('are refused where they are invalid', () => {
    for (const path of [join(rlp!, 'invalidRLPTest.json'), ...jsonFiles(join(rlp!, 'RandomRLPTests'))]) {
      for (const [name, test] of readTests<{ in: string; out: string }>(path)) {
        const decode = () => decodeRlp(hexToBytes(test.out));
        if (test.in === 'INVALID') expect(decode, name).toThrow(expect.objectContaining({ name: 'SherdError' }));
        else expect(bytesToHex(encodeRlp(decode())), name).toBe(test.out.toLowerCase());
      }
    }
  });
});

describe.skipIf(tries === undefined)('trie tests', () => {
  type Entries = [key: string, value: string | null][];
  const bytes = (text: string) => (text.startsWith('0x') ? hexToBytes(text) : utf8ToBytes(text));

  it('have the given roots, built key by key and at once', () => {
    let count = 0;
    for (const path of jsonFiles(tries!)) {
      const isSecure = /secure/i.test(path);
      for (const [name, test] of readTests<{ in: Entries | Record<string, string>; root: string }>(path)) {
        const list: Entries = Array.isArray(test.in) ? test.in : Object.entries(test.in);
        const trie = new Trie(undefined, { isSecure });
        const final = new Map<string, string>();
        for (const [key, value] of list) {
          if (value === null) trie.delete(bytes(key));
          else trie.put(bytes(key), bytes(value));
          final.set(key, value ?? '');
        }
        const entries = [...final].map(([key, value]) => ({ key: bytes(key), value: bytes(value) }));
        expect(bytesToHex(trie.root()), name).toBe(test.root);
        expect(bytesToHex(isSecure ? secureTrieRoot(entries) : trieRoot(entries)), name).toBe(test.root);
        count++;
      }
    }
    expect(count).toBeGreaterThanOrEqual(19);
  });
});

describe.skipIf(difficulty === undefined)('difficulty tests', () => {
  it('agree in every era', () => {
    let count = 0;
    for (const path of jsonFiles(difficulty!)) {
      for (const [, forks] of readTests<Record<string, Record<string, Record<string, string>>>>(path)) {
        for (const [forkName, cases] of Object.entries(forks)) {
          const fork = forkFromName(forkName);
          if (fork === undefined) continue;
          const { rules } = forkRules(fork);
          for (const [name, test] of Object.entries(cases)) {
            const field = (key: string) => BigInt(test[key]!);
            const uncles = test['parentUncles']!;
            const parent = {
              difficulty: field('parentDifficulty'),
              timestamp: field('parentTimestamp'),
              hasOmmers: uncles.length > 4 ? !uncles.startsWith('0x1dcc4de8') : BigInt(uncles) !== 0n,
            };
            const have = nextDifficulty(field('currentBlockNumber'), field('currentTimestamp'), parent, rules);
            expect(have, `${forkName} ${name}`).toBe(field('currentDifficulty'));
            count++;
          }
        }
      }
    }
    expect(count).toBeGreaterThan(13_000);
  });
});
