import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, hexToBytes, SherdError } from '../base/index.ts';
import {
  type Block,
  EMPTY_OMMERS_HASH,
  encodeBlock,
  type Header,
  headerHash,
  nextBaseFee,
  nextDifficulty,
  ommersHash,
  receiptsRoot,
  transactionsRoot,
} from '../block/index.ts';
import { addressOf } from '../crypto/index.ts';
import { type ChainConfig, chainAtFork, type ForkName, forkRules } from '../protocol/index.ts';
import { createMemoryDatabase, createMemoryStore, createTrieStore, Journal } from '../state/index.ts';
import { createMemoryNodeStore, EMPTY_TRIE_ROOT } from '../trie/index.ts';
import { signTransaction, type Transaction } from '../tx/index.ts';
import { type Chain, type ChainBlock, type ChainOptions, createChain, processBlock } from './index.ts';

const KEY = hexToBytes('0x4646464646464646464646464646464646464646464646464646464646464646');
const TARGET: Address = '0x00000000000000000000000000000000000000ee';
const COINBASE: Address = '0x00000000000000000000000000000000000000c0';
const ETHER = 10n ** 18n;

function genesisHeader(stateRoot: Uint8Array, fork: ForkName): Header {
  const { rules } = forkRules(fork);
  return {
    parentHash: new Uint8Array(32),
    ommersHash: EMPTY_OMMERS_HASH,
    coinbase: COINBASE,
    stateRoot,
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    bloom: new Uint8Array(256),
    difficulty: rules.difficulty === 'none' ? 0n : 131_072n,
    number: 0n,
    gasLimit: 30_000_000n,
    gasUsed: 0n,
    timestamp: 0n,
    extraData: new Uint8Array(0),
    mixHash: new Uint8Array(32),
    nonce: new Uint8Array(8),
    ...(rules.baseFee && { baseFee: rules.initialBaseFee }),
  };
}

/** A chain at one fork whose only rich account is the key's. */
function newChain(fork: ForkName, options: Partial<Pick<ChainOptions, 'checkSeal' | 'config'>> = {}) {
  const database = createMemoryDatabase(createMemoryNodeStore());
  const journal = new Journal(createMemoryStore());
  journal.addBalance(addressOf(KEY), ETHER);
  journal.finalizeTransaction({ removeEmpty: false });
  const root = createTrieStore(database).apply(journal.drain());
  const genesis: Block = { header: genesisHeader(root, fork), transactions: [], ommers: [] };
  const config = options.config ?? chainAtFork(fork);
  return { fork, config, chain: createChain({ ...options, config, genesis, database }) };
}

type World = ReturnType<typeof newChain>;

/** A valid block on `parent`: runs it once to learn what its header must say. */
function makeBlock(
  { chain, fork, config }: World,
  parent: ChainBlock,
  transactions: Transaction[],
  seconds = 15n,
  ommers: Header[] = [],
  extraData: Uint8Array = new Uint8Array(0),
): Block {
  const { rules } = forkRules(fork);
  const before = parent.block.header;
  const timestamp = before.timestamp + seconds;
  const number = before.number + 1n;
  const draft: Header = {
    ...genesisHeader(before.stateRoot, fork),
    parentHash: parent.hash,
    ommersHash: ommersHash(ommers),
    number,
    timestamp,
    extraData,
    difficulty: nextDifficulty(number, timestamp, { ...before, hasOmmers: false }, rules),
    transactionsRoot: transactionsRoot(transactions),
    ...(rules.baseFee && { baseFee: nextBaseFee(before, rules) }),
  };
  const block = { header: draft, transactions, ommers };
  const store = chain.stateOf(parent);
  const result = processBlock({
    block,
    fork,
    chainId: 1n,
    store,
    commit: (changes) => store.apply(changes),
    blockHash: () => 0n,
    depositContract: TARGET,
    movesDaoBalances: config.forks.some((at) => at.fork === 'dao' && 'block' in at && at.block === number),
  });
  const { stateRoot, gasUsed, bloom, receipts } = result;
  return { ...block, header: { ...draft, stateRoot, gasUsed, bloom, receiptsRoot: receiptsRoot(receipts) } };
}

function transfer(nonce: bigint): Transaction {
  const gasPrice = 2_000_000_000n;
  const call = { nonce, gasLimit: 21_000n, to: TARGET, value: 1n, data: new Uint8Array(0) };
  return signTransaction({ type: 0, chainId: 1n, gasPrice, ...call }, KEY);
}

