/** Where ETH is, under random traffic between shards and the beacon chain: after every block the books must add up. */
import { ShardNetwork } from '@sherd/testkit';
import { describe, expect, test } from 'vitest';
import { type Address, addressToBytes, bytesToBigInt, concatBytes, hexToBytes } from '../../base/index.ts';
import { BEACON, DepositData, type Receipt, type ShardTransaction } from '../../beacon/types.ts';
import { addressOf } from '../../crypto/index.ts';
import { encodeTransaction, signTransaction, type Transaction } from '../../tx/index.ts';
import { decodeObject } from '../storageObject.ts';
import { encodeCall } from './abi.ts';
import { decodeBooks, encodeBooks, post } from './books.ts';
import { EvmMessage, MESSAGE_KIND } from './messages.ts';
import { evmAccount } from './simulate.ts';
import { SYSTEM_CONTRACT } from './systemContract.ts';

const ETH = 10n ** 18n;
const SHARDS = 3;
const keys = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill));
const users = keys.map(addressOf);
/** Keeps what it gets, unless its calldata begins with a word that is odd: then it reverts. */
const picky: Address = '0x000000000000000000000000000000000000c0de';
const PICKY_CODE = hexToBytes('0x5f35600116600957005b5f5ffd');

describe('the books', () => {
  const books = { baseFee: 7n, supply: 100n, burned: 0n, claimed: 100n, sent: 0n };

  test('burn what came in and is nowhere', () => {
    expect(post(books, { claimed: 10n, sent: 4n, supply: -3n })).toEqual({
      baseFee: 7n,
      supply: 97n,
      burned: 9n,
      claimed: 110n,
      sent: 4n,
    });
  });

  test('cannot make money', () => {
    expect(() => post(books, { claimed: 0n, sent: 0n, supply: 1n })).toThrow('made 1 wei out of nothing');
  });

  test('read what they write, and refuse anything else', () => {
    expect(decodeBooks(encodeBooks(books))).toEqual(books);
    expect(() => decodeBooks(new Uint8Array(159))).toThrow(expect.objectContaining({ code: 'BAD_BOOKS' }));
  });
});

/** A small generator with a fixed seed: the same traffic in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Sum of the balances of all account objects of a shard. */
function sumOfBalances(net: ShardNetwork, shard: number): bigint {
  let sum = 0n;
  for (const [id, bytes] of net.shards[shard]!.objects) {
    if (id.startsWith('0/0x00')) sum += bytesToBigInt(decodeObject(bytes).storage.subarray(48));
  }
  return sum;
}

test.each([1, 2, 3])('add up under random traffic (seed %i)', (seed) => {
  const random = generator(seed);
  const net = new ShardNetwork({
    alloc: () => [
      ...users.map((address) => ({ address, balance: 1000n * ETH })),
      { address: picky, code: PICKY_CODE, nonce: 1n },
    ],
  });
  const supply = net.chain.supply;
  const pending: Receipt[] = [];
  const deposits: Receipt[] = [];

  function transaction(shard: number, user: number, nonce: bigint): ShardTransaction {
    const value = BigInt(random(1000)) * 10n ** 15n;
    const target = [...users, picky][random(4)]!;
    const message = new Uint8Array(32).fill(random(256));
    const kind = random(6);
    let fields: Partial<Transaction> = { to: target, value };
    if (kind === 1) fields = { to: undefined as unknown as Address, value, data: Uint8Array.of(0x30, 0xff) };
    if (kind === 2 || kind === 3) {
      const gas = kind === 2 ? 0n : 100_000n;
      const words = [
        BigInt(random(SHARDS)),
        BigInt(kind === 2 ? target : picky),
        gas,
        kind === 2 ? new Uint8Array(0) : message,
      ] as const;
      fields = { to: SYSTEM_CONTRACT, value, data: encodeCall('send(uint256,address,uint256,bytes)', words) };
    }
    if (kind === 4) {
      const deposit = DepositData.serialize(net.chain.depositData(2_000_000_000n));
      fields = { to: SYSTEM_CONTRACT, value: 2n * ETH, data: encodeCall('withdrawToBeacon(bytes)', [deposit]) };
    }
    const tx = {
      type: 2,
      chainId: BigInt(net.params.chainId + shard),
      nonce,
      gasLimit: 1_000_000n,
      data: new Uint8Array(0),
      accessList: [],
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: BigInt(random(10)) * 10n ** 9n,
      ...fields,
    } as Transaction;
    return { script: 0, gasLimit: 1_000_000n, data: encodeTransaction(signTransaction(tx, keys[user]!)) };
  }

  for (let step = 0; step < 20; step++) {
    const shard = random(SHARDS);
    const candidates: ShardTransaction[] = [];
    for (let user = 0; user < users.length; user++) {
      const { nonce } = evmAccount(net.shards[shard]!, users[user]!);
      for (let i = 0; i < 2; i++) candidates.push(transaction(shard, user, nonce + BigInt(i)));
    }
    // Claims of everything that is due here, some of them twice.
    for (const receipt of pending.filter(({ targetShard }) => targetShard === shard)) {
      candidates.push(net.delivery(receipt));
      if (random(2) === 0) candidates.push(net.delivery(receipt));
    }
    const saved = net.shards[shard]!.receipts.length;
    net.block(shard, candidates);
    for (const receipt of net.shards[shard]!.receipts.slice(saved)) {
      (receipt.targetShard === BEACON ? deposits : pending).push(receipt);
    }
    const data =
      random(2) === 0
        ? addressToBytes(users[0]!)
        : concatBytes(addressToBytes(picky), new Uint8Array(32).fill(random(9)));
    const withdrawal = net.chain.withdrawal({ targetShard: random(SHARDS), amount: 1_000_000_000n, data });
    const due = deposits.splice(0);
    net.chain.accept({
      withdrawals: [withdrawal],
      newValidators: due.map((receipt) => ({ claim: net.claim(receipt) })),
    });
    pending.push(net.chain.receipts.at(-1)!);

    expect(net.imbalance()).toBe(0n);
    expect(net.chain.supply).toBe(supply);
    for (let at = 0; at < SHARDS; at++) {
      const books = net.books(at);
      expect(sumOfBalances(net, at)).toBe(books.supply);
      expect(books.claimed).toBe(books.supply + books.burned + books.sent);
    }
  }
  // The traffic really went every way: refunds, new validators, burnt ETH.
  const kinds = net.shards.flatMap(({ receipts }) => receipts.filter(({ targetShard }) => targetShard !== BEACON));
  expect(kinds.some(({ data }) => EvmMessage.deserialize(data).kind === MESSAGE_KIND.refund)).toBe(true);
  expect(net.chain.state.validators.length).toBeGreaterThan(4);
  expect(net.books(0).burned + net.books(1).burned + net.books(2).burned).toBeGreaterThan(ETH);
  for (let shard = 0; shard < SHARDS; shard++) {
    expect(net.replay(shard)).toEqual(net.shards[shard]!.getBlockRoot(net.blocks[shard]!.length));
  }
});
