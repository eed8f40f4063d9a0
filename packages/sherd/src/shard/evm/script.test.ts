/** What the EVM script refuses, what its system contract refuses, and calls that leave nothing behind. */
import { assembleModule, ShardNetwork } from '@sherd/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Address, addressToBytes, bytesToBigInt, concatBytes, hexToBytes, utf8ToBytes } from '../../base/index.ts';
import { DepositData, type Receipt, type ReceiptClaim, type ShardTransaction } from '../../beacon/types.ts';
import { addressOf } from '../../crypto/index.ts';
import { OUTCOME } from '../../evm/index.ts';
import { encodeTransaction, signTransaction, type Transaction } from '../../tx/index.ts';
import { decodeObject } from '../storageObject.ts';
import { buildShardBlock, traceShardBlock, traceShardTransaction } from '../transition.ts';
import { encodeCall, encodeError } from './abi.ts';
import { claimGas, encodeClaimTransaction } from './claim.ts';
import { nextBaseFee } from './context.ts';
import { MAX_MESSAGE_GAS } from './gas.ts';
import { mirrorOfAccount } from './messages.ts';
import type { AccountOverride } from './overrides.ts';
import { evmAccount, evmCall, evmEstimateGas, evmNextBaseFee, evmStorageAt } from './simulate.ts';
import { SYSTEM_CONTRACT } from './systemContract.ts';

const ETH = 10n ** 18n;
const aliceKey = new Uint8Array(32).fill(0xa1);
const alice = addressOf(aliceKey);
const bob: Address = '0x00000000000000000000000000000000000000b0';
const EMPTY = new Uint8Array(0);

/** Writes its data under a key, unless that begins with 0xff: then it aborts with it. */
const WRITER = assembleModule({
  imports: ['dataSize', 'dataCopy', 'storageWrite', 'abort', 'finish'],
  memory: [1, 1],
  main: [
    'i32.const 64 i32.const 0 call $dataSize call $dataCopy',
    'i32.const 64 i32.load8_u 0 i32.const 255 i32.eq if i32.const 64 call $dataSize call $abort end',
    'i32.const 0 i32.const 64 call $dataSize call $storageWrite i32.const 64 call $dataSize call $finish',
  ].join(' '),
});
const WRITER_KEY = new Uint8Array(32);

let net: ShardNetwork;

beforeEach(() => {
  net = new ShardNetwork({
    alloc: (shard) => (shard === 0 ? [{ address: alice, balance: 100n * ETH }] : []),
    scripts: [{ code: WRITER, balance: 0n }],
  });
});

function transaction(fields: Record<string, unknown> = {}, key = aliceKey): ShardTransaction {
  const tx = {
    type: 2,
    chainId: BigInt(net.params.chainId),
    nonce: evmAccount(net.shards[0]!, alice).nonce,
    gasLimit: 1_000_000n,
    to: bob,
    value: 0n,
    data: EMPTY,
    accessList: [],
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 10n ** 9n,
    ...fields,
  } as Transaction;
  return { script: 0, gasLimit: tx.gasLimit, data: encodeTransaction(signTransaction(tx, key)) };
}

const legacy = (fields: Record<string, unknown>) =>
  transaction({ type: 0, gasPrice: 10n ** 10n, accessList: undefined, ...fields });