function importInto(chain: Chain, block: Block): ChainBlock {
  return chain.importBlock(encodeBlock(block));
}

describe('a chain', () => {
  it('imports blocks and keeps the state after each of them', () => {
    const world = newChain('paris');
    const { chain } = world;
    const genesis = chain.head;
    const first = importInto(chain, makeBlock(world, genesis, [transfer(0n), transfer(1n)]));
    expect(chain.head).toBe(first);
    expect(first.result!.receipts.map((receipt) => receipt.cumulativeGasUsed)).toEqual([21_000n, 42_000n]);
    expect(chain.stateOf(first).getAccount(TARGET)!.balance).toBe(2n);
    expect(chain.stateOf(genesis).getAccount(TARGET)).toBeUndefined();
    expect(importInto(chain, first.block)).toBe(first);
  });

  it('pays the reward of the era, and puts state roots into the receipts of the first forks', () => {
    const world = newChain('homestead');
    const { chain } = world;
    const block = importInto(chain, makeBlock(world, chain.head, [unprotected(transfer(0n))]));
    expect(chain.stateOf(block).getAccount(COINBASE)!.balance).toBe(5n * ETHER + 21_000n * 2_000_000_000n);
    expect(block.result!.receipts[0]!.status).toHaveLength(32);
  });

  it('follows the branch with the most difficulty, whatever came first', () => {
    const world = newChain('homestead');
    const { chain } = world;
    const genesis = chain.head;
    const slow = importInto(chain, makeBlock(world, genesis, [], 30n));
    expect(chain.head).toBe(slow);
    const fast = importInto(chain, makeBlock(world, genesis, [], 1n));
    expect(chain.head).toBe(fast);
    const top = importInto(chain, makeBlock(world, slow, [], 5n));
    expect(chain.head).toBe(top);
  });

  it('stays with the block that came first when another has as much difficulty', () => {
    const world = newChain('homestead');
    const genesis = world.chain.head;
    const first = importInto(world.chain, makeBlock(world, genesis, []));
    const second = importInto(world.chain, makeBlock(world, genesis, [], 15n, [], Uint8Array.of(1)));
    expect(second.totalDifficulty).toBe(first.totalDifficulty);
    expect(world.chain.head).toBe(first);
  });

  it('looks for the parents of ommers among seven ancestors', () => {
    const world = newChain('homestead');
    const { chain } = world;
    const ommer = makeBlock(world, chain.head, [], 15n, [], Uint8Array.of(1)).header;
    for (let number = 1; number <= 6; number++) importInto(chain, makeBlock(world, chain.head, []));
    const sixth = chain.head;
    const seventh = importInto(chain, makeBlock(world, sixth, [], 15n, [ommer]));
    expect(seventh.block.ommers).toHaveLength(1);
    const other = importInto(chain, makeBlock(world, sixth, []));
    expect(() => importInto(chain, makeBlock(world, other, [], 15n, [ommer]))).toThrow(
      expect.objectContaining({ code: 'OMMER_UNRELATED' }),
    );
  });

  it('refuses a block for what is wrong with it, and stays as it was', () => {
    const world = newChain('paris');
    const { chain } = world;
    const good = makeBlock(world, chain.head, [transfer(0n)]);
    const wrong = (changes: Partial<Header>): Block => ({ ...good, header: { ...good.header, ...changes } });
    const cases: [string, Block][] = [
      ['UNKNOWN_PARENT', wrong({ parentHash: new Uint8Array(32).fill(9) })],
      ['HEADER_NUMBER', wrong({ number: 2n })],
      ['HEADER_TIMESTAMP', wrong({ timestamp: 0n })],
      ['HEADER_GAS_LIMIT', wrong({ gasLimit: 31_000_000n })],
      ['HEADER_DIFFICULTY', wrong({ difficulty: 1n })],
      ['HEADER_BASE_FEE', wrong({ baseFee: 1n })],
      ['HEADER_FIELDS', wrong({ withdrawalsRoot: EMPTY_TRIE_ROOT })],
      ['BLOCK_GAS_USED', wrong({ gasUsed: 21_001n })],
      ['BLOCK_STATE_ROOT', wrong({ stateRoot: new Uint8Array(32) })],
      ['BLOCK_TRANSACTIONS_ROOT', { ...good, transactions: [] }],
      ['NONCE_TOO_HIGH', { ...good, transactions: [transfer(1n)] }],
    ];
    const { head } = chain;
    for (const [code, block] of cases) {
      expect(() => importInto(chain, block), code).toThrow(expect.objectContaining({ code }));
    }
    expect(chain.head).toBe(head);
    expect(bytesToHex(importInto(chain, good).hash)).toBe(bytesToHex(headerHash(good.header)));
  });
});

