/**
 * A chain of Ethereum blocks with its branches: imports blocks on any known parent, keeps the state of each, and
 * follows the heaviest branch, or under proof of stake the block that came last.
 */
import { bytesToBigInt, bytesToHex, equalBytes, type Hex, SherdError, utf8ToBytes } from '../base/index.ts';
import { type Block, decodeBlock, type Header, headerHash, validateHeader, validateOmmers } from '../block/index.ts';
import {
  type BlockPosition,
  type ChainConfig,
  type ForkName,
  forkAt,
  forkRules,
  type RulesName,
  rulesAt,
} from '../protocol/index.ts';
import { createTrieStore, type StateDatabase, type TrieStore } from '../state/index.ts';
import { type BlockResult, checkBlockBody, checkBlockResult, processBlock } from './block.ts';
import type { EnvironmentExtras } from './execute.ts';

/** A block that was imported. */
export interface ChainBlock {
  readonly hash: Uint8Array;
  readonly block: Block;
  readonly fork: ForkName;
  /** Difficulty of this block and all before it. */
  readonly totalDifficulty: bigint;
  /** Undefined for genesis. */
  readonly result: BlockResult | undefined;
}

/** Blocks with all their branches, and the states after them. */
export interface Chain {
  readonly head: ChainBlock;
  /**
   * Imports an encoded block.
   * @throws SherdError every code of `decodeBlock`, `validateHeader`, `validateOmmers`, `checkBlockBody`, `processBlock`
   *   and `checkBlockResult`, and UNKNOWN_PARENT, BLOCK_TOO_LARGE, DAO_EXTRA_DATA, and what the option `checkSeal`
   *   throws; the chain is then as before.
   */
  importBlock(encoded: Uint8Array): ChainBlock;
  getBlock(hash: Uint8Array): ChainBlock | undefined;
  /** The state after a block of the chain. */
  stateOf(block: ChainBlock): TrieStore;
}

/** What a chain begins with, and how it judges blocks. */
export interface ChainOptions {
  readonly config: ChainConfig;
  readonly genesis: Block;
  /** Holds the genesis state already. */
  readonly database: StateDatabase;
  /**
   * Checks the seals of blocks and ommers before Paris, and throws; `createSealCheck` of sherd/block makes one. Left out,
   * seals are not looked at, as test chains that nobody mined need it.
   */
  readonly checkSeal?: (header: Header) => void;
  /** For the transactions of every block, a tracer say. */
  readonly extras?: EnvironmentExtras;
}

const DAO_EXTRA_DATA = utf8ToBytes('dao-hard-fork');
const DAO_EXTRA_DATA_BLOCKS = 10n;
const OMMER_ANCESTORS = 7;
const BLOCK_HASH_WINDOW = 256n;

/** @throws SherdError TRIE_NODE_MISSING when the database lacks the genesis state. */
export function createChain(options: ChainOptions): Chain {
  const { config, genesis, database } = options;
  const blocks = new Map<Hex, ChainBlock>();
  const first: ChainBlock = {
    hash: headerHash(genesis.header),
    block: genesis,
    fork: forkAt(config, genesis.header),
    totalDifficulty: genesis.header.difficulty,
    result: undefined,
  };
  blocks.set(bytesToHex(first.hash), first);
  let head = first;

  const lookUp = (hash: Uint8Array) => blocks.get(bytesToHex(hash));

  function importBlock(encoded: Uint8Array): ChainBlock {
    const block = decodeBlock(encoded);
    const { header } = block;
    const hash = headerHash(header);
    const known = lookUp(hash);
    if (known !== undefined) return known;
    const parent = lookUp(header.parentHash);
    if (parent === undefined) {
      throw new SherdError('UNKNOWN_PARENT', `block ${header.number}: no parent ${bytesToHex(header.parentHash)}`);
    }
    const position = positionOf(header, parent.totalDifficulty);
    const rulesName = rulesAt(config, position);
    const isMined = forkRules(rulesName).rules.difficulty !== 'none';
    checkBlock(config, { block, rulesName, size: encoded.length }, parent, lookUp);
    if (options.checkSeal !== undefined && isMined) {
      for (const sealed of [header, ...block.ommers]) options.checkSeal(sealed);
    }
    const result = runBlock(options, block, rulesName, parent, lookUp);
    // After the run, so that a bad transaction is refused for what is wrong with it.
    checkBlockBody(block);
    checkBlockResult(header, result);
    const totalDifficulty = parent.totalDifficulty + header.difficulty;
    const imported = { hash, block, fork: forkAt(config, position), totalDifficulty, result };
    blocks.set(bytesToHex(hash), imported);
    if (!isMined || totalDifficulty > head.totalDifficulty) head = imported;
    return imported;
  }

  return {
    get head() {
      return head;
    },
    importBlock,
    getBlock: lookUp,
    stateOf: ({ block }) => createTrieStore(database, block.header.stateRoot),
  };
}

