/** Blocks: what withdrawals, ommers, deposits, the DAO and blobs add to their transactions. */
import { type Bytecode, call, code, mstore, op, push, storeInMemory } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, concatBytes, utf8ToBytes, wordToBytes } from '../base/index.ts';
import { type Block, EMPTY_OMMERS_HASH, type Header, requestsHash, type Withdrawal } from '../block/index.ts';
import { addressOf, keccak256 } from '../crypto/index.ts';
import type { ForkName } from '../protocol/index.ts';
import { createMemoryStore, type MemoryStore } from '../state/index.ts';
import { EMPTY_TRIE_ROOT } from '../trie/index.ts';
import { signTransaction, type Transaction } from '../tx/index.ts';
import { type BlockResult, DAO_ACCOUNTS, DAO_REFUND_CONTRACT, processBlock } from './index.ts';

const KEY = keccak256(Uint8Array.of(7));
const SENDER = addressOf(KEY);
const COINBASE: Address = '0x000000000000000000000000000000000000c01b';
const ALICE: Address = '0x00000000000000000000000000000000000a11ce';
const BOB: Address = '0x0000000000000000000000000000000000000b0b';
const DEPOSITS: Address = '0x00000000000000000000000000000000000de905';
const WITHDRAWALS: Address = '0x00000961ef480eb55e80d19ad83579a64c007002';
const CONSOLIDATIONS: Address = '0x0000bbddc7ce488642fb579f8b00f3a590007251';
const ETHER = 10n ** 18n;

const header: Header = {
  parentHash: new Uint8Array(32),
  ommersHash: EMPTY_OMMERS_HASH,
  coinbase: COINBASE,
  stateRoot: EMPTY_TRIE_ROOT,
  transactionsRoot: EMPTY_TRIE_ROOT,
  receiptsRoot: EMPTY_TRIE_ROOT,
  bloom: new Uint8Array(256),
  difficulty: 0n,
  number: 100n,
  gasLimit: 30_000_000n,
  gasUsed: 0n,
  timestamp: 1000n,
  extraData: new Uint8Array(0),
  mixHash: new Uint8Array(32),
  nonce: new Uint8Array(8),
};

interface Scene {
  readonly fork: ForkName;
  readonly contracts?: Readonly<Record<Address, Bytecode>>;
  readonly balances?: Readonly<Record<Address, bigint>>;
  readonly block?: Partial<Omit<Block, 'header'>>;
  readonly header?: Partial<Header>;
  readonly movesDaoBalances?: boolean;
}

function play(scene: Scene): { readonly store: MemoryStore; readonly result: BlockResult } {
  const store = createMemoryStore();
  const rich: Record<Address, bigint> = { [SENDER]: ETHER, ...scene.balances };
  for (const [address, balance] of Object.entries(rich)) {
    store.setAccount(address as Address, { nonce: 0n, balance, code: code(''), storage: [] });
  }
  for (const [address, bytecode] of Object.entries(scene.contracts ?? {})) {
    store.setAccount(address as Address, { nonce: 1n, balance: 0n, code: code(bytecode), storage: [] });
  }
  const block: Block = { header: { ...header, ...scene.header }, transactions: [], ommers: [], ...scene.block };
  const result = processBlock({
    block,
    fork: scene.fork,
    chainId: 1n,
    store,
    commit(changes) {
      store.apply(changes);
      return store.stateRoot();
    },
    blockHash: () => 0n,
    depositContract: DEPOSITS,
    movesDaoBalances: scene.movesDaoBalances ?? false,
  });
  return { store, result };
}

function transaction(to: Address, nonce = 0n): Transaction {
  const fees = { maxPriorityFeePerGas: 0n, maxFeePerGas: 0n, gasLimit: 200_000n };
  const call = { chainId: 1n, nonce, to, value: 0n, data: new Uint8Array(0), accessList: [] };
  return signTransaction({ type: 2, ...call, ...fees }, KEY);
}

function refusal(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return (error as { code?: string }).code ?? `crashed: ${error}`;
  }
}

