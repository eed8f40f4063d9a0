/** Runs a piece of code in an in-memory world: what the tests of the machine share. */
import { type Address, bytesToBigInt, EMPTY_BYTES } from 'sherd/base';
import {
  createEvm,
  type Environment,
  type EvmOptions,
  type Message,
  type MessageResult,
  OUTCOME_TEXT,
} from 'sherd/evm';
import { LATEST_FORK, type RulesName } from 'sherd/protocol';
import { createMemoryStore, Journal } from 'sherd/state';
import { type Bytecode, code } from './bytecode.ts';

export const CALLER: Address = '0x00000000000000000000000000000000000ca11e';
export const CONTRACT: Address = '0x00000000000000000000000000000000000c0de0';

export interface TestAccount {
  readonly balance?: bigint;
  readonly nonce?: bigint;
  readonly code?: Bytecode;
  readonly storage?: Readonly<Record<string, bigint>>;
}

export interface RunOptions extends Partial<Omit<Environment, 'fork' | 'block' | 'transaction'>> {
  readonly fork?: RulesName;
  readonly block?: Partial<Environment['block']>;
  readonly blobHashes?: readonly bigint[];
  readonly accounts?: Readonly<Record<Address, TestAccount>>;
  readonly message?: Partial<Message>;
  readonly tracer?: EvmOptions['tracer'];
}

export interface Run extends MessageResult {
  readonly journal: Journal;
  readonly gasUsed: number;
  /** The outcome in words. */
  readonly ending: string;
  /** The output as a word. */
  readonly word: bigint;
}

export const TEST_GAS = 1_000_000;

function worldOf(accounts: Readonly<Record<Address, TestAccount>>): Journal {
  const store = createMemoryStore();
  for (const [address, { balance = 0n, nonce = 0n, code: bytes = '', storage = {} }] of Object.entries(accounts)) {
    const slots = Object.entries(storage).map(([slot, value]) => [BigInt(slot), value] as const);
    store.setAccount(address as Address, { balance, nonce, code: code(bytes), storage: slots });
  }
  return new Journal(store);
}

/** Calls `bytecode`, standing at CONTRACT, from CALLER. The newest fork and a million gas unless told otherwise. */
export function execute(bytecode: Bytecode, options: RunOptions = {}): Run {
  const { fork = LATEST_FORK, accounts = {}, block, blobHashes = [], message, tracer, ...extras } = options;
  const journal = worldOf({
    [CALLER]: { balance: 10n ** 18n },
    [CONTRACT]: { nonce: 1n, code: bytecode },
    ...accounts,
  });
  const environment: Environment = {
    fork,
    block: {
      coinbase: '0x000000000000000000000000000000000000c01b',
      number: 1000n,
      timestamp: 1_700_000_000n,
      gasLimit: 30_000_000n,
      difficulty: 0x20000n,
      prevRandao: 0x1234n,
      baseFee: 7n,
      blobBaseFee: 3n,
      chainId: 1n,
      ...block,
    },
    transaction: { origin: CALLER, gasPrice: 10n, blobHashes },
    ...extras,
  };
  const sent: Message = {
    kind: 'call',
    caller: CALLER,
    to: CONTRACT,
    value: 0n,
    data: EMPTY_BYTES,
    gas: TEST_GAS,
    ...message,
  };
  const result = createEvm(journal, environment, tracer === undefined ? {} : { tracer }).run(sent);
  return {
    ...result,
    journal,
    gasUsed: sent.gas - result.gasLeft,
    ending: OUTCOME_TEXT[result.outcome],
    word: bytesToBigInt(result.output.subarray(0, 32)),
  };
}
