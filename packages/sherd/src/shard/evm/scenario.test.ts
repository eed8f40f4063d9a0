/** ETH and calls across shards, from a withdrawal to a new validator, with the books kept at every step. */
import { ShardNetwork } from '@sherd/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Address, addressToBytes, concatBytes, hexToBytes } from '../../base/index.ts';
import { BEACON, DepositData, type ShardTransaction } from '../../beacon/types.ts';
import { addressOf } from '../../crypto/index.ts';
import { encodeTransaction, signTransaction, type Transaction } from '../../tx/index.ts';
import { encodeCall } from './abi.ts';
import { EvmMessage, mirrorOfAccount, mirrorOfValidator } from './messages.ts';
import { evmAccount, evmCall, evmStorageAt } from './simulate.ts';
import { SYSTEM_CONTRACT } from './systemContract.ts';

const ETH = 10n ** 18n;
const aliceKey = new Uint8Array(32).fill(0xa1);
const alice = addressOf(aliceKey);
const bob: Address = '0x00000000000000000000000000000000000000b0';
/** Stores CALLER in slot 0, CALLVALUE in slot 1 and the first word of its calldata in slot 2. */
const recorder: Address = '0x000000000000000000000000000000000000c0de';
const RECORDER_CODE = hexToBytes('0x335f55346001555f3560025500');
/** REVERT, always. */
const reverter: Address = '0x000000000000000000000000000000000000dead';
const REVERTER_CODE = hexToBytes('0x5f5ffd');

let net: ShardNetwork;

beforeEach(() => {
  net = new ShardNetwork({
    alloc: (shard) => [
      ...(shard === 0 ? [{ address: alice, balance: 100n * ETH }] : []),
      { address: recorder, code: RECORDER_CODE, nonce: 1n },
      { address: reverter, code: REVERTER_CODE, nonce: 1n },
    ],
  });
});

afterEach(() => {
  expect(net.imbalance()).toBe(0n);
  for (let shard = 0; shard < 2; shard++) {
    const { claimed, supply, sent, burned } = net.books(shard);
    expect(claimed).toBe(supply + sent + burned);
    expect(net.replay(shard)).toEqual(net.shards[shard]!.getBlockRoot(net.blocks[shard]!.length));
  }
});

function transaction(fields: Partial<Transaction> & { readonly shard?: number }): ShardTransaction {
  const { shard = 0, ...rest } = fields;
  const gasLimit = rest.gasLimit ?? 1_000_000n;
  const tx = {
    type: 2,
    chainId: BigInt(net.params.chainId + shard),
    nonce: evmAccount(net.shards[shard]!, alice).nonce,
    gasLimit,
    to: bob,
    value: 0n,
    data: new Uint8Array(0),
    accessList: [],
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 10n ** 9n,
    ...rest,
  } as Transaction;
  return { script: 0, gasLimit, data: encodeTransaction(signTransaction(tx, aliceKey)) };
}

function send(shard: number, to: Address, value: bigint, gas = 0n, data = new Uint8Array(0)): ShardTransaction {
  const call = encodeCall('send(uint256,address,uint256,bytes)', [BigInt(shard), BigInt(to), gas, data]);
  return transaction({ to: SYSTEM_CONTRACT, value, data: call });
}

const balance = (shard: number, address: Address) => evmAccount(net.shards[shard]!, address).balance;

test('a withdrawal credits an address, a second one adds to it', () => {
  for (const amount of [2_000_000_000n, 3_000_000_000n]) {
    net.chain.accept({ withdrawals: [net.chain.withdrawal({ targetShard: 1, amount, data: addressToBytes(bob) })] });
    const built = net.accept(1, [net.delivery(net.chain.receipts.at(-1)!)]);
    expect(built.outcomes[0]).toMatchObject({ outcome: 'finished', evm: { status: 1, type: 0x7d, to: bob } });
  }
  expect(balance(1, bob)).toBe(5n * ETH);
});

test('a withdrawal with calldata calls, and keeps the money with the target when the call fails', () => {
  const word = new Uint8Array(32).fill(7);
  for (const to of [recorder, reverter]) {
    const data = concatBytes(addressToBytes(to), word);
    net.chain.accept({ withdrawals: [net.chain.withdrawal({ targetShard: 1, amount: 10n ** 9n, data })] });
    const built = net.accept(1, [net.delivery(net.chain.receipts.at(-1)!)]);
    expect(built.outcomes[0]!.evm!.status).toBe(to === recorder ? 1 : 0);
    expect(balance(1, to)).toBe(ETH);
  }
  expect(evmStorageAt(net.shards[1]!, recorder, 0n)).toBe(BigInt(mirrorOfValidator(0)));
  expect(evmStorageAt(net.shards[1]!, recorder, 2n)).toBe(BigInt(`0x${'07'.repeat(32)}`));
});

test('a transfer pays base fee to nobody and the tip to the proposer', () => {
  const { header, outcomes } = net.accept(0, [transaction({ value: ETH })]);
  expect(outcomes[0]).toMatchObject({ outcome: 'finished', gasUsed: 21_000, evm: { status: 1, from: alice, to: bob } });
  expect(balance(0, bob)).toBe(ETH);
  const { baseFee, burned } = net.books(0);
  expect(baseFee).toBe(875_000_000n);
  expect(burned).toBe(21_000n * baseFee);
  const coinbase = `0x${Buffer.from(new Uint8Array(20).fill(header.proposerIndex + 1)).toString('hex')}` as Address;
  expect(balance(0, coinbase)).toBe(21_000n * 10n ** 9n);
});

