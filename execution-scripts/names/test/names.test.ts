/** Every message of the registry of names, and every reason for which one is refused. */
import { readFileSync } from 'node:fs';
import { type Address, addressFromBytes, addressToBytes, concatBytes, utf8ToBytes } from 'sherd/base';
import { describe, expect, test } from 'vitest';
import {
  createTestShard,
  fromLittleEndian,
  littleEndian,
  signScriptMessage,
  type TestShard,
  type TestSigner,
  testSigner,
} from '../../../packages/node/src/scriptTool/index.ts';
import { buildScript } from '../../sdk/build-all.mjs';

const CODE = new Uint8Array(readFileSync(new URL('../names.wasm', import.meta.url)));
const DOMAIN = '\x19Sherd names:\n';
const alice = testSigner(1);
const bob = testSigner(2);
const VALUE = new Uint8Array(32).fill(0xab);
/** The first nonce of a name that was registered in slot 10. */
const FIRST = 10n << 24n;

const ERRORS = {
  MALFORMED: 1,
  UNKNOWN_KIND: 2,
  BAD_SIGNATURE: 3,
  BAD_NONCE: 4,
  UNKNOWN_NAME: 5,
  NAME_TAKEN: 6,
  BAD_NAME: 7,
  NOT_OWNER: 8,
  TOO_LONG: 9,
};

const message = (kind: number, ...parts: Uint8Array[]) => concatBytes(Uint8Array.of(kind), ...parts);
const register = (name: string, owner: Address, slots = 0n) =>
  message(1, littleEndian(slots, 8), addressToBytes(owner), utf8ToBytes(name));
const renew = (name: string, slots: bigint) => message(2, littleEndian(slots, 8), utf8ToBytes(name));
const resolve = (name: string) => message(5, utf8ToBytes(name));

function transfer({ context }: TestShard, name: string, to: Address, nonce: bigint, { key }: TestSigner) {
  const text = message(3, littleEndian(nonce, 8), addressToBytes(to), utf8ToBytes(name));
  return signScriptMessage(DOMAIN, context, text, key);
}

function set({ context }: TestShard, name: string, value: Uint8Array, nonce: bigint, { key }: TestSigner) {
  const text = message(4, littleEndian(nonce, 8), value, utf8ToBytes(name));
  return signScriptMessage(DOMAIN, context, text, key);
}

function lookUp(shard: TestShard, name: string) {
  const answer = shard.accept(resolve(name));
  return {
    owner: addressFromBytes(answer.slice(0, 20)),
    nonce: fromLittleEndian(answer.subarray(20, 28)),
    value: answer.slice(28, 60),
    lastSlot: fromLittleEndian(answer.subarray(60)),
  };
}

test('the committed module is what its sources give', async () => {
  expect(new Uint8Array(await buildScript('names'))).toEqual(CODE);
});

describe('a name', () => {
  test('is whoever’s asks first, with a nonce above all of earlier lives', () => {
    const shard = createTestShard(CODE);
    expect(shard.refuse(resolve('alice'))).toBe(ERRORS.UNKNOWN_NAME);
    expect(fromLittleEndian(shard.accept(register('alice', alice.address)))).toBe(110n);
    expect(shard.refuse(register('alice', bob.address))).toBe(ERRORS.NAME_TAKEN);
    expect(lookUp(shard, 'alice')).toEqual({
      owner: alice.address,
      nonce: FIRST,
      value: new Uint8Array(32),
      lastSlot: 110n,
    });
  });

  test('has small letters, digits, and hyphens inside', () => {
    const shard = createTestShard(CODE);
    for (const name of ['abc', 'a-b', '007', 'a--b', 'x'.repeat(64)]) shard.accept(register(name, alice.address));
    for (const name of ['', 'ab', '-ab', 'ab-', 'Alice', 'a.b', 'a b', 'àbc', 'abc\0', 'x'.repeat(65)]) {
      expect(shard.refuse(register(name, alice.address)), name).toBe(ERRORS.BAD_NAME);
      expect(shard.refuse(resolve(name)), name).toBe(ERRORS.BAD_NAME);
    }
  });

  test('is free again after its last slot, and old signatures are worth nothing', () => {
    const shard = createTestShard(CODE);
    expect(fromLittleEndian(shard.accept(register('alice', alice.address, 50n)))).toBe(160n);
    const old = set(shard, 'alice', VALUE, FIRST, alice);
    shard.world.slot = 160;
    expect(lookUp(shard, 'alice').lastSlot).toBe(160n);
    expect(shard.refuse(register('alice', bob.address))).toBe(ERRORS.NAME_TAKEN);
    shard.world.slot = 161;
    expect(shard.refuse(resolve('alice'))).toBe(ERRORS.UNKNOWN_NAME);
    expect(shard.refuse(renew('alice', 5n))).toBe(ERRORS.UNKNOWN_NAME);
    expect(shard.refuse(old)).toBe(ERRORS.UNKNOWN_NAME);
    shard.accept(register('alice', alice.address));
    expect(shard.refuse(old)).toBe(ERRORS.BAD_NONCE);
    expect(lookUp(shard, 'alice')).toMatchObject({ nonce: 161n << 24n, value: new Uint8Array(32) });
  });

  test('lives longer when somebody renews it', () => {
    const shard = createTestShard(CODE);
    shard.accept(register('alice', alice.address));
    expect(fromLittleEndian(shard.accept(renew('alice', 1_000n)))).toBe(1_110n);
    expect(fromLittleEndian(shard.accept(renew('alice', 0n)))).toBe(1_110n);
    expect(shard.refuse(renew('alice', 10_000_001n))).toBe(ERRORS.TOO_LONG);
    expect(shard.refuse(register('bob', bob.address, 10_000_001n))).toBe(ERRORS.TOO_LONG);
    expect(shard.refuse(renew('nobody', 1n))).toBe(ERRORS.UNKNOWN_NAME);
  });
});

