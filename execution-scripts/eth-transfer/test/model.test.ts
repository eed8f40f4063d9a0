/**
 * Random messages, good and bad, to the compiled script on three shards, next to a model of a few lines. After every
 * message both agree on every account and on the outcome, and no gwei has come or gone.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extendMessage, sendMessage, transferMessage } from '../../../packages/node/src/demo/ethTransfer.ts';
import { createShard, parcelData, signer, type TestShard } from './harness.ts';

const PEOPLE = [1, 2, 3, 4].map(signer);
const SHARDS = 3;

interface Step {
  readonly kind: 'withdraw' | 'transfer' | 'send' | 'claim' | 'replay' | 'extend' | 'wait';
  readonly shard: number;
  readonly from: number;
  readonly to: number;
  readonly target: number;
  readonly amount: bigint;
  /** Added to the right nonce; mostly 0. */
  readonly slip: bigint;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom(
      'withdraw',
      'withdraw',
      'transfer',
      'transfer',
      'send',
      'claim',
      'claim',
      'replay',
      'extend',
      'wait',
    ),
    shard: fc.nat(SHARDS - 1),
    from: fc.nat(PEOPLE.length - 1),
    to: fc.nat(PEOPLE.length - 1),
    target: fc.nat(SHARDS),
    amount: fc.oneof(fc.bigInt(0n, 60n), fc.constant(2n ** 64n - 1n), fc.constant(2n ** 63n)),
    slip: fc.constantFrom(0n, 0n, 0n, 0n, 0n, 1n, -1n),
  }),
  { minLength: 30, maxLength: 60 },
);

interface Account {
  nonce: bigint;
  balance: bigint;
}

interface Parcel {
  readonly shard: number;
  readonly to: number;
  readonly amount: bigint;
}

/** What the script should do, in the plainest words. */
class Model {
  readonly accounts = Array.from({ length: SHARDS }, () => new Map<number, Account>());
  readonly parcels: Parcel[] = [];
  /** All that was withdrawn and claimed. */
  total = 0n;
  slot = 10n;

  credit(shard: number, to: number, amount: bigint): boolean {
    const account = this.accounts[shard]!.get(to) ?? { nonce: this.slot << 24n, balance: 0n };
    if (account.balance + amount >= 2n ** 64n) return false;
    this.accounts[shard]!.set(to, { ...account, balance: account.balance + amount });
    return true;
  }

  debit(shard: number, from: number, amount: bigint, nonce: bigint): boolean {
    const account = this.accounts[shard]!.get(from);
    if (account === undefined || account.nonce !== nonce || amount === 0n || account.balance < amount) return false;
    this.accounts[shard]!.set(from, { nonce: nonce + 1n, balance: account.balance - amount });
    return true;
  }

  transfer({ shard, from, to, amount }: Step, nonce: bigint): boolean {
    const before = new Map(this.accounts[shard]);
    if (this.debit(shard, from, amount, nonce) && this.credit(shard, to, amount)) return true;
    this.accounts[shard] = before;
    return false;
  }

  sum(): bigint {
    let sum = 0n;
    for (const accounts of this.accounts) for (const { balance } of accounts.values()) sum += balance;
    for (const { amount } of this.parcels) sum += amount;
    return sum;
  }
}

function run(list: readonly Step[]): void {
  const shards: TestShard[] = Array.from({ length: SHARDS }, (_, shard) => createShard(shard));
  for (const { world } of shards) expect(world.shardCount).toBeGreaterThan(SHARDS);
  const model = new Model();
  const consumed: { readonly shard: number; readonly message: Uint8Array }[] = [];
  for (const step of list) {
    const { kind, from, to, amount } = step;
    const shard = shards[step.shard]!;
    const nonce = (model.accounts[step.shard]!.get(from)?.nonce ?? 5n) + step.slip;
    const accepts = (message: Uint8Array): boolean => {
      const before = shard.world.digest();
      const { outcome } = shard.run(message);
      expect(['finished', 'aborted']).toContain(outcome);
      if (outcome === 'aborted') expect(shard.world.digest()).toBe(before);
      return outcome === 'finished';
    };
    if (kind === 'withdraw') {
      const message = shard.withdrawal(PEOPLE[to]!.address, amount);
      const isGood = model.credit(step.shard, to, amount);
      if (isGood) model.total += amount;
      expect(accepts(message)).toBe(isGood);
      if (isGood) consumed.push({ shard: step.shard, message });
    } else if (kind === 'transfer') {
      const fields = { to: PEOPLE[to]!.address, amount, nonce };
      const isGood = model.transfer(step, nonce);
      expect(accepts(transferMessage(shard.context, fields, PEOPLE[from]!.key))).toBe(isGood);
    } else if (kind === 'send') {
      const fields = { shard: step.target, to: PEOPLE[to]!.address, amount, nonce };
      const isElsewhere = step.target !== step.shard;
      const isGood = isElsewhere && model.debit(step.shard, from, amount, nonce);
      if (isGood) model.parcels.push({ shard: step.target, to, amount });
      expect(accepts(sendMessage(shard.context, fields, PEOPLE[from]!.key))).toBe(isGood);
    } else if (kind === 'claim') {
      const index = model.parcels.findIndex((parcel) => parcel.shard === step.shard);
      const parcel = model.parcels[index];
      if (parcel === undefined) continue;
      const message = shard.parcel(parcelData(PEOPLE[parcel.to]!.address, parcel.amount));
      const isGood = model.credit(step.shard, parcel.to, parcel.amount);
      if (isGood) model.parcels.splice(index, 1);
      expect(accepts(message)).toBe(isGood);
      if (isGood) consumed.push({ shard: step.shard, message });
    } else if (kind === 'replay') {
      const old = consumed.find((each) => each.shard === step.shard);
      if (old !== undefined) expect(accepts(old.message)).toBe(false);
    } else if (kind === 'extend') {
      const isThere = model.accounts[step.shard]!.has(to);
      expect(accepts(extendMessage(PEOPLE[to]!.address, 1n))).toBe(isThere);
    } else {
      model.slot += 1n;
      for (const { world } of shards) world.slot += 1;
    }
    for (const [at, each] of shards.entries()) {
      for (const [person, { address }] of PEOPLE.entries()) {
        expect(each.account(address)).toEqual(model.accounts[at]!.get(person));
      }
    }
    expect(model.sum()).toBe(model.total);
  }
}

test('the script does what the model does, whatever it is told', () => {
  fc.assert(fc.property(steps, run), { seed: 5397, numRuns: 40 });
});