type LookUp = (hash: Uint8Array) => ChainBlock | undefined;

function positionOf({ number, timestamp }: Header, parentTotalDifficulty: bigint): BlockPosition {
  return { number, timestamp, parentTotalDifficulty };
}

function checkBlock(
  config: ChainConfig,
  { block, rulesName, size }: { readonly block: Block; readonly rulesName: RulesName; readonly size: number },
  parent: ChainBlock,
  lookUp: LookUp,
): void {
  const { rules } = forkRules(rulesName);
  if (size > rules.maxBlockSize) {
    throw new SherdError('BLOCK_TOO_LARGE', `block of ${size} bytes, want at most ${rules.maxBlockSize}`, {
      have: size,
      want: rules.maxBlockSize,
    });
  }
  validateHeader(block.header, parent.block.header, rules);
  for (const header of [block.header, ...block.ommers]) checkDaoExtraData(config, header);
  const ancestors: Block[] = [];
  for (let at: ChainBlock | undefined = parent; at !== undefined && ancestors.length < OMMER_ANCESTORS; ) {
    ancestors.push(at.block);
    at = lookUp(at.block.header.parentHash);
  }
  validateOmmers(block, ancestors, (header) => {
    const position = positionOf(header, parent.totalDifficulty);
    return header === block.header ? rules : forkRules(rulesAt(config, position)).rules;
  });
}

/** Ten blocks from the DAO fork on say so in their extra data, or on a chain that refused it do not (EIP-779). */
function checkDaoExtraData(config: ChainConfig, { number, extraData }: Header): void {
  const isWanted = config.movesDaoBalances;
  const start = isWanted ? daoForkBlock(config) : config.refusesDaoForkAt;
  if (start === undefined || number < start || number >= start + DAO_EXTRA_DATA_BLOCKS) return;
  if (equalBytes(extraData, DAO_EXTRA_DATA) === isWanted) return;
  const fault = isWanted ? 'is not that of the DAO fork' : 'is that of the DAO fork, which this chain refused';
  throw new SherdError('DAO_EXTRA_DATA', `block ${number}: extra data ${fault}`);
}

function daoForkBlock(config: ChainConfig): bigint | undefined {
  const fork = config.forks.find((activation) => activation.fork === 'dao');
  return fork !== undefined && 'block' in fork ? fork.block : undefined;
}

function runBlock(
  { config, database, extras }: ChainOptions,
  block: Block,
  fork: RulesName,
  parent: ChainBlock,
  lookUp: LookUp,
): BlockResult {
  const store = createTrieStore(database, parent.block.header.stateRoot);
  return processBlock({
    block,
    fork,
    chainId: config.chainId,
    store,
    commit: (changes) => store.apply(changes),
    blockHash: (number) => ancestorHash(parent, number, lookUp),
    depositContract: config.depositContract,
    movesDaoBalances: config.movesDaoBalances && block.header.number === daoForkBlock(config),
    ...(extras !== undefined && { extras }),
  });
}

/** Hash of the ancestor with this number, from `parent` upwards; 0 beyond the window. */
function ancestorHash(parent: ChainBlock, number: bigint, lookUp: LookUp): bigint {
  if (number + BLOCK_HASH_WINDOW <= parent.block.header.number) return 0n;
  let at: ChainBlock | undefined = parent;
  while (at !== undefined && at.block.header.number > number) at = lookUp(at.block.header.parentHash);
  return at === undefined ? 0n : bytesToBigInt(at.hash);
}