describe('withdrawals (EIP-4895)', () => {
  const pay = (address: Address, amount: bigint): Withdrawal => ({ index: 0n, validatorIndex: 0n, address, amount });

  it('are paid in gwei, each added to what is there, and run nothing', () => {
    const { store, result } = play({
      fork: 'shanghai',
      balances: { [ALICE]: 5n },
      contracts: { [BOB]: op.INVALID },
      block: { withdrawals: [pay(ALICE, 3n), pay(ALICE, (1n << 64n) - 1n), pay(BOB, 1n)] },
    });
    expect(store.getAccount(ALICE)!.balance).toBe(5n + (3n + (1n << 64n) - 1n) * 10n ** 9n);
    expect(store.getAccount(BOB)!.balance).toBe(10n ** 9n);
    expect(result.gasUsed).toBe(0n);
  });

  it('of nothing make no account', () => {
    expect(
      play({ fork: 'shanghai', block: { withdrawals: [pay(ALICE, 0n)] } }).store.getAccount(ALICE),
    ).toBeUndefined();
  });

  it('of nothing remove an empty account that a genesis had (EIP-161)', () => {
    const balances = { [ALICE]: 0n, [BOB]: 0n };
    const { store } = play({ fork: 'shanghai', balances, block: { withdrawals: [pay(ALICE, 0n)] } });
    expect([store.getAccount(ALICE), store.getAccount(BOB)?.balance]).toEqual([undefined, 0n]);
  });
});

describe('before its transactions', () => {
  it('a block tells its history contracts of the parent (EIP-4788, EIP-2935)', () => {
    const BEACON_ROOTS = '0x000f3df6d732807ef1319fb7b8bb8522d0beac02';
    const HISTORY = '0x0000f90827f1c53a10cb7a02335b175320002935';
    const keep = call('CALLDATALOAD', 0) + push(0) + op.SSTORE;
    const [root, hash] = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
    const requests = { [WITHDRAWALS]: op.STOP, [CONSOLIDATIONS]: op.STOP };
    const told = (fork: ForkName) => {
      const { store } = play({
        fork,
        contracts: { [BEACON_ROOTS]: keep, [HISTORY]: keep, ...requests },
        header: { parentHash: hash!, parentBeaconBlockRoot: root! },
      });
      return [BEACON_ROOTS, HISTORY].map((address) => store.getStorage(address as Address, 0n) & 0xffn);
    };
    expect([told('shanghai'), told('cancun'), told('prague')]).toEqual([
      [0n, 0n],
      [1n, 0n],
      [1n, 2n],
    ]);
  });
});

describe('rewards', () => {
  const ommer = (number: bigint): Header => ({ ...header, number, coinbase: ALICE });

  it('are those of the era, a 32nd more per ommer, and less to ommers the older they are', () => {
    const paid = (fork: ForkName, ommers: readonly Header[]) => {
      const { store } = play({ fork, block: { ommers } });
      return [store.getAccount(COINBASE)?.balance, store.getAccount(ALICE)?.balance];
    };
    expect(paid('frontier', [])).toEqual([5n * ETHER, undefined]);
    expect(paid('byzantium', [])).toEqual([3n * ETHER, undefined]);
    expect(paid('petersburg', [])).toEqual([2n * ETHER, undefined]);
    expect(paid('paris', [])).toEqual([undefined, undefined]);
    expect(paid('frontier', [ommer(99n)])).toEqual([5n * ETHER + (5n * ETHER) / 32n, (5n * ETHER * 7n) / 8n]);
    const both = [ommer(99n), ommer(94n)];
    expect(paid('london', both)).toEqual([2n * ETHER + ETHER / 8n, (2n * ETHER * 7n) / 8n + (2n * ETHER * 2n) / 8n]);
  });
});

describe('the DAO fork (EIP-779)', () => {
  it('moves all of its accounts to one contract, on its block and with support only', () => {
    const [first, last] = [DAO_ACCOUNTS[0]!, DAO_ACCOUNTS.at(-1)!];
    const balances = { [first]: 7n, [last]: 8n };
    const moved = play({ fork: 'dao', balances, movesDaoBalances: true }).store;
    expect(moved.getAccount(DAO_REFUND_CONTRACT)!.balance).toBe(15n);
    expect([first, last].map((address) => moved.getAccount(address)?.balance ?? 0n)).toEqual([0n, 0n]);
    expect(play({ fork: 'dao', balances }).store.getAccount(DAO_REFUND_CONTRACT)).toBeUndefined();
  });
});

