/**
 * What the library says to callers without types: whatever a public function is called with, it returns, or refuses with
 * a SherdError. Never a raw TypeError, which would say what the code stumbled over and not what was wrong.
 */
import * as base from 'sherd/base';
import * as block from 'sherd/block';
import * as evm from 'sherd/evm';
import * as precompiles from 'sherd/precompiles';
import { forkRules } from 'sherd/protocol';
import * as state from 'sherd/state';
import * as trie from 'sherd/trie';
import * as tx from 'sherd/tx';
import { describe, expect, it } from 'vitest';

type Anything = (...args: unknown[]) => unknown;
type Exports = Readonly<Record<string, unknown>>;

const SUBPATHS: Readonly<Record<string, Exports>> = { base, tx, block, trie, state, evm, precompiles };

const BAD: readonly unknown[] = [undefined, null, 5, 'x', {}, []];

const { rules } = forkRules('osaka');
const ADDRESS: base.Address = '0x00000000000000000000000000000000000000ee';
const BYTES = Uint8Array.of(1, 2, 3);
const HASH = new Uint8Array(32).fill(7);
const LOG = { address: ADDRESS, topics: [1n], data: BYTES };
const TRANSACTION = tx.signTransaction(
  {
    type: 2,
    chainId: 1n,
    nonce: 0n,
    gasLimit: 21_000n,
    to: ADDRESS,
    value: 1n,
    data: BYTES,
    accessList: [],
    maxFeePerGas: 9n,
    maxPriorityFeePerGas: 1n,
  },
  HASH,
);
const BLOB_TRANSACTION = tx.signTransaction(
  {
    ...TRANSACTION,
    type: 3,
    maxFeePerBlobGas: 1n,
    blobVersionedHashes: [tx.versionedHash(new Uint8Array(48))],
  },
  HASH,
);
const SIDECAR = {
  version: 0,
  blobs: [new Uint8Array(tx.BLOB_LENGTH)],
  commitments: [new Uint8Array(48)],
  proofs: [new Uint8Array(48)],
} as const;
const AUTHORIZATION = tx.signAuthorization({ chainId: 1n, address: ADDRESS, nonce: 0n }, HASH);
const HEADER: block.Header = {
  parentHash: HASH,
  ommersHash: block.EMPTY_OMMERS_HASH,
  coinbase: ADDRESS,
  stateRoot: HASH,
  transactionsRoot: HASH,
  receiptsRoot: HASH,
  bloom: new Uint8Array(block.BLOOM_LENGTH),
  difficulty: 0n,
  number: 1n,
  gasLimit: 5000n,
  gasUsed: 0n,
  timestamp: 0n,
  extraData: BYTES,
  mixHash: HASH,
  nonce: new Uint8Array(8),
};
const BLOCK: block.Block = { header: HEADER, transactions: [TRANSACTION], ommers: [] };
const RECEIPT: block.Receipt = {
  type: 2,
  status: 1,
  cumulativeGasUsed: 1n,
  bloom: new Uint8Array(block.BLOOM_LENGTH),
  logs: [LOG],
};
const WITHDRAWAL = { index: 1n, validatorIndex: 1n, address: ADDRESS, amount: 1n };
const CACHE = { epoch: 0, bytes: new Uint8Array(64 * 17), datasetSize: 128 * 17 };
const JOURNAL = new state.Journal(state.createMemoryStore());
const DATABASE = state.createMemoryDatabase(trie.createMemoryNodeStore());
const CONTEXT = {
  fork: 'osaka',
  block: {
    coinbase: ADDRESS,
    number: 1n,
    timestamp: 1n,
    gasLimit: 1n,
    difficulty: 0n,
    prevRandao: 0n,
    baseFee: 0n,
    blobBaseFee: 0n,
    chainId: 1n,
  },
  transaction: { origin: ADDRESS, gasPrice: 0n, blobHashes: [] },
} as const;
const ACCOUNT = { nonce: 0n, balance: 0n, codeHash: state.EMPTY_CODE_HASH };
const EMPTY_STORE = { getNode: () => undefined };
const STEP = { pc: 0, op: 1, gas: 1, reserve: 0n, gasCost: 9, outcome: evm.OUTCOME.OUT_OF_GAS, stack: [] };

