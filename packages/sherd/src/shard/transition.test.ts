/** Blocks of Wasm scripts: what a block may hold, what it must say, and every refusal. */
import { assembleModule, ShardNetwork } from '@sherd/testkit';
import { describe, expect, test } from 'vitest';
import { bytesToHex, concatBytes, isSherdError, utf8ToBytes } from '../base/index.ts';
import { type ChainParams, presetParams } from '../beacon/params.ts';
import { ReceiptClaim, type ShardTransaction, ShardTransactions, type SignedShardBlock } from '../beacon/types.ts';
import { CLAIM_ERRORS } from '../scripts/world.ts';
import { accountKey } from './evm/keys.ts';
import { mirrorOfScript } from './evm/messages.ts';
import { evmStorageAt } from './evm/simulate.ts';
import { encodePoke, POKE_SCRIPT, pokeGas } from './poke.ts';
import { decodeObject } from './storageObject.ts';
import { applyShardBlock, buildShardBlock } from './transition.ts';

/** Copies its data to 1024; the first byte says what to do, a key of 32 bytes or other arguments follow. */
const OPERATIONS = [
  // 0: write an object. 1: write it and trap. 2: write it and abort.
  'i32.const 1025 i32.const 1057 local.get 0 i32.const 33 i32.sub call $storageWrite return',
  'i32.const 1025 i32.const 1057 local.get 0 i32.const 33 i32.sub call $storageWrite unreachable',
  'i32.const 1025 i32.const 1057 local.get 0 i32.const 33 i32.sub call $storageWrite i32.const 1024 i32.const 1 call $abort',
  // 3: save a receipt for this script on the shard of the next byte.
  'i32.const 1025 i32.load8_u 0 call $scriptId i32.const 1026 local.get 0 i32.const 2 i32.sub call $saveReceipt drop return',
  // 4: claim a receipt and finish with the verdict.
  'i32.const 0 i32.const 1025 local.get 0 i32.const 1 i32.sub call $claimReceipt i32.store 0 i32.const 0 i32.const 4 call $finish',
  // 5: run for ever.
  'loop br 0 end',
  // 6: call script 0 and finish with the outcome.
  'i32.const 0 i32.const 0 i32.const 1025 local.get 0 i32.const 1 i32.sub i64.const 500000 call $call i32.store 0 i32.const 0 i32.const 4 call $finish',
];

const SCRIPT = assembleModule({
  imports: [
    'dataSize',
    'dataCopy',
    'storageWrite',
    'abort',
    'finish',
    'saveReceipt',
    'scriptId',
    'claimReceipt',
    'call',
  ],
  memory: [1, 1],
  locals: 'i32',
  main: [
    'call $dataSize local.set 0 i32.const 1024 i32.const 0 local.get 0 call $dataCopy',
    ...OPERATIONS.map((code, i) => `i32.const 1024 i32.load8_u 0 i32.const ${i} i32.eq if ${code} end`),
  ].join(' '),
});

const KEY = new Uint8Array(32).fill(0x11);

function network(params: Partial<ChainParams> = {}): ShardNetwork {
  return new ShardNetwork({
    params: { ...presetParams('test'), ...params },
    scripts: [
      { code: SCRIPT, balance: 0n },
      { code: SCRIPT, balance: 0n },
    ],
  });
}

function operation(op: number, ...parts: Uint8Array[]): Uint8Array {
  return concatBytes(Uint8Array.of(op), ...parts);
}

function transaction(data: Uint8Array, fields: Partial<ShardTransaction> = {}): ShardTransaction {
  return { script: 1, gasLimit: 1_000_000n, data, ...fields };
}

const write = (text: string) => transaction(operation(0, KEY, utf8ToBytes(text)));

function stored(net: ShardNetwork, script = 1): string | undefined {
  const bytes = net.shards[0]!.getObject(script, KEY);
  return bytes === undefined ? undefined : new TextDecoder().decode(decodeObject(bytes).storage);
}

function i32(output: Uint8Array): number {
  return new DataView(output.buffer, output.byteOffset).getInt32(0, true);
}