describe('the merge', () => {
  const london = chainAtFork('london');
  const config: ChainConfig = {
    ...london,
    // Genesis and the first block have it together.
    forks: [...london.forks, { fork: 'paris', totalDifficulty: 2n * 131_072n }, { fork: 'shanghai', timestamp: 1n }],
  };

  it('comes with the total difficulty of the parent, and a fork that stands on it waits for it', () => {
    const world = newChain('london', { config });
    const { chain } = world;
    const staked = (): Block => {
      const { header, ...lists } = makeBlock({ ...world, fork: 'shanghai' }, chain.head, []);
      return { ...lists, header: { ...header, withdrawalsRoot: EMPTY_TRIE_ROOT }, withdrawals: [] };
    };
    const mined = () => makeBlock(world, chain.head, []);
    const refused = expect.objectContaining({ code: 'HEADER_FIELDS' });
    expect(() => importInto(chain, staked())).toThrow(refused);
    const last = importInto(chain, mined());
    expect([last.fork, last.totalDifficulty >= 262_144n]).toEqual(['london', true]);
    expect(() => importInto(chain, mined())).toThrow(refused);
    const first = importInto(chain, staked());
    expect([first.fork, chain.head]).toEqual(['shanghai', first]);
  });
});

describe('blob parameters of the chain (EIP-7840)', () => {
  it('hold for its headers', () => {
    const cancun = chainAtFork('cancun');
    const blobs = { target: 1, max: 2, baseFeeUpdateFraction: 3_338_477n };
    const own: ChainConfig = { ...cancun, forks: [{ fork: 'cancun', block: 0n, blobs }] };
    const refusalOf = (config: ChainConfig, blobCount: bigint) => {
      const world = newChain('cancun', { config });
      const { header, ...lists } = makeBlock(world, world.chain.head, []);
      const later = {
        withdrawalsRoot: EMPTY_TRIE_ROOT,
        blobGasUsed: blobCount * 131_072n,
        excessBlobGas: 0n,
        parentBeaconBlockRoot: new Uint8Array(32),
      };
      try {
        return importInto(world.chain, { ...lists, header: { ...header, ...later }, withdrawals: [] }).fork;
      } catch (error) {
        return (error as SherdError).code;
      }
    };
    expect([refusalOf(own, 0n), refusalOf(cancun, 0n)]).toEqual(['cancun', 'cancun']);
    // There is no transaction that has them: a header that may name so many is refused for that.
    expect([2n, 3n].map((count) => refusalOf(own, count))).toEqual(['BLOCK_BLOB_GAS_USED', 'HEADER_BLOB_GAS']);
    expect([6n, 7n].map((count) => refusalOf(cancun, count))).toEqual(['BLOCK_BLOB_GAS_USED', 'HEADER_BLOB_GAS']);
  });
});

describe('the extra data of the DAO fork (EIP-779)', () => {
  const SAYS_SO = new TextEncoder().encode('dao-hard-fork');
  const SAYS_NOTHING = new Uint8Array(0);
  const homestead = chainAtFork('homestead');
  const supporter: ChainConfig = {
    ...homestead,
    forks: [...homestead.forks, { fork: 'dao', block: 2n }],
    movesDaoBalances: true,
  };
  const refuser: ChainConfig = { ...homestead, refusesDaoForkAt: 2n };

  it.each([
    ['stands in ten blocks of a chain that had it', supporter, SAYS_SO, SAYS_NOTHING],
    ['stands in none of them on a chain that refused it', refuser, SAYS_NOTHING, SAYS_SO],
  ])('%s', (_, config, good, bad) => {
    const world = newChain('homestead', { config });
    const next = (extraData: Uint8Array) => () =>
      importInto(world.chain, makeBlock(world, world.chain.head, [], 15n, [], extraData));
    next(bad)();
    for (let number = 2n; number <= 11n; number++) {
      expect(next(bad), `block ${number}`).toThrow(expect.objectContaining({ code: 'DAO_EXTRA_DATA' }));
      expect(next(good)().block.header.number).toBe(number);
    }
    next(bad)();
    expect(world.chain.head.block.header.number).toBe(12n);
  });
});