describe('requests (EIP-7685)', () => {
  const event = keccak256(utf8ToBytes('DepositEvent(bytes,bytes,bytes,bytes,bytes)'));
  const sizes = [48, 32, 8, 96, 8];
  /** What the deposit contract logs: five byte strings in the ABI's encoding, each filled with its number. */
  function depositData(): Uint8Array {
    const parts: Uint8Array[] = [];
    let offset = 160;
    for (const size of sizes) {
      parts.push(wordToBytes(BigInt(offset)));
      offset += 32 + Math.ceil(size / 32) * 32;
    }
    sizes.forEach((size, index) => {
      const padded = new Uint8Array(Math.ceil(size / 32) * 32).fill(index + 1, 0, size);
      parts.push(wordToBytes(BigInt(size)), padded);
    });
    return concatBytes(...parts);
  }
  const logs = (data: Uint8Array, times = 1): Bytecode =>
    storeInMemory(0, bytesToHex(data).slice(2)) + call('LOG1', 0, data.length, bytesToHex(event)).repeat(times);
  const queues = { [WITHDRAWALS]: call('RETURN', 0, 0), [CONSOLIDATIONS]: call('RETURN', 0, 0) };
  const returns = (text: string) => mstore(0, `0x${text.padEnd(64, '0')}`) + call('RETURN', 0, text.length / 2);
  const deposit = concatBytes(...sizes.map((size, index) => new Uint8Array(size).fill(index + 1)));
  const block = { transactions: [transaction(DEPOSITS)], withdrawals: [] };

  it('are deposits of the logs (EIP-6110), withdrawals (EIP-7002) and consolidations (EIP-7251), in this order', () => {
    const contracts = {
      [DEPOSITS]: logs(depositData(), 2),
      [WITHDRAWALS]: returns('0102'),
      [CONSOLIDATIONS]: returns('0304'),
    };
    const { result } = play({ fork: 'prague', contracts, block });
    expect(result.requests.map(({ kind }) => kind)).toEqual(['deposits', 'withdrawals', 'consolidations']);
    expect(result.requests.map(({ data }) => bytesToHex(data))).toEqual([
      bytesToHex(concatBytes(deposit, deposit)),
      '0x0102',
      '0x0304',
    ]);
    expect(play({ fork: 'cancun', contracts, block }).result.requests).toEqual([]);
  });

  it('see what the block itself has queued, and nothing of a transaction that failed', () => {
    // A queue that returns what was stored by a transaction of the same block.
    const queue = `${op.CALLER}${push('0xfffffffffffffffffffffffffffffffffffffffe')}${op.EQ}`;
    const stored = call('SLOAD', 0) + push(0) + op.MSTORE + call('RETURN', 0, 32);
    const toStored = (queue.length + push(0).length + 2) / 2 + call('SSTORE', 0, 9).length / 2 + 1;
    const contract = queue + push(toStored) + op.JUMPI + call('SSTORE', 0, 9) + op.STOP + op.JUMPDEST + stored;
    const contracts = { ...queues, [WITHDRAWALS]: contract, [DEPOSITS]: logs(depositData()) + op.INVALID };
    const transactions = [transaction(WITHDRAWALS), transaction(DEPOSITS, 1n)];
    const { result } = play({ fork: 'prague', contracts, block: { transactions, withdrawals: [] } });
    expect(result.receipts.map(({ status }) => status)).toEqual([1, 0]);
    expect(result.requests.map(({ data }) => bytesToHex(data))).toEqual(['0x', bytesToHex(wordToBytes(9n)), '0x']);
  });

  it('make the block invalid when a contract is missing, fails, or logs what is no deposit', () => {
    const run = (contracts: Readonly<Record<Address, Bytecode>>) =>
      refusal(() => play({ fork: 'prague', contracts: { ...queues, ...contracts }, block }));
    expect(run({ [DEPOSITS]: logs(depositData()) })).toBe('accepted');
    expect(run({ [CONSOLIDATIONS]: '' })).toBe('SYSTEM_CONTRACT_MISSING');
    expect(run({ [CONSOLIDATIONS]: op.INVALID })).toBe('SYSTEM_CALL_FAILED');
    const wrong = (change: (data: Uint8Array) => void) => {
      const data = depositData();
      change(data);
      return run({ [DEPOSITS]: logs(data) });
    };
    expect(wrong((data) => data.fill(1, 31, 32))).toBe('DEPOSIT_LAYOUT');
    expect(wrong((data) => data.fill(49, 191, 192))).toBe('DEPOSIT_LAYOUT');
    expect(run({ [DEPOSITS]: logs(depositData().subarray(0, 544)) })).toBe('DEPOSIT_LAYOUT');
    // Another contract, or another event, may log what it likes.
    expect(run({ [DEPOSITS]: op.STOP, [ALICE]: logs(depositData().subarray(0, 544)) })).toBe('accepted');
    expect(run({ [DEPOSITS]: call('LOG1', 0, 544, 1) + call('LOG0', 0, 1) })).toBe('accepted');
  });

  it('are hashed without the kinds that have none', () => {
    const none = requestsHash([]);
    const empty = new Uint8Array(0);
    const kinds = ['deposits', 'withdrawals', 'consolidations'] as const;
    expect(requestsHash(kinds.map((kind) => ({ kind, data: empty })))).toEqual(none);
    const one = requestsHash([{ kind: 'withdrawals', data: Uint8Array.of(1) }]);
    expect(
      requestsHash(kinds.map((kind) => ({ kind, data: kind === 'withdrawals' ? Uint8Array.of(1) : empty }))),
    ).toEqual(one);
    expect(requestsHash([{ kind: 'consolidations', data: Uint8Array.of(1) }])).not.toEqual(one);
  });
});