/** Good arguments of every public function. In each place of each call something else is tried. */
const CALLS: Readonly<Record<string, readonly unknown[]>> = {
  'base.SherdError': ['CODE', 'text', {}],
  'base.isSherdError': [new Error('x'), 'CODE'],
  'base.assert': [true, 'x'],
  'base.addressFromBytes': [new Uint8Array(20)],
  'base.addressFromWord': [1n],
  'base.addressToBytes': [ADDRESS],
  'base.addressToWord': [ADDRESS],
  'base.bigIntToBytes': [1n, 2],
  'base.bigIntToMinimalBytes': [1n],
  'base.bytesToBigInt': [BYTES],
  'base.bytesToHex': [BYTES],
  'base.bytesToUtf8': [BYTES],
  'base.compareBytes': [BYTES, BYTES],
  'base.concatBytes': [BYTES, BYTES],
  'base.decodeRlp': [Uint8Array.of(0xc0)],
  'base.decodeRlpAt': [Uint8Array.of(0xc0), 0],
  'base.encodeRlp': [[BYTES, []]],
  'base.encodeRlpBytes': [BYTES],
  'base.encodeRlpListOf': [[BYTES]],
  'base.equalBytes': [BYTES, BYTES],
  'base.hexToBytes': ['0x00'],
  'base.isAddress': [ADDRESS],
  'base.isHex': ['0x00', 1],
  'base.padLeft': [BYTES, 4],
  'base.parseAddress': [ADDRESS],
  'base.rlpAddress': [new Uint8Array(20), 'field'],
  'base.rlpBytes': [BYTES, 'field', 3],
  'base.rlpList': [[BYTES], 'field', 1],
  'base.rlpUint': [BYTES, 'field', 64],
  'base.stripLeadingZeros': [BYTES],
  'base.throwIfStackIsFull': [new Error('x')],
  'base.utf8ToBytes': ['x'],
  'base.wordToBytes': [1n],
  'base.wordToHex': [1n],
  'tx.accessListOf': [TRANSACTION],
  'tx.authorizationHash': [AUTHORIZATION],
  'tx.blobHashesOf': [TRANSACTION],
  'tx.checkSidecar': [BLOB_TRANSACTION, SIDECAR],
  'tx.checkSignature': [{ r: 1n, s: 1n }, rules],
  'tx.decodeTransaction': [tx.encodeTransaction(TRANSACTION)],
  'tx.decodeWithSidecar': [tx.encodeWithSidecar(BLOB_TRANSACTION, SIDECAR)],
  'tx.effectiveGasPrice': [TRANSACTION, 1n],
  'tx.encodeForSigning': [TRANSACTION],
  'tx.encodeTransaction': [TRANSACTION],
  'tx.encodeWithSidecar': [BLOB_TRANSACTION, SIDECAR],
  'tx.feeCap': [TRANSACTION],
  'tx.legacyV': [{ chainId: 1n }, 0],
  'tx.payloadFields': [TRANSACTION],
  'tx.priorityFeeCap': [TRANSACTION],
  'tx.recoverAuthority': [AUTHORIZATION],
  'tx.recoverSender': [TRANSACTION],
  'tx.signAuthorization': [AUTHORIZATION, HASH],
  'tx.signTransaction': [TRANSACTION, HASH],
  'tx.signingHash': [TRANSACTION],
  'tx.transactionFromItem': [2, base.decodeRlp(tx.encodeTransaction(TRANSACTION).subarray(1))],
  'tx.transactionHash': [TRANSACTION],
  'tx.validateTransaction': [TRANSACTION, rules, 1n],
  'tx.versionedHash': [new Uint8Array(48)],
  'block.blobBaseFee': [1n, rules],
  'block.bloomMayContain': [HEADER.bloom, BYTES],
  'block.checkSeal': [HEADER, CACHE],
  'block.createEthashCache': [0],
  'block.createSealCheck': [],
  'block.decodeBlock': [block.encodeBlock(BLOCK)],
  'block.decodeReceipt': [block.encodeReceipt(RECEIPT)],
  'block.depositsFromLogs': [[LOG], ADDRESS],
  'block.encodeBlock': [BLOCK],
  'block.encodeHeader': [HEADER],
  'block.encodeReceipt': [RECEIPT],
  'block.ethashCacheSize': [0],
  'block.ethashDatasetSize': [0],
  'block.ethashEpoch': [1n],
  'block.ethashSeed': [0],
  'block.fakeExponential': [1n, 1n, 1n],
  'block.hashimoto': [CACHE, HASH, HEADER.nonce],
  'block.headerFromItem': [block.headerItem(HEADER)],
  'block.headerHash': [HEADER],
  'block.headerItem': [HEADER],
  'block.logsBloom': [[LOG]],
  'block.logsHash': [[LOG]],
  'block.mergeBloom': [new Uint8Array(256), HEADER.bloom],
  'block.nextBaseFee': [{ ...HEADER, baseFee: 1n }, rules],
  'block.nextDifficulty': [1n, 1n, { difficulty: 1n, timestamp: 0n, hasOmmers: false }, forkRules('london').rules],
  'block.nextExcessBlobGas': [{ excessBlobGas: 1n, blobGasUsed: 1n, baseFee: 1n }, rules],
  'block.ommersHash': [[HEADER]],
  'block.receiptsRoot': [[RECEIPT]],
  'block.requestsHash': [[{ kind: 'deposits', data: BYTES }]],
  'block.sealHash': [HEADER],
  'block.transactionsRoot': [[TRANSACTION]],
  'block.validateHeader': [
    { ...HEADER, parentHash: block.headerHash(HEADER), number: 2n, timestamp: 1n },
    HEADER,
    rules,
  ],
  'block.validateOmmers': [BLOCK, [BLOCK], () => rules],
  'block.withdrawalsRoot': [[WITHDRAWAL]],
  'trie.Trie': [trie.createMemoryNodeStore(), { root: HASH, isSecure: true }],
  'trie.accumulatorKey': [0, 1],
  'trie.accumulatorRoot': [trie.EMPTY_ACCUMULATOR],
  'trie.append': [trie.EMPTY_ACCUMULATOR, HASH],
  'trie.createMemoryNodeStore': [],
  'trie.decodePath': [Uint8Array.of(0)],
  'trie.encodePath': [BYTES, 0, 3, true],
  'trie.getSparse': [EMPTY_STORE, new Uint8Array(trie.PATH_BYTES)],
  'trie.indexTrieRoot': [[BYTES]],
  'trie.nodeReference': [BYTES],
  'trie.proveLeaf': [EMPTY_STORE, 0n, 1n],
  'trie.proveSparse': [EMPTY_STORE, new Uint8Array(trie.PATH_BYTES)],
  'trie.rootOfLeaf': [HASH, 0n, new Array(trie.ACCUMULATOR_PROOF_LENGTH).fill(HASH)],
  'trie.secureTrieRoot': [[{ key: BYTES, value: BYTES }]],
  'trie.sparsePath': [1, BYTES],
  'trie.sparseRoot': [EMPTY_STORE],
  'trie.trieRoot': [[{ key: BYTES, value: BYTES }]],
  'trie.updateSparse': [EMPTY_STORE, new Map([[`0x${'00'.repeat(trie.PATH_BYTES)}`, HASH]])],
  'trie.verifyLeaf': [HASH, HASH, 0n, new Array(trie.ACCUMULATOR_PROOF_LENGTH).fill(HASH)],
  'trie.verifyProof': [HASH, BYTES, [BYTES]],
  'trie.verifySecureProof': [HASH, BYTES, [BYTES]],
  'trie.verifySparse': [HASH, new Uint8Array(trie.PATH_BYTES), HASH, { siblings: [HASH] }],
  'state.Journal': [state.createMemoryStore(), { blockHash: () => 0n }],
  'state.createMemoryDatabase': [trie.createMemoryNodeStore()],
  'state.createMemoryStore': [],
  'state.createTrieStore': [DATABASE, HASH],
  'state.encodeAccount': [ACCOUNT, HASH],
  'state.journalStore': [JOURNAL],
  'evm.callError': [{ outcome: evm.OUTCOME.STACK_UNDERFLOW, halt: { op: 1, stackSize: 0 } }],
  'evm.combineTracers': [{}, {}],
  'evm.create2Address': [ADDRESS, 1n, BYTES],
  'evm.createAddress': [ADDRESS, 1n],
  'evm.createCallTracer': [],
  'evm.createEvm': [JOURNAL, CONTEXT, {}],
  'evm.createEvmWith': [new Map(), JOURNAL, CONTEXT, {}],
  'evm.createJsonTracer': [() => {}, {}],
  'evm.createSelectorTracer': [],
  'evm.createStateDiffTracer': [{}],
  'evm.createStepTracer': [{}],
  'evm.delegationCode': [ADDRESS],
  'evm.delegationTarget': [BYTES],
  'evm.disassemble': [BYTES],
  'evm.flattenCalls': [{ type: 'CALL', calls: [] }, {}],
  'evm.formatInstruction': [{ position: 0, byte: 0, name: 'STOP', immediate: undefined }],
  'evm.isHalt': [evm.OUTCOME.STOP],
  'evm.isRevert': [evm.OUTCOME.STOP],
  'evm.isSuccess': [evm.OUTCOME.STOP],
  'evm.joinGas': [1, 1n],
  'evm.opcodeLabel': [1],
  'evm.splitGas': [1n],
  'evm.stepError': [STEP],
  'precompiles.activePrecompiles': ['osaka'],
  'precompiles.choosePrecompiles': ['osaka', precompiles.PRECOMPILES],
};

