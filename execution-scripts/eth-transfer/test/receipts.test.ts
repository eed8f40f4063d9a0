/** Amounts that leave a shard: to another shard, and back to the beacon chain. */
import { addressToBytes, bytesToHex } from 'sherd/base';
import { DepositData, DepositMessage, signingRoot } from 'sherd/beacon';
import { blsDeriveSecretKey, blsPublicKey, blsSign } from 'sherd/crypto';
import { describe, expect, test } from 'vitest';
import {
  claimAnswer,
  depositMessage,
  receiptAnswer,
  sendMessage,
} from '../../../packages/node/src/demo/ethTransfer.ts';
import { BEACON, CHAIN_ID, createShard, parcelData, signer } from './harness.ts';

const alice = signer(1);
const bob = signer(2);
const FIRST = 10n << 24n;

describe('a send', () => {
  const send = (shard: ReturnType<typeof createShard>, to: number, amount: bigint, nonce: bigint) =>
    sendMessage(shard.context, { shard: to, to: bob.address, amount, nonce }, alice.key);

  test('burns here, and its receipt is worth the same there', () => {
    const here = createShard(1);
    const there = createShard(2);
    here.fund(alice.address, 1_000n);
    expect(receiptAnswer(here.accept(send(here, 2, 400n, FIRST)))).toBe(0n);
    expect(here.account(alice.address)).toEqual({ nonce: FIRST + 1n, balance: 600n });
    expect(here.account(bob.address)).toBeUndefined();
    const [receipt] = here.world.receipts();
    expect(receipt).toMatchObject({ script: here.context.script, target: { shard: 2, script: here.context.script } });
    expect(bytesToHex(receipt!.data)).toBe(bytesToHex(parcelData(bob.address, 400n)));

    const claim = there.parcel(receipt!.data);
    expect(claimAnswer(there.accept(claim))).toEqual({ account: bob.address, amount: 400n });
    expect(there.account(bob.address)?.balance).toBe(400n);
    expect(there.refuse(claim)).toBe('CLAIM_ALREADY_CONSUMED');
  });

  test('goes to another shard of the chain only', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    for (const to of [1, 4, 77, BEACON]) {
      expect(shard.refuse(send(shard, to, 1n, FIRST))).toBe('BAD_TARGET_SHARD');
    }
  });

  test('is refused above the balance, of nothing, and twice', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    expect(shard.refuse(send(shard, 0, 1_001n, FIRST))).toBe('INSUFFICIENT_BALANCE');
    expect(shard.refuse(send(shard, 0, 0n, FIRST))).toBe('ZERO_AMOUNT');
    const message = send(shard, 0, 10n, FIRST);
    shard.accept(message);
    expect(shard.refuse(message)).toBe('BAD_NONCE');
    expect(shard.world.receipts().length).toBe(1);
  });

  test('receipts of other scripts and of other shapes are worth nothing', () => {
    const shard = createShard(1);
    expect(shard.refuse(shard.parcel(parcelData(bob.address, 5n), 2))).toBe('FOREIGN_RECEIPT');
    expect(shard.refuse(shard.parcel(addressToBytes(bob.address)))).toBe('BAD_RECEIPT_DATA');
    expect(shard.refuse(shard.parcel(new Uint8Array(184)))).toBe('BAD_RECEIPT_DATA');
  });
});

describe('a deposit back to the beacon chain', () => {
  const secretKey = blsDeriveSecretKey(new Uint8Array(32).fill(7), [12_381, 3600, 99, 0, 0]);

  function depositData(amount: bigint, chainId = CHAIN_ID) {
    const message = { pubkey: blsPublicKey(secretKey), withdrawalCredentials: new Uint8Array(32).fill(1), amount };
    const root = signingRoot(chainId, 'deposit', DepositMessage.hashTreeRoot(message));
    return DepositData.serialize({ ...message, signature: blsSign(secretKey, root) });
  }

  test('burns here and asks for a validator', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 40_000_000_000n);
    const deposit = depositData(32_000_000_000n);
    const answer = shard.accept(depositMessage(shard.context, { deposit, nonce: FIRST }, alice.key));
    expect(receiptAnswer(answer)).toBe(0n);
    expect(shard.account(alice.address)).toEqual({ nonce: FIRST + 1n, balance: 8_000_000_000n });
    const [receipt] = shard.world.receipts();
    expect(receipt!.target.shard).toBe(BEACON);
    expect(DepositData.deserialize(receipt!.data).amount).toBe(32_000_000_000n);
  });

  test('is refused without a proof of possession: the beacon chain would refuse it, and the ETH would be lost', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 40_000_000_000n);
    const good = depositData(1_000_000_000n);
    const changed = [0, 48, 80, 88, 183].map((at) => {
      const deposit = good.slice();
      deposit[at]! ^= 1;
      return deposit;
    });
    for (const deposit of [...changed, depositData(1_000_000_000n, 1n)]) {
      expect(shard.refuse(depositMessage(shard.context, { deposit, nonce: FIRST }, alice.key))).toBe('BAD_DEPOSIT');
    }
    shard.accept(depositMessage(shard.context, { deposit: good, nonce: FIRST }, alice.key));
  });

  test('is refused below the smallest deposit of the chain, which would be lost there', () => {
    const shard = createShard(1);
    const { minDeposit } = shard.world;
    shard.fund(alice.address, minDeposit);
    const small = depositMessage(shard.context, { deposit: depositData(minDeposit - 1n), nonce: FIRST }, alice.key);
    expect(shard.refuse(small)).toBe('DEPOSIT_TOO_SMALL');
    const message = depositMessage(shard.context, { deposit: depositData(minDeposit), nonce: FIRST }, alice.key);
    expect(receiptAnswer(shard.accept(message))).toBe(0n);
  });

  test('takes what it says, once', () => {
    const shard = createShard(1);
    shard.fund(alice.address, 2_000_000_000n);
    const tooMuch = depositMessage(shard.context, { deposit: depositData(2_000_000_001n), nonce: FIRST }, alice.key);
    expect(shard.refuse(tooMuch)).toBe('INSUFFICIENT_BALANCE');
    const message = depositMessage(shard.context, { deposit: depositData(1_000_000_000n), nonce: FIRST }, alice.key);
    shard.accept(message);
    expect(shard.refuse(message)).toBe('BAD_NONCE');
  });
});