test('sender = target makes no money', () => {
  const before = balance(0, alice);
  const { outcomes } = net.accept(0, [transaction({ to: alice, value: ETH })]);
  expect(before - balance(0, alice)).toBe(21_000n * outcomes[0]!.evm!.effectiveGasPrice);
});

test('ETH goes to another shard and comes back as a validator', () => {
  const sent = net.accept(0, [send(1, alice, 40n * ETH)]);
  expect(sent.outcomes[0]).toMatchObject({ receipts: [0n], evm: { status: 1 } });
  expect(net.inFlight()).toBe(40n * ETH);
  expect(net.imbalance()).toBe(0n);
  net.accept(1, [net.delivery(net.shards[0]!.receipts[0]!)]);
  expect(balance(1, alice)).toBe(40n * ETH);

  const deposit = net.chain.depositData(32_000_000_000n);
  const data = encodeCall('withdrawToBeacon(bytes)', [DepositData.serialize(deposit)]);
  net.accept(1, [transaction({ shard: 1, to: SYSTEM_CONTRACT, value: 32n * ETH, data })]);
  const receipt = net.shards[1]!.receipts[0]!;
  expect(receipt.targetShard).toBe(BEACON);
  expect(net.imbalance()).toBe(0n);
  net.chain.block();
  const validators = net.chain.state.validators.length;
  net.chain.accept({ newValidators: [{ claim: net.claim(receipt) }] });
  expect(net.chain.state.validators.length).toBe(validators + 1);
  expect(net.chain.state.validators.at(-1)!.balance).toBe(32_000_000_000n);
});

test('a message calls on the other shard from the mirrored address', () => {
  const word = new Uint8Array(32).fill(9);
  net.accept(0, [send(1, recorder, 3n * ETH, 200_000n, word)]);
  const { outcomes } = net.accept(1, [net.delivery(net.shards[0]!.receipts[0]!)]);
  const mirror = mirrorOfAccount(0, alice);
  expect(outcomes[0]!.evm).toMatchObject({ status: 1, from: mirror, to: recorder });
  expect(evmStorageAt(net.shards[1]!, recorder, 0n)).toBe(BigInt(mirror));
  expect(evmStorageAt(net.shards[1]!, recorder, 1n)).toBe(3n * ETH);
  expect(balance(1, recorder)).toBe(3n * ETH);
  expect(balance(1, mirror)).toBe(0n);
});

test('a message whose call fails sends the money back', () => {
  net.accept(0, [send(1, reverter, 3n * ETH, 200_000n, new Uint8Array(4))]);
  const before = balance(0, alice);
  const { outcomes } = net.accept(1, [net.delivery(net.shards[0]!.receipts[0]!)]);
  expect(outcomes[0]).toMatchObject({ outcome: 'finished', receipts: [0n], evm: { status: 0 } });
  expect(EvmMessage.deserialize(net.shards[1]!.receipts[0]!.data).value).toBe(3n * ETH);
  net.accept(0, [net.delivery(net.shards[1]!.receipts[0]!)]);
  expect(balance(0, alice) - before).toBe(3n * ETH);
  expect(balance(1, reverter)).toBe(0n);
});

test.each([
  ['returns', '5f5ff3', 1],
  ['reverts', '5f5ffd', 0],
])('a frame that %s decides about the receipt it has saved', (_, end, status) => {
  const call = encodeCall('send(uint256,address,uint256,bytes)', [1n, BigInt(bob), 0n, new Uint8Array(0)]);
  // Copies the calldata behind the code, calls the system contract with all the value, and ends.
  const copy = `60${call.length.toString(16)}60205f39`;
  const code = hexToBytes(`0x${copy}5f5f60${call.length.toString(16)}5f34615e4d5af150${end}`);
  const data = concatBytes(code, new Uint8Array(32 - code.length), call);
  const { outcomes } = net.accept(0, [transaction({ to: undefined as unknown as Address, value: ETH, data })]);
  expect(outcomes[0]).toMatchObject({ receipts: status === 1 ? [0n] : [], evm: { status } });
  expect(net.shards[0]!.receipts.length).toBe(status);
  expect(net.books(0).sent).toBe(BigInt(status) * ETH);
});

test('a call leaves nothing behind and sees the newest block', () => {
  net.accept(0, [transaction({ value: ETH })]);
  const data = encodeCall('currentSlot()', []);
  const { output } = evmCall(net.input(0), { to: SYSTEM_CONTRACT, data });
  expect(BigInt(`0x${Buffer.from(output).toString('hex')}`)).toBe(1n);
  const call = {
    from: alice,
    to: SYSTEM_CONTRACT,
    value: ETH,
    data: encodeCall('send(uint256,address,uint256,bytes)', [1n, 5n, 0n, new Uint8Array(0)]),
  };
  expect(evmCall(net.input(0), call).logs.length).toBe(1);
  expect(net.shards[0]!.receipts).toEqual([]);
});
