/** Trie tests (ethereum/tests TrieTests): puts and deletes, and the root behind them. */
import { bytesToHex, hexToBytes, utf8ToBytes } from 'sherd/base';
import { secureTrieRoot, Trie, trieRoot } from 'sherd/trie';
import { arrayAt, type Json, objectAt, stringAt } from './fields.ts';

export interface TrieTestOptions {
  /** Keys are hashed; the file's name says so. */
  readonly isSecure: boolean;
}

/**
 * What went wrong; empty for a pass. The trie is built key by key, and at once out of what is left in the end.
 * @throws SherdError BAD_FIXTURE.
 */
export function runTrieTest(name: string, value: Json, { isSecure }: TrieTestOptions): string {
  const test = objectAt(value, name);
  const want = stringAt(test['root'], `${name}.root`);
  const trie = new Trie(undefined, { isSecure });
  const left = new Map<string, Uint8Array>();
  for (const [key, content] of readEntries(test['in'], `${name}.in`)) {
    if (content === null) {
      trie.delete(toBytes(key));
      left.delete(key);
    } else {
      trie.put(toBytes(key), toBytes(content));
      left.set(key, toBytes(content));
    }
  }
  const grown = bytesToHex(trie.root());
  if (grown !== want) return `root key by key: have ${grown}, want ${want}`;
  const entries = [...left].map(([key, content]) => ({ key: toBytes(key), value: content }));
  const built = bytesToHex(isSecure ? secureTrieRoot(entries) : trieRoot(entries));
  return built === want ? '' : `root at once: have ${built}, want ${want}`;
}

function readEntries(value: Json | undefined, place: string): [key: string, content: string | null][] {
  if (!Array.isArray(value)) {
    return Object.entries(objectAt(value, place)).map(([key, json]) => [key, stringAt(json, `${place}.${key}`)]);
  }
  return value.map((json, index) => {
    const [key, content] = arrayAt(json, `${place}[${index}]`);
    return [stringAt(key, `${place}[${index}]`), content === null ? null : stringAt(content, `${place}[${index}]`)];
  });
}

function toBytes(text: string): Uint8Array {
  return text.startsWith('0x') ? hexToBytes(text) : utf8ToBytes(text);
}
