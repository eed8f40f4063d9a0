/** The state that a beacon chain begins with. */
import { SherdError, utf8ToBytes } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import { ZERO_CHUNK } from '../ssz/index.ts';
import { accumulatorRoot, EMPTY_ACCUMULATOR } from '../trie/accumulator.ts';
import { type BeaconDraft, EXIT_NEVER } from './draft.ts';
import type { BeaconEnv } from './env.ts';
import { addScript, checkCode, checkCodeSize, scriptOf } from './operations/newExecutionScript.ts';
import type { ChainParams } from './params.ts';
import type { BeaconState } from './state.ts';
import { BeaconBlockBody, type Crosslink } from './types.ts';

/** Script 0 is built into the program; this stands where the hash of its code would. */
export const EVM_SCRIPT_HASH: Uint8Array = sha256(utf8ToBytes('sherd/evm'));

export interface GenesisValidator {
  readonly pubkey: Uint8Array;
  readonly withdrawalCredentials: Uint8Array;
  /** gwei. */
  readonly balance: bigint;
}

export interface BeaconGenesis {
  /** Unix seconds of slot 0. */
  readonly genesisTime: bigint;
  /** Active from slot 0. Their keys are taken on trust: no proof of possession is asked. */
  readonly validators: readonly GenesisValidator[];
  /** gwei: what the accounts of the EVM hold on all shards together. */
  readonly evmBalance: bigint;
  /** Scripts 1, 2, ... Balance in gwei. */
  readonly scripts?: readonly { readonly code: Uint8Array; readonly balance: bigint }[];
  /** What each shard begins with; zeros when left out. */
  readonly crosslinks?: readonly Crosslink[];
}

const NO_CROSSLINK: Crosslink = {
  shardBlockRoot: ZERO_CHUNK,
  slot: 0n,
  height: 0n,
  stateRoot: ZERO_CHUNK,
  receiptsRoot: accumulatorRoot(EMPTY_ACCUMULATOR),
  receiptCount: 0n,
};

/** Body of a block without operations. */
export const EMPTY_BODY: BeaconBlockBody = {
  newExecutionScripts: [],
  withdrawals: [],
  newValidators: [],
  crosslinks: [],
};

/**
 * The state of slot 0, and the codes of its scripts for the store.
 * @throws SherdError BAD_GENESIS for no validator, a balance below the smallest deposit, more gwei than 64 bits
 * count, or a wrong number of crosslinks; SCRIPT_LIMIT, CODE_SIZE, CODE_REFUSED for a script.
 */
export function createBeaconGenesis(
  params: ChainParams,
  genesis: BeaconGenesis,
  env: BeaconEnv,
): { state: BeaconState; codes: BeaconDraft['effects']['codes'] } {
  checkGenesis(params, genesis);
  const { genesisTime, validators, evmBalance, scripts = [], crosslinks } = genesis;
  const state: BeaconState = {
    genesisTime,
    chainId: BigInt(params.chainId),
    slot: 0n,
    latestBlockHeader: {
      slot: 0n,
      height: 0n,
      proposerIndex: 0,
      parentRoot: ZERO_CHUNK,
      stateRoot: ZERO_CHUNK,
      bodyRoot: BeaconBlockBody.hashTreeRoot(EMPTY_BODY),
    },
    recentStateRoots: new Array<Uint8Array>(params.rootWindow).fill(ZERO_CHUNK),
    seed: sha256(utf8ToBytes(`sherd/committees/${params.chainId}`)),
    validators: validators.map((validator) => ({
      ...validator,
      nonce: 0n,
      activationSlot: 0n,
      exitSlot: EXIT_NEVER,
    })),
    executionScripts: [scriptOf(new Uint8Array(0), EVM_SCRIPT_HASH, evmBalance)],
    crosslinks: crosslinks?.slice() ?? new Array<Crosslink>(params.shardCount).fill(NO_CROSSLINK),
    withdrawalReceiptsRoot: accumulatorRoot(EMPTY_ACCUMULATOR),
    withdrawalReceiptsFrontier: EMPTY_ACCUMULATOR.frontier.slice(),
    withdrawalReceiptCount: 0n,
    consumedReceipts: Array.from({ length: params.shardCount }, () => []),
    burned: 0n,
  };
  const draft: BeaconDraft = { state, effects: { receipts: [], accumulatorNodes: [], codes: [], consumed: [] } };
  for (const { code, balance } of scripts) {
    checkCodeSize(params, code);
    checkCode(env, code);
    addScript(draft, code, balance);
  }
  return { state, codes: draft.effects.codes };
}

function checkGenesis(params: ChainParams, genesis: BeaconGenesis): void {
  const { validators, evmBalance, scripts = [], crosslinks } = genesis;
  if (validators.length === 0) throw new SherdError('BAD_GENESIS', 'no validators, want at least one');
  for (const [index, { balance }] of validators.entries()) {
    if (balance < params.minDeposit) {
      throw new SherdError('BAD_GENESIS', `validator ${index} has ${balance} gwei, want ${params.minDeposit}`, {
        have: balance,
        want: params.minDeposit,
      });
    }
  }
  let supply = evmBalance;
  for (const { balance } of [...validators, ...scripts]) supply += balance;
  if (supply >= 2n ** 64n) {
    throw new SherdError('BAD_GENESIS', `${supply} gwei in all, want less than 2^64`, {
      have: supply,
      want: 2n ** 64n,
    });
  }
  if (crosslinks !== undefined && crosslinks.length !== params.shardCount) {
    throw new SherdError('BAD_GENESIS', `${crosslinks.length} crosslinks, want ${params.shardCount}`, {
      have: crosslinks.length,
      want: params.shardCount,
    });
  }
  if (scripts.length + 1 > params.maxScripts) {
    throw new SherdError('SCRIPT_LIMIT', `${scripts.length + 1} scripts, want at most ${params.maxScripts}`, {
      have: scripts.length + 1,
      want: params.maxScripts,
    });
  }
}