describe('Ethereum transactions that may not stand in a block', () => {
  test.each([
    ['a nonce that was used', { nonce: -1n }, 'NONCE_TOO_LOW'],
    ['a nonce from the future', { nonce: 1n }, 'NONCE_TOO_HIGH'],
    ['more value than there is', { value: 100n * ETH }, 'INSUFFICIENT_FUNDS'],
    ['a fee below the base fee', { maxFeePerGas: 10n, maxPriorityFeePerGas: 1n }, 'FEE_CAP_BELOW_BASE_FEE'],
    ['the chain id of another shard', { chainId: 53_901n }, 'CHAIN_ID_MISMATCH'],
    ['too little gas for its data', { gasLimit: 20_000n }, 'INTRINSIC_GAS_TOO_LOW'],
    ['more gas than EIP-7825 allows', { gasLimit: 17_000_000n }, 'GAS_LIMIT_TOO_HIGH'],
  ])('%s', (_, fields: Record<string, bigint>, code) => {
    if (fields['nonce'] === -1n) {
      net.accept(0, [transaction()]);
      expect(net.refusal(0, transaction({ nonce: 0n }))).toBe(code);
    } else expect(net.refusal(0, transaction(fields))).toBe(code);
  });

  test('blobs, for there is no data layer', () => {
    const blob = { type: 3, maxFeePerBlobGas: 1n, blobVersionedHashes: [new Uint8Array(32).fill(1)] };
    expect(net.refusal(0, transaction(blob))).toBe('BLOBS_NOT_SUPPORTED');
  });

  test('a signature that binds no chain', () => {
    expect(net.refusal(0, legacy({ chainId: undefined }))).toBe('UNPROTECTED_TRANSACTION');
    expect(net.refusal(0, legacy({}))).toBeUndefined();
  });

  test('bytes that are no transaction, and less gas than the envelope asks for', () => {
    expect(net.refusal(0, { script: 0, gasLimit: 50_000n, data: utf8ToBytes('hello') })).toBeDefined();
    expect(net.refusal(0, { ...transaction(), gasLimit: 999_999n })).toBe('BLOCK_GAS_EXCEEDED');
  });

  test('a refused one leaves nothing behind, not even a nonce', () => {
    const built = net.block(0, [transaction({ value: 100n * ETH }), transaction({ value: ETH })]);
    expect(built.included).toEqual([1]);
    expect(evmAccount(net.shards[0]!, alice).nonce).toBe(1n);
  });
});

describe('claims that are refused', () => {
  function withdrawal(data: Uint8Array = addressToBytes(bob), targetShard = 0): Receipt {
    net.chain.accept({ withdrawals: [net.chain.withdrawal({ targetShard, data })] });
    return net.chain.receipts.at(-1)!;
  }
  const refusal = (claim: ReceiptClaim, gas = 100_000n, shard = 0) =>
    net.refusal(shard, { script: 0, gasLimit: gas, data: encodeClaimTransaction(claim) });

  test('a forged amount, a wrong branch', () => {
    const claim = net.claim(withdrawal());
    expect(refusal({ ...claim, receipt: { ...claim.receipt, amount: 10n ** 12n } })).toBe('CLAIM_BAD_PROOF');
    const receiptBranch = claim.proof.receiptBranch.map((hash, i) => (i === 3 ? new Uint8Array(32).fill(1) : hash));
    expect(refusal({ ...claim, proof: { ...claim.proof, receiptBranch } })).toBe('CLAIM_BAD_PROOF');
    const source = { ...claim.receipt, source: 1 };
    expect(refusal({ ...claim, receipt: source })).toBe('CLAIM_BAD_PROOF');
  });

  test('one that was delivered before, in the same block too', () => {
    const receipt = withdrawal();
    const built = net.block(0, [net.delivery(receipt), net.delivery(receipt)]);
    expect(built.leftOut).toMatchObject([{ index: 1, code: 'CLAIM_ALREADY_CONSUMED' }]);
    expect(refusal(net.claim(receipt))).toBe('CLAIM_ALREADY_CONSUMED');
    expect(evmAccount(net.shards[0]!, bob).balance).toBe(ETH);
  });

  test('one for another shard', () => {
    expect(refusal(net.claim(withdrawal(undefined, 1)))).toBe('CLAIM_WRONG_TARGET');
  });

  test('an anchor that the shard does not know', () => {
    const claim = net.claim(withdrawal());
    expect(refusal({ ...claim, proof: { ...claim.proof, beaconSlot: 99n } })).toBe('CLAIM_UNKNOWN_ROOT');
  });

  test('too little gas, which leaves the receipt claimable', () => {
    const receipt = withdrawal();
    expect(refusal(net.claim(receipt), BigInt(claimGas(receipt)) - 1n)).toBe('CLAIM_GAS_TOO_LOW');
    expect(refusal(net.claim(receipt), BigInt(claimGas(receipt)))).toBeUndefined();
  });

  test('data without an address, and bytes that are no claim', () => {
    const receipt = withdrawal(new Uint8Array(19));
    expect(claimGas(receipt)).toBe(0);
    expect(refusal(net.claim(receipt))).toBe('CLAIM_UNDELIVERABLE');
    expect(net.refusal(0, { script: 0, gasLimit: 100_000n, data: Uint8Array.of(0x7d, 1, 2) })).toBe('CLAIM_MALFORMED');
  });
});

