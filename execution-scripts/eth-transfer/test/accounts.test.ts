/** Claims of withdrawals, transfers inside a shard, and every reason for which they are refused. */
import { bigIntToBytes, concatBytes } from 'sherd/base';
import { SECP256K1_ORDER } from 'sherd/crypto';
import { describe, expect, test } from 'vitest';
import {
  claimAnswer,
  extendMessage,
  readAnswer,
  readMessage,
  transferMessage,
} from '../../../packages/node/src/demo/ethTransfer.ts';
import { createShard, parcelData, signer } from './harness.ts';

const alice = signer(1);
const bob = signer(2);
const carol = signer(3);
/** The first nonce of an account that was created in slot 10. */
const FIRST = 10n << 24n;
const MAX = 2n ** 64n - 1n;

function transfer(shard: ReturnType<typeof createShard>, to: `0x${string}`, amount: bigint, nonce: bigint) {
  return transferMessage(shard.context, { to, amount, nonce }, alice.key);
}

describe('a claim of a withdrawal', () => {
  test('creates the account, and a second one adds to it', () => {
    const shard = createShard(1);
    const output = shard.accept(shard.withdrawal(alice.address, 5_000n));
    expect(claimAnswer(output)).toEqual({ account: alice.address, amount: 5_000n });
    expect(shard.account(alice.address)).toEqual({ nonce: FIRST, balance: 5_000n });
    shard.accept(shard.withdrawal(alice.address, 700n));
    expect(shard.account(alice.address)).toEqual({ nonce: FIRST, balance: 5_700n });
  });

  test('counts once', () => {
    const shard = createShard(1);
    const claim = shard.withdrawal(alice.address, 5_000n);
    shard.accept(claim);
    expect(shard.refuse(claim)).toBe('CLAIM_ALREADY_CONSUMED');
    expect(shard.account(alice.address)?.balance).toBe(5_000n);
  });

  test('is refused with the reason of the host', () => {
    const shard = createShard(1);
    const reasons = ['MALFORMED', 'WRONG_TARGET', 'UNKNOWN_ROOT', 'BAD_PROOF', 'ALREADY_CONSUMED'] as const;
    for (const [i, reason] of reasons.entries()) {
      const claim = Uint8Array.of(0xee, i);
      shard.world.prepareClaim(claim, reason);
      expect(shard.refuse(concatBytes(Uint8Array.of(1), claim))).toBe(`CLAIM_${reason}`);
    }
  });

  test('is refused when its data is no account, and stays to be claimed', () => {
    const shard = createShard(1);
    for (const length of [0, 19, 21, 64]) {
      const claim = shard.withdrawal(new Uint8Array(length), 5_000n);
      expect(shard.refuse(claim)).toBe('BAD_RECEIPT_DATA');
    }
  });

  test('never overflows a balance', () => {
    const shard = createShard(1);
    shard.fund(alice.address, MAX);
    expect(shard.refuse(shard.withdrawal(alice.address, 1n))).toBe('BALANCE_OVERFLOW');
    expect(shard.account(alice.address)?.balance).toBe(MAX);
  });
});

