/** Every message of the UTXO script, every reason for which one is refused, and that sums are conserved. */
import { readFileSync } from 'node:fs';
import { type Address, addressToBytes, concatBytes } from 'sherd/base';
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

const CODE = new Uint8Array(readFileSync(new URL('../utxo.wasm', import.meta.url)));
const DOMAIN = '\x19Sherd UTXO:\n';
const alice = testSigner(1);
const bob = testSigner(2);

const ERRORS = {
  MALFORMED: 1,
  UNKNOWN_KIND: 2,
  BAD_SIGNATURE: 3,
  NOT_OWNER: 4,
  UNKNOWN_OUTPUT: 5,
  ZERO_AMOUNT: 6,
  SUMS_DIFFER: 7,
  BAD_RECEIPT_DATA: 8,
  FOREIGN_RECEIPT: 9,
  CLAIM_MALFORMED: 21,
  CLAIM_ALREADY_CONSUMED: 25,
};

interface Output {
  readonly owner: Address;
  readonly amount: bigint;
}

const message = (kind: number, ...parts: Uint8Array[]) => concatBytes(Uint8Array.of(kind), ...parts);
const record = ({ owner, amount }: Output) => concatBytes(addressToBytes(owner), littleEndian(amount, 8));
const read = (id: Uint8Array) => message(4, id);

function spend(
  { context }: Pick<TestShard, 'context'>,
  inputs: readonly (readonly [Uint8Array, TestSigner])[],
  outputs: readonly Output[],
): Uint8Array {
  const counts = Uint8Array.of(inputs.length, outputs.length);
  const text = message(2, counts, ...inputs.map(([id]) => id), ...outputs.map(record));
  const signatures = inputs.map(([, { key }]) => signScriptMessage(DOMAIN, context, text, key).subarray(text.length));
  return concatBytes(text, ...signatures);
}

const withdrawal = (shard: TestShard, owner: Address, amount: bigint) =>
  message(1, shard.claim({ amount, data: addressToBytes(owner) }));

/** Id of a new output by a withdrawal. */
function fund(shard: TestShard, { address }: TestSigner, amount: bigint): Uint8Array {
  const answer = shard.accept(withdrawal(shard, address, amount));
  expect(answer.slice(32)).toEqual(record({ owner: address, amount }));
  return answer.slice(0, 32);
}

/** All that is unspent, in gwei. */
function total(shard: TestShard): bigint {
  let sum = 0n;
  for (const line of shard.world.digest().split('\n')) {
    const storage = /^1:0x\S+ \d+ \d+ 0x(\S+)$/.exec(line)?.[1];
    if (storage !== undefined) sum += fromLittleEndian(Uint8Array.from(Buffer.from(storage, 'hex').subarray(20)));
  }
  return sum;
}

/** Objects that a spend made, by what the world has more than before. */
function made(shard: TestShard, run: () => void): Uint8Array[] {
  const ids = () => [...shard.world.digest().matchAll(/^1:0x(\S+) /gm)].map(([, id]) => id!);
  const before = new Set(ids());
  run();
  return ids()
    .filter((id) => !before.has(id))
    .map((id) => Uint8Array.from(Buffer.from(id, 'hex')));
}

test('the committed module is what its sources give', async () => {
  expect(new Uint8Array(await buildScript('utxo'))).toEqual(CODE);
});

describe('a claim', () => {
  test('makes an output of a withdrawal, once', () => {
    const shard = createTestShard(CODE);
    const claim = withdrawal(shard, alice.address, 500n);
    const id = shard.accept(claim).slice(0, 32);
    expect(shard.accept(read(id))).toEqual(record({ owner: alice.address, amount: 500n }));
    expect(shard.refuse(claim)).toBe(ERRORS.CLAIM_ALREADY_CONSUMED);
    expect(fund(shard, alice, 500n)).not.toEqual(id);
    expect(total(shard)).toBe(1_000n);
  });

  test('of anything else is refused', () => {
    const shard = createTestShard(CODE);
    const data = addressToBytes(alice.address);
    expect(shard.refuse(message(1, shard.claim({ source: 1, data })))).toBe(ERRORS.FOREIGN_RECEIPT);
    expect(shard.refuse(message(1, shard.claim({ amount: 5n, data: new Uint8Array(21) })))).toBe(
      ERRORS.BAD_RECEIPT_DATA,
    );
    expect(shard.refuse(withdrawal(shard, alice.address, 0n))).toBe(ERRORS.ZERO_AMOUNT);
    expect(shard.refuse(message(1, Uint8Array.of(9)))).toBe(ERRORS.CLAIM_MALFORMED);
  });
});