describe('the system contract', () => {
  const call = (signature: string, values: readonly (bigint | Uint8Array)[], fields: Record<string, unknown> = {}) =>
    evmCall(net.input(0), { from: alice, to: SYSTEM_CONTRACT, data: encodeCall(signature, values), ...fields });
  const SEND = 'send(uint256,address,uint256,bytes)';

  test.each([
    ['a shard that there is not', [4n, 5n, 0n, EMPTY], 'sherd: bad argument shard'],
    ['an address of 21 bytes', [1n, 1n << 160n, 0n, EMPTY], 'sherd: bad argument to'],
    ['data that nobody would read', [1n, 5n, 0n, Uint8Array.of(1)], 'sherd: data without gas would never be called'],
    ['more than a receipt holds', [1n, 5n, 1n, new Uint8Array(4096)], 'sherd: receipt of 4181 bytes, at most 4096'],
  ])('send refuses %s', (_, values, message) => {
    const { outcome, output } = call(SEND, values);
    expect(outcome).toBe(OUTCOME.REVERT);
    expect(output).toEqual(encodeError(message));
  });

  test('send takes the gas of the call on the other shard', () => {
    const plain = call(SEND, [1n, 5n, 0n, EMPTY]).gasUsed;
    expect(call(SEND, [1n, 5n, 300_000n, EMPTY]).gasUsed - plain).toBeGreaterThanOrEqual(300_000);
    expect(call(SEND, [1n, 5n, BigInt(MAX_MESSAGE_GAS + 1), EMPTY]).outcome).toBe(OUTCOME.REVERT);
    expect(call(SEND, [1n, 5n, 300_000n, EMPTY], { gas: 300_000 }).outcome).toBe(OUTCOME.OUT_OF_GAS);
  });

  test('unknown functions, value where none is due, truncated arguments', () => {
    expect(call('nothing()', []).output).toEqual(encodeError('sherd: unknown function'));
    expect(call('currentShard()', [], { value: 1n }).output).toEqual(encodeError('sherd: function takes no value'));
    const data = encodeCall(SEND, [1n, 5n, 0n, EMPTY]).slice(0, 100);
    const cut = evmCall(net.input(0), { from: alice, to: SYSTEM_CONTRACT, data });
    expect(cut.output).toEqual(encodeError('sherd: bad argument data'));
  });

  test.each([
    ['CALL', 'f1', 1n],
    ['DELEGATECALL', 'f4', 0n],
    ['CALLCODE', 'f2', 0n],
    ['STATICCALL', 'fa', 0n],
  ])('by %s', (_, opcode, success) => {
    const data = encodeCall(SEND, [1n, 5n, 0n, EMPTY]);
    // Init code that makes the call with the calldata that stands behind it and stores in slot 0 whether it went well.
    const value = opcode === 'f1' || opcode === 'f2' ? '5f' : '';
    const head = `60a460205f395f5f60a45f${value}615e4d62030d40${opcode}5f5500`;
    const code = concatBytes(hexToBytes(`0x${head}`), new Uint8Array(32 - head.length / 2), data);
    const { outcomes } = net.accept(0, [transaction({ to: undefined, data: code })]);
    expect(evmStorageAt(net.shards[0]!, outcomes[0]!.evm!.contractAddress!, 0n)).toBe(success);
    expect(net.shards[0]!.receipts.length).toBe(Number(success));
  });

  test('withdrawToBeacon lets nothing leave that the beacon chain would refuse', () => {
    const deposit = net.chain.depositData(2_000_000_000n);
    const withdraw = (fields: Partial<DepositData>, value = 2n * ETH) =>
      call('withdrawToBeacon(bytes)', [DepositData.serialize({ ...deposit, ...fields })], { value });
    expect(withdraw({}).outcome).toBe(OUTCOME.RETURN);
    expect(withdraw({}, 2n * ETH + 1n).output).toEqual(encodeError('sherd: value is not a whole number of gwei'));
    expect(withdraw({}, ETH).output).toEqual(encodeError('sherd: value is not the deposit amount'));
    const wrong = { withdrawalCredentials: new Uint8Array(32) };
    expect(withdraw(wrong).output).toEqual(encodeError('sherd: bad deposit signature'));
    const small = net.chain.depositData(999_999_999n);
    expect(withdraw(small, 999_999_999n * 10n ** 9n).output).toEqual(
      encodeError('sherd: deposit below 1000000000 gwei'),
    );
  });

  test('scripts are called, and undone with the frame that called them', () => {
    const data = encodeCall('callScript(uint256,bytes,uint256)', [1n, utf8ToBytes('hi'), 200_000n]);
    const { outcomes } = net.accept(0, [transaction({ to: SYSTEM_CONTRACT, data })]);
    expect(outcomes[0]!.evm!.status).toBe(1);
    const object = () => net.shards[0]!.getObject(1, WRITER_KEY);
    expect(decodeObject(object()!).storage).toEqual(utf8ToBytes('hi'));
    expect(outcomes[0]!.output.slice(64, 66)).toEqual(utf8ToBytes('hi'));

    const again = encodeCall('callScript(uint256,bytes,uint256)', [1n, utf8ToBytes('no'), 200_000n]);
    const size = again.length.toString(16);
    const head = `60${size}60205f395f5f60${size}5f5f615e4d5af15f5ffd`;
    const code = concatBytes(hexToBytes(`0x${head}`), new Uint8Array(32 - head.length / 2), again);
    net.accept(0, [transaction({ to: undefined, data: code })]);
    expect(decodeObject(object()!).storage).toEqual(utf8ToBytes('hi'));
  });

  test('a script that aborts or faults reverts', () => {
    const script = (id: bigint, data: Uint8Array) => call('callScript(uint256,bytes,uint256)', [id, data, 200_000n]);
    expect(script(1n, Uint8Array.of(255, 1)).output).toEqual(Uint8Array.of(255, 1));
    expect(script(2n, EMPTY).output).toEqual(encodeError('sherd: script 2 unknownScript'));
    expect(script(0n, EMPTY).output).toEqual(encodeError('sherd: script 0 reentered'));
    const isStatic = call('staticCallScript(uint256,bytes,uint256)', [1n, utf8ToBytes('hi'), 200_000n]);
    expect(isStatic.output).toEqual(encodeError('sherd: script 1 trapped'));
  });

  test('views', () => {
    net.block(0, []);
    const word = (signature: string, values: readonly bigint[] = []) => bytesToBigInt(call(signature, values).output);
    expect(word('currentShard()')).toBe(0n);
    expect(word('currentSlot()')).toBe(1n);
    expect(word('recentBeaconStateRoot(uint256)', [1n])).toBe(bytesToBigInt(net.chain.root));
    expect(word('recentBeaconStateRoot(uint256)', [2n ** 255n])).toBe(0n);
    expect(word('mirrorOf(uint256,address)', [3n, BigInt(alice)])).toBe(BigInt(mirrorOfAccount(3, alice)));
  });
});