describe('transactions', () => {
  test('an object is written to the region of its script only', () => {
    const net = network();
    const { outcomes } = net.accept(0, [write('hello')]);
    expect(outcomes[0]).toMatchObject({ outcome: 'finished', script: 1 });
    expect(stored(net)).toBe('hello');
    expect(stored(net, 2)).toBeUndefined();
  });

  test.each([
    [1, 'trapped', true],
    [2, 'aborted', false],
  ])('what fails is rolled back and pays (operation %i: %s)', (op, outcome, burnsAll) => {
    const net = network();
    const { outcomes, header } = net.accept(0, [
      write('before'),
      transaction(operation(op, KEY, utf8ToBytes('after'))),
    ]);
    expect(outcomes[1]!.outcome).toBe(outcome);
    expect(outcomes[1]!.gasUsed === 1_000_000).toBe(burnsAll);
    expect(stored(net)).toBe('before');
    expect(header.gasUsed).toBe(BigInt(outcomes[0]!.gasUsed + outcomes[1]!.gasUsed));
  });

  test('an endless loop ends by gas', () => {
    const { outcomes } = network().accept(0, [transaction(operation(5))]);
    expect(outcomes[0]).toMatchObject({ outcome: 'outOfGas', gasUsed: 1_000_000 });
  });

  test('a script that there is not is left out', () => {
    const net = network();
    expect(net.refusal(0, transaction(operation(0, KEY), { script: 3 }))).toBe('UNKNOWN_SCRIPT');
  });

  test('a script calls a contract from its mirrored address', () => {
    const recorder = '0x000000000000000000000000000000000000c0de';
    const code = Uint8Array.of(0x33, 0x5f, 0x55, 0x00);
    const net = new ShardNetwork({
      alloc: () => [{ address: recorder, code, nonce: 1n }],
      scripts: [{ code: SCRIPT, balance: 0n }],
    });
    const { outcomes } = net.accept(0, [transaction(operation(6, accountKey(recorder).slice(12)))]);
    expect(i32(outcomes[0]!.output)).toBe(0);
    expect(evmStorageAt(net.shards[0]!, recorder, 0n)).toBe(BigInt(mirrorOfScript(0, 1)));
    // A plain message of 19 bytes names no contract: the call fails, the script goes on.
    const { outcomes: failed } = net.accept(0, [transaction(operation(6, new Uint8Array(19)))]);
    expect(failed[0]!.outcome).toBe('finished');
    expect(i32(failed[0]!.output)).not.toBe(0);
  });
});

describe('receipts between shards', () => {
  function sent(): ShardNetwork {
    const net = network();
    net.accept(0, [transaction(operation(3, Uint8Array.of(1), utf8ToBytes('hi')))]);
    return net;
  }
  const claim = (data: Uint8Array, fields: Partial<ShardTransaction> = {}) => transaction(operation(4, data), fields);
  const verdict = (net: ShardNetwork, shard: number, tx: ShardTransaction) =>
    i32(net.accept(shard, [tx]).outcomes[0]!.output);

  test('are claimed once', () => {
    const net = sent();
    const bytes = ReceiptClaim.serialize(net.claim(net.shards[0]!.receipts[0]!));
    expect(verdict(net, 1, claim(bytes))).toBe(0);
    expect(verdict(net, 1, claim(bytes))).toBe(CLAIM_ERRORS.ALREADY_CONSUMED);
  });

  test('stay consumed when every object of the region has expired', () => {
    const net = sent();
    const receipt = net.shards[0]!.receipts[0]!;
    expect(verdict(net, 1, claim(ReceiptClaim.serialize(net.claim(receipt))))).toBe(0);
    for (let i = 0; i < net.params.ttlOnWrite + 2; i++) net.chain.block();
    expect(verdict(net, 1, claim(ReceiptClaim.serialize(net.claim(receipt))))).toBe(CLAIM_ERRORS.ALREADY_CONSUMED);
  });

  test('are for one script on one shard', () => {
    const net = sent();
    const bytes = ReceiptClaim.serialize(net.claim(net.shards[0]!.receipts[0]!));
    expect(verdict(net, 2, claim(bytes))).toBe(CLAIM_ERRORS.WRONG_TARGET);
    expect(verdict(net, 1, claim(bytes, { script: 2 }))).toBe(CLAIM_ERRORS.WRONG_TARGET);
  });

  test('need a proof that holds against a root that the shard knows', () => {
    const net = sent();
    const good = net.claim(net.shards[0]!.receipts[0]!);
    const forged = { ...good, receipt: { ...good.receipt, data: utf8ToBytes('ho') } };
    expect(verdict(net, 1, claim(ReceiptClaim.serialize(forged)))).toBe(CLAIM_ERRORS.BAD_PROOF);
    const future = { ...good, proof: { ...good.proof, beaconSlot: 1_000n } };
    expect(verdict(net, 1, claim(ReceiptClaim.serialize(future)))).toBe(CLAIM_ERRORS.UNKNOWN_ROOT);
    expect(verdict(net, 1, claim(Uint8Array.of(1, 2, 3)))).toBe(CLAIM_ERRORS.MALFORMED);
    for (let i = 0; i <= net.params.rootWindow; i++) net.chain.block();
    expect(verdict(net, 1, claim(ReceiptClaim.serialize(good)))).toBe(CLAIM_ERRORS.UNKNOWN_ROOT);
  });
});