describe('blobs of a block', () => {
  const hash = Uint8Array.of(1, ...new Uint8Array(31));
  const withBlobs = (nonce: bigint, count: number): Transaction =>
    signTransaction(
      {
        ...(transaction(ALICE, nonce) as Extract<Transaction, { type: 2 }>),
        type: 3,
        maxFeePerBlobGas: 100n,
        blobVersionedHashes: new Array(count).fill(hash),
      },
      KEY,
    );
  const run = (fork: ForkName, counts: readonly number[]) =>
    refusal(() => {
      const transactions = counts.map((count, index) => withBlobs(BigInt(index), count));
      const contracts = { [WITHDRAWALS]: call('RETURN', 0, 0), [CONSOLIDATIONS]: call('RETURN', 0, 0) };
      const { result } = play({
        fork,
        contracts,
        header: { excessBlobGas: 0n },
        block: { transactions, withdrawals: [] },
      });
      expect(result.blobGasUsed).toBe(BigInt(counts.reduce((sum, count) => sum + count, 0)) * 131_072n);
    });

  it('are as many as the fork allows: 6, 9, then by the forks of blob parameters 15, 21, 32 and 21 (EIP-7892)', () => {
    const limits = { cancun: 6, prague: 9, osaka: 9, bpo1: 15, bpo2: 21, bpo3: 32, bpo4: 21, bpo5: 21 } as const;
    for (const [fork, limit] of Object.entries(limits) as [ForkName, number][]) {
      const full: number[] = new Array(Math.floor(limit / 3)).fill(3);
      const rest = limit % 3 === 0 ? [] : [limit % 3];
      expect(run(fork, [...full, ...rest]), fork).toBe('accepted');
      expect(run(fork, [...full, ...rest, 1]), fork).toBe('BLOCK_BLOB_GAS_EXCEEDED');
    }
  });

  it('are 6 at most in one transaction from Osaka on (EIP-7594)', () => {
    expect(run('prague', [9])).toBe('accepted');
    expect(run('osaka', [6])).toBe('accepted');
    expect(run('osaka', [7])).toBe('TOO_MANY_BLOBS');
    expect(run('bpo2', [7])).toBe('TOO_MANY_BLOBS');
  });
});
