/**
 * Code on its own: a message in a small world, without a transaction around it. No fee, no intrinsic gas, no nonce is
 * looked at; access lists are as a transaction would have warmed them.
 */
import { type Address, bytesToBigInt, concatBytes, utf8ToBytes } from 'sherd/base';
import { blobBaseFee } from 'sherd/block';
import { keccak256 } from 'sherd/crypto';
import { type BlockContext, createAddress, isSuccess, type Outcome, type Tracer } from 'sherd/evm';
import { type ForkName, forkRules, LATEST_FORK, type RulesName, rulesAt } from 'sherd/protocol';
import { createMemoryStore, Journal, type MemoryStore } from 'sherd/state';
import { precompileAddresses, runMessage } from 'sherd/transition';
import type { GethGenesis } from '../genesis/gethGenesis.ts';

/** Gas in units, value in wei, price in wei per gas. */
export interface CodeRun {
  /** What runs: empty to run what stands at the receiver already. */
  readonly code: Uint8Array;
  readonly input: Uint8Array;
  /** The code is init code, with the input behind it. */
  readonly isCreation: boolean;
  readonly sender: Address;
  readonly receiver: Address;
  readonly gas: bigint;
  readonly price: bigint;
  readonly value: bigint;
}

export interface CodeWorld {
  readonly store: MemoryStore;
  readonly journal: Journal;
  readonly fork: RulesName;
  readonly block: BlockContext;
}

export interface CodeResult {
  readonly outcome: Outcome;
  readonly isSuccess: boolean;
  readonly output: Uint8Array;
  readonly gasUsed: bigint;
}

/** Nobody asks how much gas the block has but GASLIMIT. */
const NO_GAS_LIMIT = (1n << 64n) - 1n;

/** The world before the run: a genesis file's, or an empty one at the newest fork. */
export function createWorld(genesis: GethGenesis | undefined, forkWanted: ForkName | undefined): CodeWorld {
  const { config } = genesis ?? {};
  const number = genesis?.number ?? 0n;
  const timestamp = genesis?.timestamp ?? 0n;
  const fork = forkWanted ?? (config === undefined ? LATEST_FORK : rulesAt(config, { number, timestamp }));
  const { rules } = forkRules(fork);
  const store = createMemoryStore();
  for (const [address, account] of genesis?.accounts ?? []) store.setAccount(address, account);
  const block: BlockContext = {
    coinbase: genesis?.coinbase ?? '0x0000000000000000000000000000000000000000',
    number,
    timestamp,
    gasLimit: genesis?.gasLimit ?? NO_GAS_LIMIT,
    difficulty: rules.prevRandao ? 0n : (genesis?.difficulty ?? 0n),
    prevRandao: rules.prevRandao ? (genesis?.mixHash ?? 0n) : 0n,
    baseFee: rules.baseFee ? (genesis?.baseFee ?? rules.initialBaseFee) : 0n,
    blobBaseFee: rules.blobs ? blobBaseFee(genesis?.excessBlobGas ?? 0n, rules) : 0n,
    chainId: config?.chainId ?? 1n,
  };
  return { store, journal: new Journal(store, { blockHash: hashOfNumber }), fork, block };
}

/** There is no chain: a block's hash is that of its number in decimal digits, as in geth. */
function hashOfNumber(number: bigint): bigint {
  return bytesToBigInt(keccak256(utf8ToBytes(number.toString())));
}

/** Puts the code where the message will find it. Before {@link runCode}; once, however often it runs. */
export function placeCode({ journal }: CodeWorld, run: CodeRun): void {
  journal.touch(run.sender);
  if (!run.isCreation && run.code.length > 0) journal.setCode(run.receiver, run.code);
}

/** One run on the world's journal, which then holds its effects. */
export function runCode({ journal, fork, block }: CodeWorld, run: CodeRun, tracer?: Tracer): CodeResult {
  const { sender, isCreation, value, gas } = run;
  const { rules } = forkRules(fork);
  const nonce = journal.getNonce(sender);
  const to = isCreation ? createAddress(sender, nonce) : run.receiver;
  if (isCreation) journal.setNonce(sender, nonce + 1n);
  if (rules.accessLists) {
    journal.setAlwaysWarm(precompileAddresses(fork));
    journal.warmAddress(sender);
    journal.warmAddress(to);
    if (rules.warmCoinbase) journal.warmAddress(block.coinbase);
  }
  const environment = {
    fork,
    block,
    transaction: { origin: sender, gasPrice: run.price, blobHashes: [] },
    ...(tracer !== undefined && { tracer }),
  };
  const data = isCreation ? concatBytes(run.code, run.input) : run.input;
  const kind = isCreation ? 'create' : 'call';
  const { outcome, output, gasLeft } = runMessage(journal, environment, { kind, caller: sender, to, value, data }, gas);
  return { outcome, isSuccess: isSuccess(outcome), output, gasUsed: gas - gasLeft };
}

/** Ends the run as a transaction would end, and writes its effects to the store. */
export function keepEffects({ journal, store, fork }: CodeWorld, tracer?: Tracer): void {
  journal.finalizeTransaction({ removeEmpty: forkRules(fork).rules.clearsEmptyAccounts });
  tracer?.endTransaction?.();
  store.apply(journal.drain());
}
