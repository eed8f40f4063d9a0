/**
 * The script on a whole network: real withdrawals, shard blocks, crosslinks and Merkle proofs, and a new validator at
 * the end. Every shard block is applied twice, and all of them once more from genesis.
 */
import { addressToBytes, bytesToHex } from 'sherd/base';
import { DepositData, type Receipt, ReceiptClaim, StorageObject } from 'sherd/beacon';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  accountKey,
  claimMessage,
  decodeAccount,
  depositMessage,
  receiptAnswer,
  refusalOf,
  sendMessage,
  transferMessage,
} from '../../../packages/node/src/demo/ethTransfer.ts';
import { ShardNetwork } from '../../../packages/testkit/src/shardNetwork.ts';
import { CODE, type Signer, signer } from './harness.ts';

const alice = signer(1);
const bob = signer(2);
const carol = signer(3);
const ETH = 1_000_000_000n;
const SCRIPT = 1;
const GAS = 2_000_000n;

let net: ShardNetwork;
/** gwei in receipts that nobody claimed. */
let inFlight: bigint;

beforeEach(() => {
  net = new ShardNetwork();
  net.chain.accept({ newExecutionScripts: [net.chain.newScript(CODE)] });
  net.addCode(CODE);
  inFlight = 0n;
});

/** A block with one message; its output. */
function run(shard: number, data: Uint8Array) {
  return net.accept(shard, [{ script: SCRIPT, gasLimit: GAS, data }]).outcomes[0]!;
}

function accept(shard: number, data: Uint8Array): Uint8Array {
  const { outcome, output, error } = run(shard, data);
  expect(outcome, `${error?.message} ${JSON.stringify(refusalOf(output))}`).toBe('finished');
  return output;
}

function refuse(shard: number, data: Uint8Array): string {
  const objects = new Map(net.shards[shard]!.objects);
  const { outcome, output, receipts } = run(shard, data);
  expect(outcome).toBe('aborted');
  expect(receipts).toEqual([]);
  const own = ([key]: [string, unknown]) => key.startsWith(`${SCRIPT}/`);
  expect([...net.shards[shard]!.objects].filter(own)).toEqual([...objects].filter(own));
  return refusalOf(output).code;
}

function account(shard: number, { address }: Signer) {
  const stored = net.shards[shard]!.getObject(SCRIPT, accountKey(address));
  return stored === undefined ? undefined : decodeAccount(StorageObject.deserialize(stored).storage);
}

/** The balance of the script is what its accounts and its receipts are worth. */
function balanced(): void {
  let sum = inFlight;
  for (let shard = 0; shard < net.params.shardCount; shard++) {
    for (const person of [alice, bob, carol]) sum += account(shard, person)?.balance ?? 0n;
  }
  expect(sum).toBe(net.chain.state.executionScripts[SCRIPT]!.balance);
}

function withdraw(shard: number, to: Signer, amount: bigint): Receipt {
  const fields = { targetShard: shard, targetScript: SCRIPT, amount, data: addressToBytes(to.address) };
  net.chain.accept({ withdrawals: [net.chain.withdrawal(fields)] });
  return net.chain.receipts.at(-1)!;
}

function claim(receipt: Receipt): Uint8Array {
  return claimMessage(ReceiptClaim.serialize(net.claim(receipt)));
}

const context = (shard: number) => ({ chainId: BigInt(net.params.chainId), shard, script: SCRIPT });