describe('calls that leave nothing behind', () => {
  test('estimates suffice', () => {
    const data = encodeCall('send(uint256,address,uint256,bytes)', [1n, BigInt(bob), 0n, EMPTY]);
    const gas = evmEstimateGas(net.input(0), { from: alice, to: SYSTEM_CONTRACT, value: ETH, data });
    const { outcomes } = net.accept(0, [transaction({ to: SYSTEM_CONTRACT, value: ETH, data, gasLimit: BigInt(gas) })]);
    expect(outcomes[0]!.evm!.status).toBe(1);
    expect(evmEstimateGas(net.input(0), { from: alice, to: bob, value: 1n })).toBe(21_000);
    expect(() => evmEstimateGas(net.input(0), { from: bob, to: alice, value: ETH })).toThrow(/insufficient funds/);
  });

  test('`next` shows the block that comes, `newest` the one that is there', () => {
    net.block(0, []);
    const number = hexToBytes('0x435f5260205ff3');
    const at = (where: 'newest' | 'next') =>
      bytesToBigInt(evmCall({ ...net.input(0), at: where }, { from: alice, data: number }).output);
    expect(at('newest')).toBe(1n);
    expect(at('next')).toBe(2n);
  });

  test('accounts can be overridden for a call', () => {
    // Returns the own balance, slot 0 and slot 1.
    const code = hexToBytes('0x475f525f5460205260015460405260605ff3');
    const words = (override: Partial<AccountOverride>) => {
      const overrides = [{ address: bob, code, ...override }];
      const { output } = evmCall({ ...net.input(0), overrides }, { from: alice, to: bob });
      return [0, 32, 64].map((at) => bytesToBigInt(output.slice(at, at + 32)));
    };
    expect(words({})).toEqual([0n, 0n, 0n]);
    expect(words({ balance: 5n, state: [[0n, 6n]] })).toEqual([5n, 6n, 0n]);
    expect(words({ stateDiff: [[1n, 7n]] })).toEqual([0n, 0n, 7n]);
    expect(() => words({ state: [], stateDiff: [] })).toThrow(expect.objectContaining({ code: 'BAD_OVERRIDE' }));
    expect(evmAccount(net.shards[0]!, bob).code).toEqual(EMPTY);
  });

  test('a transaction of an accepted block is traced as it ran', () => {
    const store = net.newStore(0);
    net.accept(0, [
      transaction(),
      transaction({ nonce: 1n, to: SYSTEM_CONTRACT, data: encodeCall('currentSlot()', []) }),
    ]);
    const { view, block } = net.blocks[0]![0]!;
    const entered: string[] = [];
    const outcome = traceShardTransaction({ ...net.input(0), view, store }, block, 1, {
      tracer: { enter: ({ to }) => entered.push(to) },
    });
    expect(entered).toEqual([SYSTEM_CONTRACT]);
    expect(bytesToBigInt(outcome.output)).toBe(1n);
  });

  test('all transactions of a block are traced in one run, each by its own tracer', () => {
    const store = net.newStore(0);
    const { outcomes } = net.accept(0, [transaction(), transaction({ nonce: 1n, to: SYSTEM_CONTRACT })]);
    const { view, block } = net.blocks[0]![0]!;
    const entered: [number, string][] = [];
    const watchOf = (index: number) => ({ tracer: { enter: ({ to }: { to: string }) => entered.push([index, to]) } });
    const traced = [...traceShardBlock({ ...net.input(0), view, store }, block, watchOf)];
    expect(traced).toEqual(outcomes);
    expect(entered).toEqual([
      [0, bob],
      [1, SYSTEM_CONTRACT],
    ]);
  });
});

