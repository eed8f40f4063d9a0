/** Random worlds and transactions for differential tests, as plain data that can be printed, kept and made smaller. */
import { type Address, addressFromWord } from 'sherd/base';
import { addressOf } from 'sherd/crypto';
import { createAddress } from 'sherd/evm';
import { type ForkName, forkRules, isForkAtLeast } from 'sherd/protocol';
import { type Bytecode, op } from './bytecode.ts';
import { createRandom, type Random } from './random.ts';
import { pickPrecompile, precompileInput } from './randomPrecompiles.ts';
import { ProgramWriter } from './randomProgram.ts';
import { randomScenario, type Scenario } from './randomScenarios.ts';

export interface FuzzAccount {
  readonly address: Address;
  readonly balance: bigint;
  readonly nonce: bigint;
  /** Pieces that can be left out one by one. */
  readonly code: readonly Bytecode[];
  readonly storage: readonly (readonly [slot: bigint, value: bigint])[];
}

export interface FuzzAuthorization {
  /** Which of KEYS signs. */
  readonly key: number;
  readonly chainId: bigint;
  readonly address: Address;
  readonly nonce: bigint;
  readonly fault: 'none' | 'highS' | 'yParity' | 'zeroR';
}

export interface FuzzTransaction {
  readonly type: 0 | 1 | 2 | 3 | 4;
  /** Which of KEYS sends. */
  readonly key: number;
  /** Added to the sender's nonce; not 0 in transactions that have to be refused. */
  readonly nonceOffset: bigint;
  readonly to: Address | undefined;
  readonly value: bigint;
  readonly gasLimit: bigint;
  /** Also the gas price of types 0 and 1. Wei per gas. */
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
  readonly data: readonly Bytecode[];
  readonly accessList: readonly { readonly address: Address; readonly slots: readonly bigint[] }[];
  readonly authorizations: readonly FuzzAuthorization[];
  readonly maxBlobFee: bigint;
  readonly blobHashes: readonly Bytecode[];
}

export interface FuzzCase {
  readonly fork: ForkName;
  readonly coinbase: Address;
  readonly baseFee: bigint;
  readonly excessBlobGas: bigint;
  /** The state root is taken after each transaction, not only at the end. */
  readonly commitsBetween: boolean;
  readonly accounts: readonly FuzzAccount[];
  readonly transactions: readonly FuzzTransaction[];
}

/** Secret keys of the senders and authorities. */
export const KEYS: readonly Uint8Array[] = [0x11, 0x22, 0x33].map((byte) => new Uint8Array(32).fill(byte));
export const KEY_ADDRESSES: readonly Address[] = KEYS.map(addressOf);

export const FUZZ_GAS_LIMIT = 30_000_000n;
const CONTRACTS: readonly Address[] = [0xc1n, 0xc2n, 0xc3n].map((n) => addressFromWord(0xc0de00n + n));
const ABSENT = addressFromWord(0xabbae1n);
const COINBASE = addressFromWord(0xc01bn);
const ETHER = 10n ** 18n;

/** Forks that the peer plays too. */
export const FUZZED_FORKS: readonly ForkName[] = [
  'frontier',
  'homestead',
  'tangerineWhistle',
  'spuriousDragon',
  'byzantium',
  'constantinople',
  'petersburg',
  'istanbul',
  'berlin',
  'london',
  'paris',
  'shanghai',
  'cancun',
  'prague',
  'osaka',
];