test('ETH from a validator through two shards to a new validator', () => {
  const supply = net.chain.supply;
  const receipt = withdraw(1, alice, 4n * ETH);
  inFlight = 4n * ETH;
  balanced();
  accept(1, claim(receipt));
  inFlight = 0n;
  balanced();
  const { nonce } = account(1, alice)!;

  accept(1, transferMessage(context(1), { to: bob.address, amount: ETH, nonce }, alice.key));
  balanced();
  const parcel = { shard: 2, to: carol.address, amount: ETH / 4n, nonce: account(1, bob)!.nonce };
  const index = receiptAnswer(accept(1, sendMessage(context(1), parcel, bob.key)));
  inFlight = ETH / 4n;
  balanced();
  accept(2, claim(net.shards[1]!.receipts[Number(index)]!));
  inFlight = 0n;
  balanced();
  expect(account(2, carol)?.balance).toBe(ETH / 4n);

  const deposit = DepositData.serialize(net.chain.depositData(2n * ETH));
  const asked = receiptAnswer(accept(1, depositMessage(context(1), { deposit, nonce: nonce + 1n }, alice.key)));
  const validators = net.chain.state.validators.length;
  net.chain.accept({ newValidators: [{ claim: net.claim(net.shards[1]!.receipts[Number(asked)]!) }] });
  balanced();
  expect(net.chain.state.validators.length).toBe(validators + 1);
  expect(net.chain.state.validators.at(-1)!.balance).toBe(2n * ETH);
  expect(account(1, alice)?.balance).toBe(ETH);
  expect(net.chain.supply).toBe(supply);
  for (const shard of [1, 2]) {
    const height = net.blocks[shard]!.length;
    expect(net.replay(shard)).toEqual(net.shards[shard]!.getBlockRoot(height));
  }
});

describe('a claim with a real proof', () => {
  test('counts once, on its shard and for its script only', () => {
    const receipt = withdraw(1, alice, ETH);
    expect(refuse(2, claim(receipt))).toBe('CLAIM_WRONG_TARGET');
    accept(1, claim(receipt));
    expect(refuse(1, claim(receipt))).toBe('CLAIM_ALREADY_CONSUMED');
    expect(account(1, alice)?.balance).toBe(ETH);
  });

  test('is refused when its amount, its account or its proof is changed', () => {
    const receipt = withdraw(1, alice, ETH);
    const good = net.claim(receipt);
    const forged: ReceiptClaim[] = [
      { ...good, receipt: { ...receipt, amount: 2n * ETH } },
      { ...good, receipt: { ...receipt, data: addressToBytes(bob.address) } },
      { ...good, receipt: { ...receipt, index: receipt.index + 1n } },
      { ...good, proof: { ...good.proof, stateBranch: good.proof.stateBranch.slice(1) } },
      { ...good, proof: { ...good.proof, receiptBranch: good.proof.receiptBranch.map(() => new Uint8Array(32)) } },
    ];
    for (const each of forged) {
      expect(refuse(1, claimMessage(ReceiptClaim.serialize(each)))).toBe('CLAIM_BAD_PROOF');
    }
    const later = { ...good, proof: { ...good.proof, beaconSlot: good.proof.beaconSlot + 1_000n } };
    expect(refuse(1, claimMessage(ReceiptClaim.serialize(later)))).toBe('CLAIM_UNKNOWN_ROOT');
    expect(refuse(1, claimMessage(ReceiptClaim.serialize(good).subarray(1)))).toBe('CLAIM_MALFORMED');
    // All the refusals have consumed nothing.
    accept(1, claim(receipt));
  });

  test('of a withdrawal to somebody else is not for this script', () => {
    const data = addressToBytes(alice.address);
    const fields = { targetShard: 1, targetScript: 0, amount: ETH, data };
    net.chain.accept({ withdrawals: [net.chain.withdrawal(fields)] });
    expect(refuse(1, claim(net.chain.receipts.at(-1)!))).toBe('CLAIM_WRONG_TARGET');
  });
});

test('messages of one block see each other', () => {
  accept(1, claim(withdraw(1, alice, ETH)));
  const { nonce } = account(1, alice)!;
  const pay = (step: bigint) =>
    transferMessage(context(1), { to: bob.address, amount: 10n + step, nonce: nonce + step }, alice.key);
  const data = [pay(0n), pay(1n), pay(1n), pay(3n), pay(2n)];
  const { outcomes } = net.accept(
    1,
    data.map((each) => ({ script: SCRIPT, gasLimit: GAS, data: each })),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['finished', 'finished', 'aborted', 'aborted', 'finished']);
  expect(account(1, bob)?.balance).toBe(33n);
  expect(bytesToHex(outcomes[2]!.output).startsWith('0x04000000')).toBe(true);
});