describe('the block that contracts see', () => {
  test('the base fee follows the gas that the block before used', () => {
    expect(nextBaseFee(1000n, 500, 1000)).toBe(1000n);
    expect(nextBaseFee(1000n, 1000, 1000)).toBe(1125n);
    expect(nextBaseFee(1000n, 0, 1000)).toBe(875n);
    expect(nextBaseFee(7n, 600, 1000)).toBe(8n);
    expect(nextBaseFee(7n, 0, 1000)).toBe(7n);
    expect(evmNextBaseFee(net.input(0))).toBe(875_000_000n);
    net.block(0, []);
    expect(net.books(0).baseFee).toBe(875_000_000n);
  });

  test('roots of the parent and of the beacon chain are in the contracts of EIP-2935 and EIP-4788', () => {
    net.block(0, []);
    net.block(0, []);
    const parent = { from: alice, to: '0x0000f90827f1c53a10cb7a02335b175320002935' as Address, data: word(1n) };
    expect(evmCall(net.input(0), parent).output).toEqual(net.shards[0]!.getBlockRoot(1));
    const { view, block } = net.blocks[0]![1]!;
    const timestamp = view.genesisTime + block.header.slot * BigInt(net.params.slotSeconds);
    const beacon = { from: alice, to: '0x000f3df6d732807ef1319fb7b8bb8522d0beac02' as Address, data: word(timestamp) };
    expect(evmCall(net.input(0), beacon).output).toEqual(view.root);
  });

  test('ETH that a contract destroys counts as burned', () => {
    // The new contract destroys itself to its own favour: the value is gone (EIP-6780).
    const before = net.books(0).burned;
    const { outcomes } = net.accept(0, [transaction({ to: undefined, value: ETH, data: Uint8Array.of(0x30, 0xff) })]);
    expect(outcomes[0]!.evm!.status).toBe(1);
    const fee = BigInt(outcomes[0]!.gasUsed) * net.books(0).baseFee;
    expect(net.books(0).burned - before).toBe(ETH + fee);
    expect(net.imbalance()).toBe(0n);
  });
});

const word = (value: bigint) => hexToBytes(`0x${value.toString(16).padStart(64, '0')}`);

test('a raised flag stops a contract in the middle, and no block comes of it', () => {
  const loop = transaction({ to: undefined, data: hexToBytes('0x5b5f56'), gasLimit: 10_000_000n });
  let looks = 0;
  const abort = {
    get aborted() {
      looks += 1;
      return looks > 3;
    },
  };
  const build = () => buildShardBlock({ ...net.buildInput(0, [loop]), abort });
  expect(build).toThrow(expect.objectContaining({ code: 'ABORTED' }));
});