/** The case of a seed; the same for ever, so that a seed is a bug report. */
export function randomCase(seed: number, fork?: ForkName): FuzzCase {
  const r = createRandom(seed);
  // Newer forks hold what the older ones have, and are what chains run.
  const drawn = r.pick([...FUZZED_FORKS, 'cancun', 'prague', 'prague', 'osaka', 'osaka', 'osaka'] as const);
  const chosen = fork ?? drawn;
  const created = CONTRACTS.map((address) => createAddress(address, 1n));
  const addresses = [...CONTRACTS, ...CONTRACTS, ...KEY_ADDRESSES, ABSENT, COINBASE, r.pick(created)];
  const writer = new ProgramWriter(r, { fork: chosen, addresses });
  const main = CONTRACTS[0]!;
  const scenario = r.chance(35) ? randomScenario({ random: r, fork: chosen, writer, main }) : undefined;
  const accounts = [
    ...randomContracts(r, writer, scenario),
    ...randomSenders(r, chosen),
    ...randomOthers(r, created),
    ...(scenario?.accounts ?? []),
  ];
  const count = r.weighted([
    [scenario?.isForTwo === true ? 0 : 60, 1],
    [25, 2],
    [15, 3],
  ]);
  return {
    fork: chosen,
    coinbase: r.weighted([
      [85, COINBASE],
      [7, KEY_ADDRESSES[0]!],
      [8, CONTRACTS[0]!],
    ]),
    baseFee: forkRules(chosen).rules.baseFee ? 7n : 0n,
    excessBlobGas: r.chance(70) ? 0n : 20_000_000n,
    commitsBetween: r.chance(50),
    accounts,
    transactions: Array.from({ length: count }, () => {
      // Asked without a contract between, a pre-compiled contract's output and gas are compared as they are.
      const asked = r.chance(9) ? pickPrecompile(r, chosen) : undefined;
      const transaction = randomTransaction(r, writer, chosen, addresses, asked);
      if (asked !== undefined) return withGas(r, transaction);
      return scenario === undefined ? transaction : towards(r, main, transaction);
    }),
  };
}

/** Mostly the same transaction as one to `to`, with gas enough for a scenario. */
function towards(r: Random, to: Address, transaction: FuzzTransaction): FuzzTransaction {
  if (r.chance(10)) return transaction;
  const data = transaction.to === undefined ? randomData(r) : transaction.data;
  return withGas(r, { ...transaction, to, data });
}

function withGas(r: Random, transaction: FuzzTransaction): FuzzTransaction {
  return r.chance(90) ? { ...transaction, gasLimit: BigInt(300_000 + r.below(300_000)) } : transaction;
}

function randomContracts(r: Random, writer: ProgramWriter, scenario: Scenario | undefined): FuzzAccount[] {
  return CONTRACTS.map((address, i) => ({
    address,
    balance: BigInt(r.below(5)),
    nonce: r.chance(95) ? 1n : 0xffff_ffff_ffff_ffffn,
    code: i === 0 ? mainProgram(writer, scenario) : writer.program(r.pick([1, 4])),
    storage: Array.from({ length: r.below(4) }, (_, slot) => [BigInt(slot), BigInt(1 + r.below(2))] as const),
  }));
}

function mainProgram(writer: ProgramWriter, scenario: Scenario | undefined): Bytecode[] {
  if (scenario === undefined) return writer.program(9);
  // What stands behind the end of a scenario is never reached.
  return [...scenario.code, ...(scenario.code.at(-1) === op.STOP ? [] : writer.program(4))];
}

function randomSenders(r: Random, fork: ForkName): FuzzAccount[] {
  const delegates = isForkAtLeast(fork, 'prague');
  return KEY_ADDRESSES.flatMap((address, i) => {
    const isDelegated = delegates && r.chance(15);
    // The third key signs authorisations only, and may have no account.
    if (i === 2 && !isDelegated && r.chance(50)) return [];
    const target = r.pick([...CONTRACTS, ...KEY_ADDRESSES, addressFromWord(4n)]);
    const balance = r.chance(97) ? ETHER : BigInt(r.below(400_000));
    const code = isDelegated ? [`ef0100${target.slice(2)}`] : [];
    return [{ address, balance, nonce: BigInt(r.below(2)), code, storage: [] }];
  });
}