describe('life of objects', () => {
  test('anybody may poke what has expired, once', () => {
    const net = network();
    net.accept(0, [write('short')]);
    const poke = { script: POKE_SCRIPT, gasLimit: BigInt(pokeGas(1)), data: encodePoke([{ script: 1, key: KEY }]) };
    expect(net.refusal(0, poke)).toBe('POKE_NOT_EXPIRED');
    for (let i = 0; i <= net.params.ttlOnWrite; i++) net.chain.block();
    const { writes, outcomes } = net.accept(0, [poke]);
    expect(outcomes[0]).toMatchObject({ outcome: 'finished', gasUsed: pokeGas(1) });
    expect(writes.objects).toContainEqual({ script: 1, key: KEY, value: null });
    expect(stored(net)).toBeUndefined();
    expect(net.refusal(0, poke)).toBe('POKE_NOT_EXPIRED');
  });

  test('pokes are refused for malformed lists, too little gas and the region of the EVM', () => {
    const net = network();
    const poke = (data: Uint8Array, gasLimit = BigInt(pokeGas(1))) =>
      net.refusal(0, { script: POKE_SCRIPT, gasLimit, data });
    expect(poke(new Uint8Array(35))).toBe('POKE_MALFORMED');
    expect(poke(new Uint8Array(0))).toBe('POKE_MALFORMED');
    expect(poke(encodePoke([{ script: 1, key: KEY }]), 11_999n)).toBe('POKE_GAS_TOO_LOW');
    expect(poke(encodePoke([{ script: 0, key: KEY }]))).toBe('POKE_REGION');
  });
});

describe('limits of a block', () => {
  test('skip: what the gas does not reach waits, what comes later and fits goes in', () => {
    const net = network({ gasPerBlock: 2_000_000 });
    const loop = transaction(operation(5));
    const small = transaction(operation(0, KEY, utf8ToBytes('x')), { gasLimit: 100_000n });
    const large = transaction(operation(5), { gasLimit: 2_000_001n });
    const built = net.block(0, [loop, small, loop, large, small]);
    expect(built.included).toEqual([0, 1, 4]);
    expect(built.leftOut).toMatchObject([
      { index: 2, code: 'BLOCK_GAS_EXHAUSTED', mayFitLater: true },
      { index: 3, code: 'GAS_LIMIT_TOO_HIGH', mayFitLater: false },
    ]);
  });

  test('minimum: when the gas is used up, some run with the minimum', () => {
    const net = network({ gasPerBlock: 2_000_000, gasPolicy: 'minimum', maxMinimumTransactions: 2 });
    const loop = transaction(operation(5));
    const built = net.block(0, [loop, loop, loop, write('x'), loop]);
    expect(built.included).toEqual([0, 1, 2, 3]);
    expect(built.outcomes[2]).toMatchObject({ outcome: 'outOfGas', gasUsed: net.params.minimumGas });
    expect(built.outcomes[3]).toMatchObject({ outcome: 'finished' });
    expect(built.leftOut).toMatchObject([{ index: 4, code: 'BLOCK_GAS_EXHAUSTED' }]);
    expect(stored(net)).toBe('x');
  });

  test('bytes are bounded', () => {
    const net = network({ maxShardBlockBytes: 2_000 });
    const big = transaction(operation(0, KEY, new Uint8Array(1_500)));
    const huge = transaction(operation(0, KEY, new Uint8Array(2_000)));
    expect(net.block(0, [big, big, huge]).leftOut).toMatchObject([
      { index: 1, code: 'BLOCK_BYTES_EXCEEDED', mayFitLater: true },
      { index: 2, code: 'BLOCK_BYTES_EXCEEDED', mayFitLater: false },
    ]);
  });
});