describe('its owner', () => {
  function registered() {
    const shard = createTestShard(CODE);
    shard.accept(register('alice', alice.address));
    return shard;
  }

  test('sets what it stands for', () => {
    const shard = registered();
    shard.accept(set(shard, 'alice', VALUE, FIRST, alice));
    expect(lookUp(shard, 'alice')).toMatchObject({ nonce: FIRST + 1n, value: VALUE });
    expect(shard.refuse(set(shard, 'alice', VALUE, FIRST, alice))).toBe(ERRORS.BAD_NONCE);
    expect(shard.refuse(set(shard, 'alice', VALUE, FIRST + 1n, bob))).toBe(ERRORS.NOT_OWNER);
    expect(shard.refuse(set(shard, 'other', VALUE, FIRST + 1n, alice))).toBe(ERRORS.UNKNOWN_NAME);
  });

  test('gives it away, and has no say afterwards', () => {
    const shard = registered();
    shard.accept(transfer(shard, 'alice', bob.address, FIRST, alice));
    expect(lookUp(shard, 'alice')).toMatchObject({ owner: bob.address, nonce: FIRST + 1n });
    expect(shard.refuse(set(shard, 'alice', VALUE, FIRST + 1n, alice))).toBe(ERRORS.NOT_OWNER);
    shard.accept(transfer(shard, 'alice', alice.address, FIRST + 1n, bob));
    expect(lookUp(shard, 'alice')).toMatchObject({ owner: alice.address, nonce: FIRST + 2n });
    expect(shard.refuse(transfer(shard, 'alice', bob.address, FIRST, alice))).toBe(ERRORS.BAD_NONCE);
  });

  test('signs for one chain, one shard, one script and one message', () => {
    const shard = registered();
    for (const changed of [{ chainId: 1n }, { shard: 2 }, { script: 2 }]) {
      const elsewhere = { ...shard, context: { ...shard.context, ...changed } };
      expect(shard.refuse(set(elsewhere, 'alice', VALUE, FIRST, alice))).toBe(ERRORS.NOT_OWNER);
    }
    const good = set(shard, 'alice', VALUE, FIRST, alice);
    const changed = good.slice();
    changed[20]! ^= 1;
    expect([ERRORS.NOT_OWNER, ERRORS.BAD_SIGNATURE]).toContain(shard.refuse(changed));
    const odd = good.slice();
    odd[odd.length - 1] = 2;
    expect(shard.refuse(odd)).toBe(ERRORS.BAD_SIGNATURE);
    shard.accept(good);
  });
});

test('messages of other lengths and kinds are refused', () => {
  const shard = createTestShard(CODE);
  const least: [number, number][] = [
    [1, 29],
    [2, 9],
    [3, 29 + 65],
    [4, 41 + 65],
  ];
  for (const [kind, length] of least) {
    const short = new Uint8Array(length - 1);
    short[0] = kind;
    expect(shard.refuse(short), `kind ${kind}`).toBe(ERRORS.MALFORMED);
  }
  expect(shard.refuse(new Uint8Array())).toBe(ERRORS.MALFORMED);
  expect(shard.refuse(new Uint8Array(257))).toBe(ERRORS.MALFORMED);
  for (const kind of [0, 6, 255]) expect(shard.refuse(Uint8Array.of(kind))).toBe(ERRORS.UNKNOWN_KIND);
});