/** Accounts where a creation will want to stand, and a precompile with ether. */
function randomOthers(r: Random, created: readonly Address[]): FuzzAccount[] {
  const others: FuzzAccount[] = [];
  const none = { code: [], storage: [] };
  if (r.chance(10)) others.push({ address: created[0]!, balance: BigInt(1 + r.below(3)), nonce: 0n, ...none });
  if (r.chance(4)) others.push({ address: created[1]!, balance: 0n, nonce: 1n, ...none });
  if (r.chance(10)) others.push({ address: COINBASE, balance: 5n, nonce: 0n, ...none });
  // Storage alone where a creating transaction will want to stand (EIP-7610).
  const storage = [[0n, 1n]] as const;
  const own = createAddress(KEY_ADDRESSES[0]!, BigInt(r.below(2)));
  if (r.chance(3)) others.push({ address: own, balance: BigInt(r.below(2)), nonce: 0n, code: [], storage });
  if (r.chance(5)) others.push({ address: addressFromWord(2n), balance: 1n, nonce: 0n, ...none });
  return others;
}

function randomTransaction(
  r: Random,
  writer: ProgramWriter,
  fork: ForkName,
  addresses: readonly Address[],
  asked: number | undefined,
): FuzzTransaction {
  const { rules } = forkRules(fork);
  const type = r.pick(rules.transactionTypes) as FuzzTransaction['type'];
  const creates = asked === undefined && type < 3 && r.chance(15);
  const maxFee = r.chance(97) ? BigInt(7 + r.below(10)) : BigInt(r.below(8));
  const target = r.weighted([
    [70, CONTRACTS[0]!],
    [20, r.pick(addresses)],
  ]);
  return {
    type,
    key: r.chance(85) ? 0 : 1,
    nonceOffset: r.chance(98) ? 0n : r.chance(50) ? 1n : -1n,
    to: creates ? undefined : asked === undefined ? target : addressFromWord(BigInt(asked)),
    value: r.chance(70) ? 0n : r.chance(95) ? BigInt(r.below(3)) : 2n * ETHER,
    gasLimit: BigInt(randomGasLimit(r)),
    maxFee,
    priorityFee: r.chance(97) ? BigInt(r.below(Number(maxFee) + 1)) : maxFee + 1n,
    data: creates ? writer.initCode(4) : asked === undefined ? randomData(r) : [precompileInput(r, asked)],
    accessList: type === 0 || r.chance(50) ? [] : randomAccessList(r, addresses),
    authorizations: type === 4 ? randomAuthorizations(r) : [],
    maxBlobFee: r.chance(95) ? 1000n : BigInt(r.below(3)),
    blobHashes: type === 3 ? Array.from({ length: 1 + r.below(3) }, () => `01${r.hex(31)}`) : [],
  };
}

function randomGasLimit(r: Random): number {
  return r.weighted([
    [40, 100_000 + r.below(150_000)],
    [30, 200_000 + r.below(300_000)],
    [25, 21_000 + r.below(80_000)],
    [3, 1_000_000],
    // Enough to deploy code of the greatest size.
    [1, 6_000_000],
    [2, r.below(60_000)],
  ]);
}

function randomData(r: Random): Bytecode[] {
  const pieces = r.weighted([
    [40, 0],
    [50, 1 + r.below(3)],
    [10, 10 + r.below(40)],
  ]);
  return Array.from({ length: pieces }, () =>
    r.pick([r.hex(32), '00'.repeat(32), r.word().toString(16).padStart(64, '0')]),
  );
}

function randomAccessList(r: Random, addresses: readonly Address[]): FuzzTransaction['accessList'] {
  return Array.from({ length: r.below(4) }, () => ({
    address: r.pick(addresses),
    slots: Array.from({ length: r.below(3) }, () => BigInt(r.below(4))),
  }));
}

function randomAuthorizations(r: Random): FuzzAuthorization[] {
  return Array.from({ length: 1 + r.below(3) }, () => ({
    key: r.below(3),
    chainId: r.pick([0n, 1n, 1n, 1n, 5n]),
    address: r.pick([...CONTRACTS, ...KEY_ADDRESSES, addressFromWord(0n), addressFromWord(2n)]),
    nonce: r.chance(95) ? BigInt(r.below(4)) : 0xffff_ffff_ffff_ffffn,
    fault: r.weighted<FuzzAuthorization['fault']>([
      [91, 'none'],
      [3, 'highS'],
      [3, 'yParity'],
      [3, 'zeroR'],
    ]),
  }));
}