describe('the size of a block (EIP-7934)', () => {
  /** A block of so many bytes that is wrong in other ways, and what it is refused for. */
  function refusalOf(size: number, fork: ForkName): string {
    const { chain } = newChain(fork);
    const header = { ...genesisHeader(EMPTY_TRIE_ROOT, fork), parentHash: chain.head.hash, number: 7n };
    const withData = (length: number): Block => {
      const data = new Uint8Array(length);
      const transaction = signTransaction({ ...transfer(0n), data } as Transaction, KEY);
      return { header, transactions: [transaction], ommers: [] };
    };
    const rest = encodeBlock(withData(size)).length - size;
    const encoded = encodeBlock(withData(size - rest));
    expect(encoded).toHaveLength(size);
    try {
      chain.importBlock(encoded);
      return 'imported';
    } catch (error) {
      return error instanceof SherdError ? error.code : `crashed: ${error}`;
    }
  }

  it('is 8 MiB at most from Osaka on, as it is encoded', () => {
    expect(refusalOf(8_388_608, 'osaka')).toMatch(/^HEADER_/);
    expect(refusalOf(8_388_609, 'osaka')).toBe('BLOCK_TOO_LARGE');
    expect(refusalOf(8_388_609, 'bpo2')).toBe('BLOCK_TOO_LARGE');
    expect(refusalOf(8_388_609, 'prague')).toMatch(/^HEADER_/);
  });
});

describe('seals', () => {
  /** Takes the headers with this nonce byte, and notes which it was asked about. */
  function nonceCheck(wanted: number) {
    const asked: bigint[] = [];
    const checkSeal = ({ number, nonce }: Header) => {
      asked.push(number);
      if (nonce[0] !== wanted) throw new SherdError('HEADER_SEAL', `block ${number}`);
    };
    return { asked, checkSeal };
  }
  const sealed = (block: Block, byte: number): Block => {
    return { ...block, header: { ...block.header, nonce: new Uint8Array(8).fill(byte) } };
  };
  /** Two blocks, and an empty ommer of the second; its own state root is that of the first block. */
  function blocksWithOmmer(options: Pick<ChainOptions, 'checkSeal'>) {
    const world = newChain('homestead', options);
    const genesis = world.chain.head;
    const first = importInto(world.chain, sealed(makeBlock(world, genesis, []), 7));
    return { world, first, ommer: (byte: number) => sealed(makeBlock(world, genesis, [], 20n), byte).header };
  }

  it('are checked where the chain is told how, of ommers too', () => {
    const { asked, checkSeal } = nonceCheck(7);
    const { world, first, ommer } = blocksWithOmmer({ checkSeal });
    expect(asked).toEqual([1n]);
    const { head } = world.chain;
    for (const [blockSeal, ommerSeal, isGood] of [
      [8, 7, false],
      [7, 8, false],
      [7, 7, true],
    ] as const) {
      const block = sealed(makeBlock(world, first, [], 15n, [ommer(ommerSeal)]), blockSeal);
      const run = () => importInto(world.chain, block);
      if (isGood) expect(run()).toBe(world.chain.head);
      else expect(run).toThrow(expect.objectContaining({ code: 'HEADER_SEAL' }));
      expect(world.chain.head === head).toBe(!isGood);
    }
    expect(asked).toEqual([1n, 2n, 2n, 1n, 2n, 1n]);
  });

  it('are not looked at otherwise, nor under proof of stake', () => {
    const { world, first } = blocksWithOmmer({});
    expect(importInto(world.chain, sealed(makeBlock(world, first, []), 9))).toBe(world.chain.head);
    const { asked, checkSeal } = nonceCheck(7);
    const paris = newChain('paris', { checkSeal });
    importInto(paris.chain, makeBlock(paris, paris.chain.head, []));
    expect(asked).toEqual([]);
  });
});

/** The same transfer with a signature that binds no chain. */
function unprotected(tx: Transaction): Transaction {
  return signTransaction({ ...tx, chainId: undefined } as Transaction, KEY);
}