describe('the strict entrance', () => {
  const net = network({ gasPerBlock: 2_000_000 });
  net.accept(0, [write('first')]);
  net.chain.block();
  net.chain.block();
  const built = buildShardBlock(net.buildInput(0, [write('second')]));
  const good = net.sign(built);

  function code(block: SignedShardBlock, input = net.input(0)): string {
    try {
      applyShardBlock(input, block);
      return 'accepted';
    } catch (error) {
      if (isSherdError(error)) return error.code;
      throw error;
    }
  }
  /** The block with other fields, signed anew. */
  function altered(fields: Partial<SignedShardBlock['header']>, transactions?: ShardTransaction[]): SignedShardBlock {
    const list = transactions ?? good.transactions;
    const transactionsRoot = ShardTransactions.hashTreeRoot(list);
    return net.sign({ header: { ...good.header, transactionsRoot, ...fields }, transactions: list });
  }

  test('takes what was built', () => {
    expect(code(good)).toBe('accepted');
  });

  test.each([
    ['shard', { shard: 1 }, 'BLOCK_SHARD'],
    ['parent', { parentRoot: KEY }, 'BLOCK_PARENT'],
    ['height', { height: 3n }, 'BLOCK_HEIGHT'],
    ['slot before its beacon state', { slot: 2n }, 'BLOCK_BEACON_SLOT'],
    ['slot of the parent', { slot: 1n }, 'BLOCK_SLOT'],
    ['beacon root', { beaconRoot: KEY }, 'BLOCK_BEACON_ROOT'],
    ['beacon slot', { beaconSlot: 0n }, 'BLOCK_BEACON_ROOT'],
    ['transactions root', { transactionsRoot: KEY }, 'BLOCK_TRANSACTIONS_ROOT'],
    ['gas used', { gasUsed: 1n }, 'BLOCK_GAS_USED'],
    ['state root', { stateRoot: KEY }, 'BLOCK_STATE_ROOT'],
    ['receipts root', { receiptsRoot: KEY }, 'BLOCK_RECEIPTS_ROOT'],
    ['receipt count', { receiptCount: 7n }, 'BLOCK_RECEIPTS_ROOT'],
    ['outcomes root', { outcomesRoot: KEY }, 'BLOCK_OUTCOMES_ROOT'],
  ] as const)('refuses a wrong %s', (_, fields, want) => {
    expect(code(altered(fields))).toBe(want);
  });

  test('refuses another proposer, and a signature that is not the proposer’s', () => {
    const proposerIndex = (good.header.proposerIndex + 1) % 4;
    expect(code(altered({ proposerIndex }))).toBe('BLOCK_PROPOSER');
    expect(code({ ...good, header: { ...good.header, gasUsed: 1n } })).toBe('BLOCK_SIGNATURE');
    expect(code({ ...good, signature: new Uint8Array(96) })).toBe('BLOCK_SIGNATURE');
  });

  test.each([
    ['refused', transaction(Uint8Array.of(2), { script: 0 }), 'RLP'],
    ['for an unknown script', write('x'), 'UNKNOWN_SCRIPT'],
    ['too greedy', transaction(operation(5), { gasLimit: 2_000_001n }), 'GAS_LIMIT_TOO_HIGH'],
    ['too long', transaction(operation(0, KEY, new Uint8Array(65_536))), 'BLOCK_BYTES_EXCEEDED'],
  ])('refuses a block with a transaction that is %s', (what, tx, reason) => {
    const list = [what === 'for an unknown script' ? { ...tx, script: 9 } : tx];
    let data: unknown;
    try {
      applyShardBlock(net.input(0), altered({}, list));
    } catch (error) {
      if (!isSherdError(error, 'BLOCK_TRANSACTION')) throw error;
      data = error.data['reason'];
    }
    expect(String(data)).toContain(reason);
  });

  test('refuses a block that draws more than the pool has', () => {
    const loop = transaction(operation(5));
    expect(code(altered({}, [loop, loop, loop]))).toBe('BLOCK_TRANSACTION');
  });

  test('stops when the flag is raised', () => {
    expect(code(good, { ...net.input(0), abort: { aborted: true } })).toBe('ABORTED');
  });
});

test('a gap of a million slots costs no more than the window', () => {
  const net = network();
  net.accept(0, [write('a')]);
  const parent = net.shards[0]!.getBlockRoot(1)!;
  const stateRoot = net.blocks[0]![0]!.block.header.stateRoot;
  const { state } = buildShardBlock(net.buildInput(0, [write('b')], 1_000_001));
  expect(state.recentStateRoots.every((root) => bytesToHex(root) === bytesToHex(stateRoot))).toBe(true);
  expect(bytesToHex(state.parentRoot)).toBe(bytesToHex(parent));
});

test('replay from genesis gives the same root', () => {
  const net = network();
  net.accept(0, [write('a'), transaction(operation(3, Uint8Array.of(1), utf8ToBytes('hi')))]);
  net.accept(0, [write('b'), transaction(operation(1, KEY))]);
  expect(net.replay(0)).toEqual(net.shards[0]!.getBlockRoot(2));
});
