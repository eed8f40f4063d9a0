/** A generated case on our own engine: what came of each transaction, and of the state. */
import { type Address, addressFromWord, bytesToHex, hexToBytes, SherdError } from 'sherd/base';
import { blobBaseFee } from 'sherd/block';
import { type BlockContext, isHalt, isSuccess, type Tracer } from 'sherd/evm';
import { forkRules } from 'sherd/protocol';
import { createMemoryStore, Journal, type MemoryStore } from 'sherd/state';
import { applyTransaction, createGasPool } from 'sherd/transition';
import { type Authorization, signAuthorization, type Transaction } from 'sherd/tx';
import {
  FUZZ_GAS_LIMIT,
  type FuzzAuthorization,
  type FuzzCase,
  type FuzzTransaction,
  KEY_ADDRESSES,
  KEYS,
} from './randomCase.ts';

/** What a transaction came to, in text, so that two engines can be compared field by field. */
export interface FuzzOutcome {
  readonly ending: 'refused' | 'success' | 'revert' | 'halt';
  readonly gasUsed?: bigint;
  /** After the cap. */
  readonly gasRefunded?: bigint;
  readonly output?: string;
  readonly logs?: readonly string[];
  readonly created?: string | undefined;
  /** Fields that the peer does not tell in this case; its adapter says why. */
  readonly untold?: readonly ('gasRefunded' | 'output' | 'created')[];
  /** Why; engines word it differently, so it is shown and not compared. */
  readonly reason?: string;
}

export interface FuzzRun {
  readonly outcomes: readonly FuzzOutcome[];
  readonly stateRoot: string;
  /** Balance, nonce, code and storage of an account as one line; for the message of a difference. */
  readonly describe: (address: Address) => Promise<string>;
}

/** The order of the group of secp256k1. */
const ORDER = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;

const signed = new Map<string, Authorization>();

/** Signs, once per content, and then spoils the signature as the case wants it. */
export function fuzzAuthorization({ key, chainId, address, nonce, fault }: FuzzAuthorization): Authorization {
  const id = `${key} ${chainId} ${address} ${nonce}`;
  let authorization = signed.get(id);
  if (authorization === undefined) {
    authorization = signAuthorization({ chainId, address, nonce }, KEYS[key]!);
    signed.set(id, authorization);
  }
  if (fault === 'yParity') return { ...authorization, yParity: 2n };
  if (fault === 'zeroR') return { ...authorization, r: 0n };
  if (fault === 'highS') {
    return { ...authorization, s: ORDER - authorization.s, yParity: 1n - authorization.yParity };
  }
  return authorization;
}

/** The transaction of a case as our engine takes it; its sender is known without a signature. */
export function fuzzTransaction(fuzz: FuzzTransaction, nonce: bigint): Transaction {
  const { gasLimit, to, value, maxFee, priorityFee, accessList } = fuzz;
  const fields = { nonce, gasLimit, to, value, data: hexToBytes(fuzz.data.join('')) };
  if (fuzz.type === 0) return { ...fields, type: 0, chainId: undefined, gasPrice: maxFee };
  const typed = { ...fields, chainId: 1n, accessList };
  if (fuzz.type === 1) return { ...typed, type: 1, gasPrice: maxFee };
  const market = { ...typed, maxFeePerGas: maxFee, maxPriorityFeePerGas: priorityFee };
  if (fuzz.type === 2) return { ...market, type: 2 };
  if (fuzz.type === 4) {
    return { ...market, type: 4, authorizationList: fuzz.authorizations.map(fuzzAuthorization) };
  }
  const blobVersionedHashes = fuzz.blobHashes.map(hexToBytes);
  return { ...market, type: 3, maxFeePerBlobGas: fuzz.maxBlobFee, blobVersionedHashes };
}

/** Block number, time and randomness of every case. */
export const FUZZ_BLOCK = { number: 1000n, timestamp: 1_700_000_000n, difficulty: 0x20000n, prevRandao: 0x1234n };

/** @param tracer Watches all transactions, one after the other. */
export function runOnEngine(fuzz: FuzzCase, tracer?: Tracer): FuzzRun {
  const store = createMemoryStore();
  for (const { address, balance, nonce, code, storage } of fuzz.accounts) {
    store.setAccount(address, { balance, nonce, code: hexToBytes(code.join('')), storage });
  }
  const { rules } = forkRules(fuzz.fork);
  const block: BlockContext = {
    ...FUZZ_BLOCK,
    coinbase: fuzz.coinbase,
    gasLimit: FUZZ_GAS_LIMIT,
    difficulty: rules.prevRandao ? 0n : FUZZ_BLOCK.difficulty,
    prevRandao: rules.prevRandao ? FUZZ_BLOCK.prevRandao : 0n,
    baseFee: fuzz.baseFee,
    blobBaseFee: rules.blobs ? blobBaseFee(fuzz.excessBlobGas, rules) : 0n,
    chainId: 1n,
  };
  const journal = new Journal(store);
  const outcomes = fuzz.transactions.map((transaction) => {
    const outcome = runTransaction(journal, block, fuzz, transaction, tracer);
    if (fuzz.commitsBetween) {
      store.apply(journal.drain());
      store.stateRoot();
    }
    return outcome;
  });
  store.apply(journal.drain());
  return { outcomes, stateRoot: bytesToHex(store.stateRoot()), describe: async (address) => describe(store, address) };
}

function runTransaction(
  journal: Journal,
  block: BlockContext,
  fuzz: FuzzCase,
  tx: FuzzTransaction,
  tracer: Tracer | undefined,
): FuzzOutcome {
  const { rules } = forkRules(fuzz.fork);
  const sender = KEY_ADDRESSES[tx.key]!;
  const nonce = journal.getNonce(sender) + tx.nonceOffset;
  if (nonce < 0n) return { ending: 'refused', reason: 'no such nonce' };
  const gasPool = createGasPool(FUZZ_GAS_LIMIT, BigInt(rules.blobMax * rules.blobGas));
  const transaction = fuzzTransaction(tx, nonce);
  try {
    const extras = tracer === undefined ? {} : { extras: { tracer } };
    const result = applyTransaction({ journal, fork: fuzz.fork, block, gasPool, transaction, sender, ...extras });
    return {
      ending: result.isSuccess ? 'success' : isHalt(result.outcome) ? 'halt' : 'revert',
      gasUsed: result.gasUsed,
      gasRefunded: result.gasRefunded,
      output: bytesToHex(result.output),
      logs: result.logs.map(({ address, topics, data }) => logText(address, topics, data)),
      created: isSuccess(result.outcome) ? result.contractAddress : undefined,
      reason: String(result.outcome),
    };
  } catch (error) {
    if (!(error instanceof SherdError)) throw error;
    return { ending: 'refused', reason: error.code };
  }
}

export function logText(address: Address, topics: readonly bigint[], data: Uint8Array): string {
  return `${address} [${topics.map((topic) => `0x${topic.toString(16)}`).join(' ')}] ${bytesToHex(data)}`;
}

function describe(store: MemoryStore, address: Address): string {
  const account = store.getAccount(address);
  if (account === undefined) return 'absent';
  const slots = [...store.storageOf(address)].map(([slot, value]) => `${slot.toString(16)}=${value.toString(16)}`);
  const code = bytesToHex(store.getCode(address));
  return `balance ${account.balance} nonce ${account.nonce} code ${code} storage ${slots.sort().join(' ')}`;
}

/** Where contracts of a case may have come to be, to look at when the roots differ. */
export const LOW_ADDRESSES: readonly Address[] = Array.from({ length: 17 }, (_, i) => addressFromWord(BigInt(i + 1)));