describe('a transfer', () => {
  test('moves an amount and creates the target', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    shard.accept(transfer(shard, bob.address, 300n, FIRST));
    expect(shard.account(alice.address)).toEqual({ nonce: FIRST + 1n, balance: 700n });
    expect(shard.account(bob.address)).toEqual({ nonce: FIRST, balance: 300n });
    shard.accept(transfer(shard, bob.address, 700n, FIRST + 1n));
    expect(shard.account(alice.address)).toEqual({ nonce: FIRST + 2n, balance: 0n });
    expect(shard.account(bob.address)).toEqual({ nonce: FIRST, balance: 1_000n });
  });

  test('to oneself makes no money', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    shard.accept(transfer(shard, alice.address, 1_000n, FIRST));
    expect(shard.account(alice.address)).toEqual({ nonce: FIRST + 1n, balance: 1_000n });
  });

  test('is good once', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const message = transfer(shard, bob.address, 300n, FIRST);
    shard.accept(message);
    expect(shard.refuse(message)).toBe('BAD_NONCE');
    expect(shard.refuse(transfer(shard, bob.address, 300n, FIRST + 2n))).toBe('BAD_NONCE');
  });

  test('is refused above the balance, of nothing, and from nobody', () => {
    const shard = createShard(1);
    expect(shard.refuse(transfer(shard, bob.address, 1n, FIRST))).toBe('UNKNOWN_ACCOUNT');
    shard.fund(alice.address, 1_000n);
    expect(shard.refuse(transfer(shard, bob.address, 1_001n, FIRST))).toBe('INSUFFICIENT_BALANCE');
    expect(shard.refuse(transfer(shard, bob.address, MAX, FIRST))).toBe('INSUFFICIENT_BALANCE');
    expect(shard.refuse(transfer(shard, bob.address, 0n, FIRST))).toBe('ZERO_AMOUNT');
  });

  test('that would overflow the target leaves the sender as he was', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    shard.fund(bob.address, MAX);
    expect(shard.refuse(transfer(shard, bob.address, 1n, FIRST))).toBe('BALANCE_OVERFLOW');
    expect(shard.account(alice.address)).toEqual({ nonce: FIRST, balance: 1_000n });
  });

  test('binds chain, shard and script', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const fields = { to: bob.address, amount: 1n, nonce: FIRST };
    for (const other of [{ chainId: 1n }, { shard: 2 }, { script: 2 }]) {
      const message = transferMessage({ ...shard.context, ...other }, fields, alice.key);
      // Another key is recovered than hers: one without an account.
      expect(shard.refuse(message)).toBe('UNKNOWN_ACCOUNT');
    }
  });

  test('is refused when a bit of it or of its signature changes', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const message = transfer(shard, bob.address, 300n, FIRST);
    for (let i = 1; i < message.length; i++) {
      const changed = message.slice();
      changed[i]! ^= 1;
      expect(['UNKNOWN_ACCOUNT', 'BAD_SIGNATURE']).toContain(shard.refuse(changed));
    }
  });

  test('has one signature: the upper half of s, and recovery ids above 1, are refused', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const message = transfer(shard, bob.address, 300n, FIRST);
    const high = message.slice();
    let s = 0n;
    for (const byte of message.subarray(69, 101)) s = (s << 8n) | BigInt(byte);
    high.set(bigIntToBytes(SECP256K1_ORDER - s, 32), 69);
    high[101]! ^= 1;
    expect(shard.refuse(high)).toBe('BAD_SIGNATURE');
    for (const id of [2, 3, 27, 28, 255]) {
      const other = message.slice();
      other[101] = id;
      expect(shard.refuse(other)).toBe('BAD_SIGNATURE');
    }
    const zero = message.slice();
    zero.fill(0, 37);
    expect(shard.refuse(zero)).toBe('BAD_SIGNATURE');
    shard.accept(message);
  });
});

describe('an account that nobody touches', () => {
  test('goes, and when it comes back old signatures are no good', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const old = transfer(shard, bob.address, 100n, FIRST);
    shard.accept(old);
    shard.world.slot = 500;
    expect(shard.account(alice.address)).toBeUndefined();
    shard.fund(alice.address, 1_000n);
    expect(shard.account(alice.address)?.nonce).toBe(500n << 24n);
    expect(shard.refuse(old)).toBe('BAD_NONCE');
  });

  test('is kept alive by anybody', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    shard.accept(extendMessage(alice.address, 1_000n));
    shard.world.slot = 500;
    expect(shard.account(alice.address)?.balance).toBe(1_000n);
    expect(shard.refuse(extendMessage(bob.address, 1_000n))).toBe('UNKNOWN_ACCOUNT');
    // For ever is more than anybody can pay.
    expect(shard.run(extendMessage(alice.address, MAX)).outcome).not.toBe('finished');
  });
});

describe('questions and nonsense', () => {
  test('an account can be read', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    expect(readAnswer(shard.accept(readMessage(alice.address)))).toEqual({ nonce: FIRST, balance: 1_000n });
    expect(shard.refuse(readMessage(carol.address))).toBe('UNKNOWN_ACCOUNT');
  });

  test('messages of wrong length or kind are refused', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const message = transfer(shard, bob.address, 1n, FIRST);
    expect(shard.refuse(new Uint8Array(0))).toBe('MALFORMED');
    expect(shard.refuse(new Uint8Array(8193))).toBe('MALFORMED');
    expect(shard.refuse(message.subarray(0, -1))).toBe('MALFORMED');
    expect(shard.refuse(concatBytes(message, Uint8Array.of(0)))).toBe('MALFORMED');
    for (const kind of [2, 3, 4, 5, 6]) expect(shard.refuse(Uint8Array.of(kind))).toBe('MALFORMED');
    for (const kind of [0, 7, 255]) expect(shard.refuse(Uint8Array.of(kind))).toBe('UNKNOWN_KIND');
    expect(shard.refuse(Uint8Array.of(1))).toBe('CLAIM_MALFORMED');
  });

  test('a claim that another script wrote is worth nothing', () => {
    const shard = createShard(1);
    expect(shard.refuse(shard.parcel(parcelData(alice.address, 9n), 0))).toBe('FOREIGN_RECEIPT');
  });
});