/** Functions that may throw something else, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'base.assert': 'it is for bugs, which are no refusals: it throws a plain Error by its contract',
};

function faultOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return base.isSherdError(error) ? undefined : String(error);
  }
}

/** Good arguments among the bad ones that would take too long. */
const SLOW: Readonly<Record<string, unknown>> = {
  // The cache of epoch 5, several times over.
  'block.createEthashCache': 5,
};

const isClass = (value: Anything) => /^class\b/.test(Function.prototype.toString.call(value));

function callOf(value: Anything): Anything {
  return isClass(value) ? (...args) => Reflect.construct(value, args) : value;
}

const shown = (args: readonly unknown[]) =>
  args.map((each) => (BAD.includes(each) ? JSON.stringify(each) : '_')).join(', ');

/** Every way in which the call fails that is no refusal. */
function faultsOf(call: Anything, good: readonly unknown[], slow: unknown): string[] {
  const tries = BAD.filter((bad) => bad === undefined || bad !== slow).flatMap((bad) => [
    [bad],
    new Array(Math.max(2, good.length)).fill(bad),
    ...good.map((_, index) => good.with(index, bad)),
  ]);
  return tries.flatMap((args) => {
    const fault = faultOf(() => call(...args));
    return fault === undefined ? [] : [`(${shown(args)}): ${fault}`];
  });
}

