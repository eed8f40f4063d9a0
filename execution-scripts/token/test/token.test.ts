/** Every message of the token script, and every reason for which one is refused. */
import { readFileSync } from 'node:fs';
import { bigIntToBytes } from 'sherd/base';
import { SECP256K1_ORDER } from 'sherd/crypto';
import { describe, expect, test } from 'vitest';
import {
  createTestShard,
  fromLittleEndian,
  type TestShard,
  testSigner,
} from '../../../packages/node/src/scriptTool/index.ts';
import { buildScript } from '../../sdk/build-all.mjs';
import * as client from './client.ts';
import { ERRORS } from './client.ts';

const CODE = new Uint8Array(readFileSync(new URL('../token.wasm', import.meta.url)));
const alice = testSigner(1);
const bob = testSigner(2);
const TOKEN = client.tokenId(alice.address, 7);
/** The first nonce of an account that was opened in slot 10. */
const FIRST = 10n << 24n;
const MAX = 2n ** 256n - 1n;

/** A shard on which alice has minted `amount` for herself; her next nonce is FIRST + 1. */
function minted(amount: bigint, shard = 1): TestShard {
  const each = createTestShard(CODE, { shard });
  each.accept(client.open(TOKEN, alice.address));
  each.accept(client.mint(each.context, TOKEN, { to: alice.address, amount, nonce: FIRST }, alice.key));
  return each;
}

function account(shard: TestShard, { address }: { address: `0x${string}` }) {
  return client.account(shard.accept(client.read(TOKEN, address)));
}

test('the committed module is what its sources give', async () => {
  expect(new Uint8Array(await buildScript('token'))).toEqual(CODE);
});

describe('an account', () => {
  test('opens empty, once, and with a nonce above all of earlier lives', () => {
    const shard = createTestShard(CODE);
    expect(shard.refuse(client.read(TOKEN, bob.address))).toBe(ERRORS.UNKNOWN_ACCOUNT);
    expect(fromLittleEndian(shard.accept(client.open(TOKEN, bob.address)))).toBe(FIRST);
    shard.world.slot = 11;
    expect(fromLittleEndian(shard.accept(client.open(TOKEN, bob.address)))).toBe(FIRST);
    shard.world.slot = 111;
    expect(shard.refuse(client.read(TOKEN, bob.address))).toBe(ERRORS.UNKNOWN_ACCOUNT);
    expect(fromLittleEndian(shard.accept(client.open(TOKEN, bob.address)))).toBe(111n << 24n);
  });

  test('lives longer when somebody pays for it', () => {
    const shard = minted(5n);
    shard.accept(client.extend(TOKEN, alice.address, 50n));
    shard.world.slot = 160;
    expect(account(shard, alice).balance).toBe(5n);
    shard.world.slot = 161;
    expect(shard.refuse(client.extend(TOKEN, alice.address, 50n))).toBe(ERRORS.UNKNOWN_ACCOUNT);
  });
});

describe('a mint', () => {
  test('makes what its creator says, for anybody', () => {
    const shard = minted(5n);
    shard.accept(client.mint(shard.context, TOKEN, { to: bob.address, amount: MAX, nonce: FIRST + 1n }, alice.key));
    expect(account(shard, alice)).toEqual({ nonce: FIRST + 2n, balance: 5n });
    expect(account(shard, bob)).toEqual({ nonce: FIRST, balance: MAX });
  });

  test('is the creator’s alone, once, and not of nothing', () => {
    const shard = minted(5n);
    const fields = { to: bob.address, amount: 1n, nonce: FIRST + 1n };
    shard.accept(client.open(TOKEN, bob.address));
    const theft = client.mint(shard.context, TOKEN, { ...fields, nonce: FIRST }, bob.key);
    expect(shard.refuse(theft)).toBe(ERRORS.NOT_CREATOR);
    const nothing = client.mint(shard.context, TOKEN, { ...fields, amount: 0n }, alice.key);
    expect(shard.refuse(nothing)).toBe(ERRORS.ZERO_AMOUNT);
    const message = client.mint(shard.context, TOKEN, fields, alice.key);
    shard.accept(message);
    expect(shard.refuse(message)).toBe(ERRORS.BAD_NONCE);
  });

  test('is refused above 2^256 - 1, and without an account that counts', () => {
    const shard = minted(MAX);
    const more = client.mint(shard.context, TOKEN, { to: alice.address, amount: 1n, nonce: FIRST + 1n }, alice.key);
    expect(shard.refuse(more)).toBe(ERRORS.BALANCE_OVERFLOW);
    const other = client.tokenId(alice.address, 8);
    const early = client.mint(shard.context, other, { to: alice.address, amount: 1n, nonce: FIRST }, alice.key);
    expect(shard.refuse(early)).toBe(ERRORS.UNKNOWN_ACCOUNT);
  });
});

