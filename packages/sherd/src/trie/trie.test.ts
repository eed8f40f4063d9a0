import { MerklePatriciaTrie } from '@ethereumjs/mpt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, SherdError, utf8ToBytes } from '../base/index.ts';
import { createMemoryNodeStore, EMPTY_TRIE_ROOT, Trie, trieRoot, verifyProof, verifySecureProof } from './index.ts';

const text = utf8ToBytes;

/** Keys of few letters and few lengths, so that they share prefixes and contain each other. */
const keys = fc.uint8Array({ min: 0, max: 3, minLength: 1, maxLength: 4 });
const values = fc.uint8Array({ minLength: 0, maxLength: 40 });
const changes = fc.array(fc.tuple(keys, values), { maxLength: 60 });

describe('a trie', () => {
  it('has the known root when it is empty', () => {
    expect(bytesToHex(new Trie().root())).toBe('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');
  });

  it('finds what was put into it, and nothing else', () => {
    const trie = new Trie();
    trie.put(text('do'), text('verb'));
    trie.put(text('dog'), text('puppy'));
    trie.put(text('horse'), text('stallion'));
    expect(trie.get(text('dog'))).toEqual(text('puppy'));
    expect(trie.get(text('do'))).toEqual(text('verb'));
    expect(trie.get(text('doge'))).toBeUndefined();
    trie.delete(text('dog'));
    expect(trie.get(text('dog'))).toBeUndefined();
    expect(trie.get(text('do'))).toEqual(text('verb'));
  });

  it('agrees with another implementation after every series of changes', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const ours = new Trie();
        const theirs = new MerklePatriciaTrie();
        for (const [key, value] of list) {
          ours.put(key, value);
          if (value.length === 0) await theirs.del(key);
          else await theirs.put(key, value);
        }
        expect(bytesToHex(ours.root())).toBe(bytesToHex(theirs.root()));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('has the same root whether it is built at once, key by key, or with commits in between', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const final = new Map(list.map(([key, value]) => [bytesToHex(key), { key, value }]));
        const whole = new Trie();
        const store = createMemoryNodeStore();
        let root = EMPTY_TRIE_ROOT;
        list.forEach(([key, value], index) => {
          whole.put(key, value);
          const step = new Trie(store, { root });
          step.put(key, value);
          if (index % 3 === 0) step.root();
          root = step.commit();
        });
        expect(whole.root()).toEqual(root);
        expect(trieRoot(final.values())).toEqual(root);
        for (const { key, value } of final.values()) {
          expect(new Trie(store, { root }).get(key) ?? new Uint8Array(0)).toEqual(value);
        }
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('says which node is missing when the store has lost it', () => {
    const trie = new Trie(createMemoryNodeStore(), { root: new Uint8Array(32).fill(1) });
    expect(() => trie.get(text('key'))).toThrow(expect.objectContaining({ code: 'TRIE_NODE_MISSING' }));
  });
});

describe('a proof', () => {
  it('shows the value of a key, or its absence, and nothing to anybody with another root', () => {
    fc.assert(
      fc.property(changes, keys, (list, key) => {
        const trie = new Trie();
        for (const [k, v] of list) trie.put(k, v);
        const proof = trie.proof(key);
        expect(verifyProof(trie.root(), key, proof)).toEqual(trie.get(key));
        if (proof.length > 0) {
          expect(() => verifyProof(new Uint8Array(32).fill(7), key, proof)).toThrow(SherdError);
        }
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  it('is refused when a node was altered, left out or added', () => {
    const trie = new Trie(createMemoryNodeStore(), { isSecure: true });
    for (let i = 0; i < 50; i++) trie.put(Uint8Array.of(i), new Uint8Array(40).fill(i));
    const key = Uint8Array.of(9);
    const proof = trie.proof(key);
    expect(verifySecureProof(trie.root(), key, proof)).toEqual(new Uint8Array(40).fill(9));
    const altered = proof.map((node) => node.slice());
    altered[1]![5]! ^= 1;
    const attempt = (nodes: Uint8Array[]) => () => verifySecureProof(trie.root(), key, nodes);
    expect(attempt(altered)).toThrow(expect.objectContaining({ code: 'PROOF_HASH_MISMATCH' }));
    expect(attempt(proof.slice(0, -1))).toThrow(expect.objectContaining({ code: 'PROOF_INCOMPLETE' }));
    expect(attempt([...proof, proof[0]!])).toThrow(expect.objectContaining({ code: 'PROOF_TRAILING_NODES' }));
  });
});
