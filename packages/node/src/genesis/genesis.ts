/** The first state of a network, and the transaction that puts it into an empty store. */
import { addressFromBytes } from 'sherd/base';
import {
  type BeaconState,
  type ChainParams,
  type Crosslink,
  createBeaconGenesis,
  EMPTY_BODY,
  latestHeader,
  type SignedBeaconBlock,
  stateRoot,
} from 'sherd/beacon';
import { RULES_VERSION } from 'sherd/scripts';
import { evmPrefund, INITIAL_BASE_FEE, type ShardGenesis, shardGenesis } from 'sherd/shard';
import { commitSlot, type Environment, type GenesisRecord, type ShardCommit, writeGenesis } from '../storage/index.ts';
import type { NetworkKeys } from './keys.ts';

/** gwei of each validator at genesis. */
const VALIDATOR_BALANCE = 1_000n * 10n ** 9n;
/** Wei of each funded account, on every shard. */
const ACCOUNT_BALANCE = 10_000n * 10n ** 18n;
export const FUNDED_ACCOUNTS = 10;

const NO_SIGNATURE = new Uint8Array(96);

/** Validators and funded accounts of a mnemonic. `genesisTime` in Unix seconds. */
export function describeGenesis(
  params: ChainParams,
  keys: NetworkKeys,
  validatorCount: number,
  genesisTime: bigint,
): Omit<GenesisRecord, 'root'> {
  const validators = Array.from({ length: validatorCount }, (_, index) => {
    const { pubkey, withdrawalCredentials } = keys.validator(index);
    return { pubkey, withdrawalCredentials, balance: VALIDATOR_BALANCE };
  });
  const accounts = Array.from({ length: FUNDED_ACCOUNTS }, (_, index) => ({
    address: keys.account(index).address,
    balance: ACCOUNT_BALANCE,
  }));
  return { params, genesisTime, validators, accounts };
}

export interface Genesis {
  readonly record: GenesisRecord;
  readonly state: BeaconState;
  readonly block: SignedBeaconBlock;
  readonly shards: readonly ShardGenesis[];
}

/** The first states of all chains. Depends on nothing but its argument. */
export function createGenesis(description: Omit<GenesisRecord, 'root'>): Genesis {
  const { params, genesisTime, validators, accounts } = description;
  const shards = Array.from({ length: params.shardCount }, (_, shard) => shardGenesis(params, shard, accounts));
  const { state } = createBeaconGenesis(
    params,
    {
      genesisTime,
      validators,
      evmBalance: evmPrefund(accounts) * BigInt(params.shardCount),
      crosslinks: shards.map(crosslinkOf),
    },
    // No script but the built-in one stands in a genesis.
    { checkScript: () => ({ ok: false, code: 'NO_GENESIS_SCRIPTS', message: 'a genesis holds no code' }) },
  );
  const block = { header: latestHeader(params, state), body: EMPTY_BODY, signature: NO_SIGNATURE };
  return { record: { ...description, root: stateRoot(params, state) }, state, block, shards };
}

/** Writes the genesis into an empty store, all in one transaction. */
export function commitGenesis(environment: Environment, { record, state, block, shards }: Genesis): void {
  commitSlot(
    environment,
    record.params,
    {
      beacon: {
        block,
        state,
        effects: { receipts: [], accumulatorNodes: [], codes: [] },
        metered: new Map(),
        operations: [],
      },
      shards: shards.map((shard) => shardCommit(shard, state)),
      newDeliveries: [],
      doneDeliveries: [],
    },
    () => writeGenesis(environment, record, RULES_VERSION),
  );
}

function crosslinkOf({ header, writes }: ShardGenesis): Crosslink {
  const { slot, height, stateRoot: root, receiptsRoot, receiptCount } = header;
  return { shardBlockRoot: writes.blockRoot, slot, height, stateRoot: root, receiptsRoot, receiptCount };
}

function shardCommit({ header, writes }: ShardGenesis, state: BeaconState): ShardCommit {
  const coinbase = addressFromBytes(state.validators[header.proposerIndex]!.withdrawalCredentials.slice(12));
  return {
    block: { header, transactions: [], signature: NO_SIGNATURE },
    writes,
    outcomes: [],
    evm: { coinbase, baseFee: INITIAL_BASE_FEE, prevRandao: new Uint8Array(32) },
  };
}