describe.each(Object.entries(SUBPATHS))('sherd/%s', (subpath, exports) => {
  const functions = Object.entries(exports).filter(([, value]) => typeof value === 'function');

  it('has good arguments in the table for each function', () => {
    const known = Object.keys(CALLS).filter((name) => name.startsWith(`${subpath}.`));
    expect(known.sort()).toEqual(functions.map(([name]) => `${subpath}.${name}`).sort());
  });

  it.each(functions)('%s refuses with a code what it cannot take', (name, value) => {
    const id = `${subpath}.${name}`;
    const call = callOf(value as Anything);
    const good = CALLS[id] ?? [];
    expect(faultOf(() => call(...good))).toBeUndefined();
    const faults = faultsOf(call, good, SLOW[id]);
    if (EXCEPTIONS[id] === undefined) expect(faults).toEqual([]);
    else expect(faults).not.toEqual([]);
  });
});

describe('objects of the library', () => {
  const methods: readonly (readonly [name: string, call: Anything, good: readonly unknown[]])[] = [
    ...(['get', 'put', 'delete', 'proof'] as const).map((name) => {
      const call: Anything = (...args) => Reflect.apply(trie.Trie.prototype[name], new trie.Trie(), args);
      return [`Trie.${name}`, call, [BYTES, BYTES]] as const;
    }),
    [
      'MemoryStore.setAccount',
      state.createMemoryStore().setAccount as Anything,
      [ADDRESS, { ...ACCOUNT, code: BYTES, storage: [] }],
    ],
    ['MemoryStore.apply', state.createMemoryStore().apply as Anything, [new Map()]],
    [
      'Evm.run',
      evm.createEvm(JOURNAL, CONTEXT).run as Anything,
      [{ kind: 'call', caller: ADDRESS, to: ADDRESS, value: 0n, data: BYTES, gas: 1 }],
    ],
    ...[...precompiles.activePrecompiles('osaka').values()].flatMap(({ name, gas, run }) => [
      [`${name}.gas`, gas as Anything, [new Uint8Array(192)]] as const,
      [`${name}.run`, run as Anything, [new Uint8Array(192)]] as const,
    ]),
  ];

  it.each(methods)('%s refuses with a code what it cannot take', (_, call, good) => {
    expect(faultOf(() => call(...good))).toBeUndefined();
    expect(faultsOf(call, good, undefined)).toEqual([]);
  });
});

describe('a refusal', () => {
  it.each([
    [() => tx.decodeTransaction(undefined as never), 'encoded transaction: have undefined, want a Uint8Array'],
    [() => base.decodeRlp('0xc0' as never), 'RLP input: have "0xc0", want a Uint8Array'],
    [() => base.encodeRlp(5 as never), 'RLP item: have 5, want a Uint8Array or a list'],
    [() => base.encodeRlp([[BYTES], 'x'] as never), 'RLP item: have "x", want a Uint8Array or a list'],
    [() => base.hexToBytes(BYTES as never), 'hexToBytes: have 3 bytes, want a string'],
    [
      () => block.encodeHeader({ ...HEADER, number: 1 as never }),
      'header: number: have 1, want a bigint of at least 0',
    ],
    [() => new state.Journal({} as never), 'journal: store.getAccount: have undefined, want a function'],
    [
      () => tx.validateTransaction(TRANSACTION, 'osaka' as never, 1n),
      'rules: have "osaka", want those of forkRules(name).rules',
    ],
  ])('says what there was and what was wanted: %#', (call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT', message }));
  });

  it('names the field of a transaction', () => {
    expect(() => tx.encodeTransaction({ ...TRANSACTION, nonce: -1n })).toThrow(
      expect.objectContaining({ code: 'TX_FIELD', message: 'transaction: nonce is -1, want a bigint of at least 0' }),
    );
  });
});