describe('a transfer', () => {
  const pay = (shard: TestShard, amount: bigint, to = bob.address, nonce = FIRST + 1n) =>
    client.transfer(shard.context, TOKEN, { to, amount, nonce }, alice.key);

  test('moves, also 256-bit amounts and to oneself', () => {
    const shard = minted(MAX);
    shard.accept(pay(shard, 2n ** 200n + 3n));
    expect(account(shard, alice)).toEqual({ nonce: FIRST + 2n, balance: MAX - 2n ** 200n - 3n });
    expect(account(shard, bob).balance).toBe(2n ** 200n + 3n);
    shard.accept(pay(shard, 9n, alice.address, FIRST + 2n));
    expect(account(shard, alice)).toEqual({ nonce: FIRST + 3n, balance: MAX - 2n ** 200n - 3n });
  });

  test('is refused above the balance, of nothing, twice, and from nobody', () => {
    const shard = minted(5n);
    expect(shard.refuse(pay(shard, 6n))).toBe(ERRORS.INSUFFICIENT_BALANCE);
    expect(shard.refuse(pay(shard, 2n ** 64n))).toBe(ERRORS.INSUFFICIENT_BALANCE);
    expect(shard.refuse(pay(shard, 0n))).toBe(ERRORS.ZERO_AMOUNT);
    const message = pay(shard, 1n);
    shard.accept(message);
    expect(shard.refuse(message)).toBe(ERRORS.BAD_NONCE);
    const poor = client.transfer(
      shard.context,
      TOKEN,
      { to: bob.address, amount: 1n, nonce: FIRST },
      testSigner(9).key,
    );
    expect(shard.refuse(poor)).toBe(ERRORS.UNKNOWN_ACCOUNT);
  });

  test('is good for one chain, one shard, one script, one token and one kind of message', () => {
    const shard = minted(5n);
    const fields = { to: bob.address, amount: 1n, nonce: FIRST + 1n };
    for (const changed of [{ chainId: 1n }, { shard: 2 }, { script: 2 }]) {
      const message = client.transfer({ ...shard.context, ...changed }, TOKEN, fields, alice.key);
      expect(shard.refuse(message)).toBe(ERRORS.UNKNOWN_ACCOUNT);
    }
    const good = pay(shard, 1n);
    for (const at of [24, 30, 46, 80]) {
      const message = good.slice();
      message[at]! ^= 1;
      expect([ERRORS.UNKNOWN_ACCOUNT, ERRORS.BAD_SIGNATURE]).toContain(shard.refuse(message));
    }
    const mint = good.slice();
    mint[0] = 2;
    expect([ERRORS.NOT_CREATOR, ERRORS.BAD_SIGNATURE]).toContain(shard.refuse(mint));
  });

  test('with a high s, another recovery id or no key is no signature', () => {
    const shard = minted(5n);
    const good = pay(shard, 1n);
    const high = good.slice();
    const s = BigInt(`0x${Buffer.from(good.subarray(117, 149)).toString('hex')}`);
    high.set(bigIntToBytes(SECP256K1_ORDER - s, 32), 117);
    high[149]! ^= 1;
    const odd = good.slice();
    odd[149] = 2;
    const zero = good.slice().fill(0, 85, 149);
    for (const message of [high, odd, zero]) expect(shard.refuse(message)).toBe(ERRORS.BAD_SIGNATURE);
  });
});

