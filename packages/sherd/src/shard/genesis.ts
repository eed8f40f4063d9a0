/**
 * A shard's first state: region 0 with the EVM's accounts, the contracts that every shard has, and the block of height
 * 0. What the accounts hold must be on the beacon balance of script 0; `evmPrefund` adds it up.
 */
import { type Address, assert, hexToBytes, SherdError } from '../base/index.ts';
import { shardHeaderRoot } from '../beacon/operations/crosslink.ts';
import type { ChainParams } from '../beacon/params.ts';
import { type ShardBlockHeader, ShardTransactions } from '../beacon/types.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { accumulatorRoot, EMPTY_ACCUMULATOR, EMPTY_SPARSE_ROOT } from '../trie/index.ts';
import { commitChanges } from './commit.ts';
import { writeBooks } from './evm/books.ts';
import { INITIAL_BASE_FEE } from './evm/context.ts';
import { GWEI } from './evm/gas.ts';
import { writeChanges } from './evm/regionStore.ts';
import { evmReceiptHash } from './evm/result.ts';
import { SYSTEM_CONTRACT } from './evm/systemContract.ts';
import { ShardJournal } from './journal.ts';
import { outcomesRoot } from './outcome.ts';
import { createShardStateType, type ShardState } from './state.ts';
import type { ShardWrites } from './store.ts';

/** An account at genesis. */
export interface GenesisAccount {
  readonly address: Address;
  /** Wei. */
  readonly balance?: bigint;
  readonly nonce?: bigint;
  readonly code?: Uint8Array;
  readonly storage?: Iterable<readonly [slot: bigint, value: bigint]>;
}

export interface ShardGenesis {
  readonly header: ShardBlockHeader;
  readonly state: ShardState;
  readonly writes: ShardWrites;
}

const ZERO32 = new Uint8Array(32);

/**
 * Contracts that every shard has. The first two are those of EIP-4788 and EIP-2935, to the byte. The system contract
 * runs in the program; its one byte of code (INVALID) is there for Solidity, which asks for the size of what it calls.
 */
const PREDEPLOYED: readonly GenesisAccount[] = [
  {
    address: '0x000f3df6d732807ef1319fb7b8bb8522d0beac02',
    nonce: 1n,
    code: hexToBytes(
      '0x3373fffffffffffffffffffffffffffffffffffffffe14604d57602036146024575f5ffd5b5f35801560495762001fff8106908154146' +
        '03c575f5ffd5b62001fff01545f5260205ff35b5f5ffd5b62001fff42064281555f359062001fff015500',
    ),
  },
  {
    address: '0x0000f90827f1c53a10cb7a02335b175320002935',
    nonce: 1n,
    code: hexToBytes(
      '0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff8143031160425761' +
        '1fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500',
    ),
  },
  { address: SYSTEM_CONTRACT, nonce: 1n, code: Uint8Array.of(0xfe) },
];

/**
 * Gwei that the beacon chain must hold for script 0 because of these accounts.
 * @throws SherdError BAD_GENESIS when the sum is no whole number of gwei.
 */
export function evmPrefund(alloc: readonly GenesisAccount[]): bigint {
  const wei = alloc.reduce((sum, { balance = 0n }) => sum + balance, 0n);
  if (wei % GWEI !== 0n) {
    throw new SherdError('BAD_GENESIS', `prefunds of ${wei} wei, want a whole number of gwei`, { wei });
  }
  return wei / GWEI;
}

/**
 * Genesis of one shard.
 * @throws SherdError BAD_GENESIS for an address that stands twice or is taken by a contract that every shard has, and
 *   for storage without a nonce.
 */
export function shardGenesis(params: ChainParams, shard: number, alloc: readonly GenesisAccount[]): ShardGenesis {
  const journal = new ShardJournal({ store: NOTHING, slot: 0, ttlOnWrite: params.ttlOnWrite });
  const region = {
    getObject: journal.getObject.bind(journal),
    setObject: journal.setObject.bind(journal),
    removeObject: journal.removeObject.bind(journal),
  };
  const supply = writeChanges(region, accountChanges(alloc));
  writeBooks(region, { baseFee: INITIAL_BASE_FEE, supply, burned: 0n, claimed: supply, sent: 0n });

  const empty = createEmptyState(params, shard);
  const { fields, writes } = commitChanges(empty, NOTHING, journal.changes());
  const state: ShardState = { ...empty, ...fields };
  const type = createShardStateType(params);
  const header: ShardBlockHeader = {
    shard,
    slot: 0n,
    height: 0n,
    parentRoot: ZERO32,
    beaconSlot: 0n,
    beaconRoot: ZERO32,
    proposerIndex: 0,
    transactionsRoot: new Uint8Array(ShardTransactions.hashTreeRoot([])),
    gasUsed: 0n,
    stateRoot: new Uint8Array(type.hashTreeRoot(state)),
    receiptsRoot: fields.receiptsRoot,
    receiptCount: 0n,
    outcomesRoot: outcomesRoot([], evmReceiptHash),
  };
  const blockRoot = shardHeaderRoot(header);
  return { header, state, writes: { shard, height: 0, blockRoot, state: type.serialize(state), ...writes } };
}

/** The store before genesis. */
const NOTHING = {
  getObject: () => undefined,
  getConsumedChunk: () => undefined,
  getTreeNode: () => undefined,
  getConsumedNode: () => undefined,
};

function accountChanges(alloc: readonly GenesisAccount[]): ReturnType<Journal['drain']> {
  const journal = new Journal(createMemoryStore());
  const seen = new Set<Address>();
  for (const account of [...PREDEPLOYED, ...alloc]) {
    const { address, balance = 0n, nonce = 0n, code, storage = [] } = account;
    if (seen.has(address)) throw new SherdError('BAD_GENESIS', `address ${address} stands twice`, { address });
    seen.add(address);
    const slots = [...storage];
    if (slots.length > 0 && nonce === 0n) {
      // It could become empty and be removed, storage and all, which no account of Osaka's rules does.
      throw new SherdError('BAD_GENESIS', `account ${address} has storage, want a nonce as contracts have`, {
        address,
      });
    }
    journal.addBalance(address, balance);
    if (nonce !== 0n) journal.setNonce(address, nonce);
    if (code !== undefined) journal.setCode(address, code);
    for (const [slot, value] of slots) journal.setStorage(address, slot, value);
  }
  journal.finalizeTransaction({ removeEmpty: true });
  const changes = journal.drain();
  assert(changes.size <= seen.size, 'genesis made accounts that nobody asked for');
  return changes;
}

/** The state of a shard without any object, receipt or block: before genesis. */
export function createEmptyState({ rootWindow }: ChainParams, shard: number): ShardState {
  return {
    shard,
    slot: 0n,
    height: 0n,
    parentRoot: ZERO32,
    beaconSlot: 0n,
    gasUsed: 0n,
    objectsRoot: EMPTY_SPARSE_ROOT,
    receiptsRoot: accumulatorRoot(EMPTY_ACCUMULATOR),
    receiptsFrontier: EMPTY_ACCUMULATOR.frontier.slice(),
    receiptCount: 0n,
    recentStateRoots: Array.from({ length: rootWindow }, () => ZERO32),
    consumedRoot: EMPTY_SPARSE_ROOT,
  };
}