describe('a spend', () => {
  test('turns outputs into others of the same sum, which can be spent in turn', () => {
    const shard = createTestShard(CODE);
    const first = fund(shard, alice, 500n);
    const second = fund(shard, bob, 300n);
    const joint = spend(
      shard,
      [
        [first, alice],
        [second, bob],
      ],
      [
        { owner: bob.address, amount: 799n },
        { owner: alice.address, amount: 1n },
      ],
    );
    const ids = made(shard, () => shard.accept(joint));
    expect(ids.length).toBe(2);
    expect(total(shard)).toBe(800n);
    expect(shard.refuse(read(first))).toBe(ERRORS.UNKNOWN_OUTPUT);
    expect(shard.refuse(joint)).toBe(ERRORS.UNKNOWN_OUTPUT);
    const bobs = ids.find((id) => fromLittleEndian(shard.accept(read(id)).slice(20)) === 799n)!;
    shard.accept(spend(shard, [[bobs, bob]], [{ owner: alice.address, amount: 799n }]));
    expect(total(shard)).toBe(800n);
  });

  test('neither makes nor loses ETH', () => {
    const shard = createTestShard(CODE);
    const id = fund(shard, alice, 500n);
    const to = (...amounts: bigint[]) =>
      spend(
        shard,
        [[id, alice]],
        amounts.map((amount) => ({ owner: bob.address, amount })),
      );
    expect(shard.refuse(to(501n))).toBe(ERRORS.SUMS_DIFFER);
    expect(shard.refuse(to(499n))).toBe(ERRORS.SUMS_DIFFER);
    expect(shard.refuse(to(500n, 0n))).toBe(ERRORS.ZERO_AMOUNT);
    // A sum that is 500 modulo 2^64.
    expect(shard.refuse(to(2n ** 64n - 1n, 501n))).toBe(ERRORS.SUMS_DIFFER);
    const twice = spend(
      shard,
      [
        [id, alice],
        [id, alice],
      ],
      [{ owner: bob.address, amount: 1_000n }],
    );
    expect(shard.refuse(twice)).toBe(ERRORS.UNKNOWN_OUTPUT);
    const huge = fund(shard, alice, 2n ** 64n - 1n);
    const overflow = spend(
      shard,
      [
        [id, alice],
        [huge, alice],
      ],
      [{ owner: bob.address, amount: 499n }],
    );
    expect(shard.refuse(overflow)).toBe(ERRORS.SUMS_DIFFER);
  });

  test('is signed by each owner, for one chain, shard, script and set of outputs', () => {
    const shard = createTestShard(CODE);
    const id = fund(shard, alice, 500n);
    const outputs = [{ owner: bob.address, amount: 500n }];
    expect(shard.refuse(spend(shard, [[id, bob]], outputs))).toBe(ERRORS.NOT_OWNER);
    for (const changed of [{ chainId: 1n }, { shard: 2 }, { script: 2 }]) {
      const elsewhere = { context: { ...shard.context, ...changed } };
      expect(shard.refuse(spend(elsewhere, [[id, alice]], outputs))).toBe(ERRORS.NOT_OWNER);
    }
    const good = spend(shard, [[id, alice]], outputs);
    const diverted = good.slice();
    diverted[40]! ^= 1;
    expect([ERRORS.NOT_OWNER, ERRORS.BAD_SIGNATURE]).toContain(shard.refuse(diverted));
    const odd = good.slice();
    odd[odd.length - 1] = 2;
    expect(shard.refuse(odd)).toBe(ERRORS.BAD_SIGNATURE);
    shard.accept(good);
  });
});

test('an output lives longer when somebody pays for it', () => {
  const shard = createTestShard(CODE, { slot: 10, ttlOnWrite: 100 });
  const id = fund(shard, alice, 500n);
  shard.accept(message(3, id, littleEndian(50, 8)));
  shard.world.slot = 160;
  expect(fromLittleEndian(shard.accept(read(id)).slice(20))).toBe(500n);
  shard.world.slot = 161;
  expect(shard.refuse(message(3, id, littleEndian(50, 8)))).toBe(ERRORS.UNKNOWN_OUTPUT);
  expect(shard.refuse(spend(shard, [[id, alice]], [{ owner: bob.address, amount: 500n }]))).toBe(ERRORS.UNKNOWN_OUTPUT);
});

test('messages of other lengths and kinds are refused', () => {
  const shard = createTestShard(CODE);
  const wrong = [[2], [2, 1], [2, 0, 1], [2, 1, 0], [2, 17, 1], [2, 1, 17], [2, 1, 1], [3], [4]];
  for (const text of wrong) expect(shard.refuse(Uint8Array.from(text)), String(text)).toBe(ERRORS.MALFORMED);
  for (const [kind, length] of [
    [3, 42],
    [4, 34],
    [2, 129],
  ] as const) {
    const text = new Uint8Array(length);
    text.set([kind, 1, 1]);
    expect(shard.refuse(text)).toBe(ERRORS.MALFORMED);
  }
  expect(shard.refuse(new Uint8Array())).toBe(ERRORS.MALFORMED);
  expect(shard.refuse(new Uint8Array(8193))).toBe(ERRORS.MALFORMED);
  for (const kind of [0, 5, 255]) expect(shard.refuse(Uint8Array.of(kind))).toBe(ERRORS.UNKNOWN_KIND);
});