describe('a send', () => {
  const sent = (shard: TestShard, to: number, amount: bigint) =>
    client.send(shard.context, TOKEN, to, { to: bob.address, amount, nonce: FIRST + 1n }, alice.key);

  test('burns here and is worth the same there, once', () => {
    const here = minted(1_000n, 1);
    const there = createTestShard(CODE, { shard: 2 });
    expect(fromLittleEndian(here.accept(sent(here, 2, 400n)))).toBe(0n);
    expect(account(here, alice).balance).toBe(600n);
    const [receipt] = here.world.receipts();
    expect(receipt).toMatchObject({ script: 1, target: { shard: 2, script: 1 } });
    expect(receipt!.data).toEqual(client.parcel(TOKEN, bob.address, 400n));

    const claim = client.claim(there.claim({ source: 1, data: receipt!.data }));
    expect(there.accept(claim)).toEqual(receipt!.data);
    expect(account(there, bob).balance).toBe(400n);
    expect(there.refuse(claim)).toBe(ERRORS.CLAIM_ALREADY_CONSUMED);
  });

  test('goes to another shard of the chain only, and not above the balance', () => {
    const shard = minted(5n, 1);
    for (const to of [1, 4, 0xffff_ffff]) expect(shard.refuse(sent(shard, to, 1n))).toBe(ERRORS.BAD_TARGET_SHARD);
    expect(shard.refuse(sent(shard, 2, 6n))).toBe(ERRORS.INSUFFICIENT_BALANCE);
  });

  test('receipts of others, of the beacon chain and of other shapes make no tokens', () => {
    const shard = createTestShard(CODE);
    const data = client.parcel(TOKEN, bob.address, 5n);
    expect(shard.refuse(client.claim(shard.claim({ source: 1, sender: 2, data })))).toBe(ERRORS.FOREIGN_RECEIPT);
    // A withdrawal of validator 1, while the script's id is 1.
    expect(shard.refuse(client.claim(shard.claim({ sender: 1, amount: 5n, data })))).toBe(ERRORS.FOREIGN_RECEIPT);
    const long = new Uint8Array(77);
    expect(shard.refuse(client.claim(shard.claim({ source: 1, data: long })))).toBe(ERRORS.BAD_RECEIPT_DATA);
    expect(shard.refuse(client.claim(new Uint8Array(9)))).toBe(ERRORS.CLAIM_MALFORMED);
    const full = minted(MAX);
    const overflow = client.claim(full.claim({ source: 2, data: client.parcel(TOKEN, alice.address, 1n) }));
    expect(full.refuse(overflow)).toBe(ERRORS.BALANCE_OVERFLOW);
  });
});

test('a burn takes tokens out of the world', () => {
  const shard = minted(5n);
  const tooMuch = client.burn(shard.context, TOKEN, 6n, FIRST + 1n, alice.key);
  expect(shard.refuse(tooMuch)).toBe(ERRORS.INSUFFICIENT_BALANCE);
  shard.accept(client.burn(shard.context, TOKEN, 2n, FIRST + 1n, alice.key));
  expect(account(shard, alice)).toEqual({ nonce: FIRST + 2n, balance: 3n });
});

test('messages of other lengths and kinds are refused', () => {
  const shard = minted(5n);
  const lengths: [number, number][] = [
    [1, 45],
    [2, 150],
    [3, 150],
    [4, 154],
    [6, 130],
    [7, 53],
    [8, 45],
  ];
  for (const [kind, length] of lengths) {
    for (const wrong of [1, length - 1, length + 1]) {
      const message = new Uint8Array(wrong);
      message[0] = kind;
      expect(shard.refuse(message), `kind ${kind}, ${wrong} bytes`).toBe(ERRORS.MALFORMED);
    }
  }
  expect(shard.refuse(new Uint8Array())).toBe(ERRORS.MALFORMED);
  expect(shard.refuse(new Uint8Array(8193))).toBe(ERRORS.MALFORMED);
  for (const kind of [0, 9, 255]) expect(shard.refuse(Uint8Array.of(kind))).toBe(ERRORS.UNKNOWN_KIND);
});
