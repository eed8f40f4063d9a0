/**
 * The forks as a history of differences, to be read from top to bottom: Frontier is complete, each later block says
 * what changed. An instruction or pre-compiled contract exists from the fork that prices it.
 */
import { SherdError } from '../base/index.ts';
import { blobsFromPart } from './blobParameters.ts';
import { DRAFTS, type DraftName } from './drafts.ts';
import { EXTRA_EIPS } from './extraEips.ts';
import type { OpcodeName } from './opcodes.ts';
import type { Rules } from './rules.ts';

/** Constant gas of each instruction that exists. */
export type GasTable = Readonly<Partial<Record<OpcodeName, number>>>;

/** Base price and price per word. */
type Linear = readonly [base: number, perUnit: number];

/** How each pre-compiled contract is priced: gas, base and gas per unit, or the name of a formula. */
export interface PrecompilePrices {
  readonly ecRecover: number;
  readonly sha256: Linear;
  readonly ripemd160: Linear;
  readonly identity: Linear;
  readonly modexp: 'eip198' | 'eip2565' | 'eip7883';
  readonly bnAdd: number;
  readonly bnMul: number;
  /** Base and per pair. */
  readonly bnPairing: Linear;
  /** Per round. */
  readonly blake2f: number;
  readonly pointEvaluation: number;
  readonly blsG1Add: number;
  /** Per point, before the discount. */
  readonly blsG1Msm: number;
  readonly blsG2Add: number;
  readonly blsG2Msm: number;
  /** Base and per pair. */
  readonly blsPairing: Linear;
  readonly blsMapG1: number;
  readonly blsMapG2: number;
  readonly p256Verify: number;

  // EIP-2537 as it was drafted in 2024 (drafts.ts).
  readonly draftBlsG1Add: number;
  readonly draftBlsG1Mul: number;
  /** Per point, before the discount. */
  readonly draftBlsG1Msm: number;
  readonly draftBlsG2Add: number;
  readonly draftBlsG2Mul: number;
  readonly draftBlsG2Msm: number;
  /** Base and per pair. */
  readonly draftBlsPairing: Linear;
  readonly draftBlsMapG1: number;
  readonly draftBlsMapG2: number;
}

export type PrecompileName = keyof PrecompilePrices;

/** What a fork changes of the one before it. */
export interface ForkChange {
  readonly eips: readonly number[];
  readonly gas?: GasTable;
  readonly precompiles?: Partial<PrecompilePrices>;
  readonly rules?: Partial<Rules>;
}

/** No limit: larger than any size or gas that occurs, and still an exact integer. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** The same price for a run of instructions, PREFIXfirst .. PREFIXlast. */
function each<Name extends OpcodeName>(price: number, ...names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, price])) as Record<Name, number>;
}

function numbered(prefix: 'PUSH' | 'DUP' | 'SWAP', last: number, price: number): GasTable {
  return Object.fromEntries(Array.from({ length: last }, (_, i) => [`${prefix}${i + 1}`, price]));
}

const FRONTIER_GAS: GasTable = {
  ...each(0, 'STOP', 'RETURN', 'SELFDESTRUCT', 'INVALID', 'SSTORE'),
  ...each(1, 'JUMPDEST'),
  ...each(2, 'ADDRESS', 'ORIGIN', 'CALLER', 'CALLVALUE', 'CALLDATASIZE', 'CODESIZE', 'GASPRICE', 'COINBASE'),
  ...each(2, 'TIMESTAMP', 'NUMBER', 'PREVRANDAO', 'GASLIMIT', 'POP', 'PC', 'MSIZE', 'GAS'),
  ...each(3, 'ADD', 'SUB', 'LT', 'GT', 'SLT', 'SGT', 'EQ', 'ISZERO', 'AND', 'OR', 'XOR', 'NOT', 'BYTE'),
  ...each(3, 'CALLDATALOAD', 'CALLDATACOPY', 'CODECOPY', 'MLOAD', 'MSTORE', 'MSTORE8'),
  ...numbered('PUSH', 32, 3),
  ...numbered('DUP', 16, 3),
  ...numbered('SWAP', 16, 3),
  ...each(5, 'MUL', 'DIV', 'SDIV', 'MOD', 'SMOD', 'SIGNEXTEND'),
  ...each(8, 'ADDMOD', 'MULMOD', 'JUMP'),
  ...each(10, 'EXP', 'JUMPI'),
  ...each(20, 'BALANCE', 'EXTCODESIZE', 'EXTCODECOPY', 'BLOCKHASH'),
  KECCAK256: 30,
  ...each(40, 'CALL', 'CALLCODE'),
  SLOAD: 50,
  LOG0: 375,
  LOG1: 750,
  LOG2: 1125,
  LOG3: 1500,
  LOG4: 1875,
  CREATE: 32_000,
};

const FRONTIER_RULES: Rules = {
  expByte: 10,
  keccakWord: 6,
  copyWord: 3,
  memoryWord: 3,
  memoryQuadDivisor: 512,
  logByte: 8,
  callValue: 9000,
  callStipend: 2300,
  callNewAccount: 25_000,
  newAccountCharge: 'absent',
  selfDestructNewAccount: 0,
  keepsOne64th: false,
  codeDepositByte: 200,
  codeDepositFailure: 'keepEmpty',
  initCodeWord: 0,

  storageMetering: 'simple',
  storeSentry: 0,
  storeSet: 20_000,
  storeReset: 5000,
  storeDirty: 0,
  storeClearRefund: 15_000,

  accessLists: false,
  coldAccount: 0,
  coldSlot: 0,
  warmRead: 0,
  warmCoinbase: false,

  maxCodeSize: UNLIMITED,
  maxInitCodeSize: UNLIMITED,
  rejectsCodePrefixEf: false,
  newContractNonce: 0n,
  clearsEmptyAccounts: false,
  selfDestruct: 'always',
  selfDestructRefund: 24_000,
  delegations: false,
  prevRandao: false,

  transactionTypes: [0],
  replayProtection: false,
  lowS: false,
  txGas: 21_000,
  txCreateGas: 0,
  txZeroByte: 4,
  txNonZeroByte: 68,
  txAccessListAddress: 0,
  txAccessListSlot: 0,
  txAuthorization: 0,
  txAuthorizationExisting: 0,
  txFloorToken: 0,
  maxTxGas: UNLIMITED,
  refundQuotient: 2,
  receiptField: 'stateRoot',

  blockReward: 5_000_000_000_000_000_000n,
  difficulty: 'frontier',
  bombDelay: 0n,
  baseFee: false,
  baseFeeElasticity: 2n,
  baseFeeChangeDenominator: 8n,
  initialBaseFee: 1_000_000_000n,
  gasLimitBoundDivisor: 1024n,
  minBlockGasLimit: 5000n,
  maxExtraData: 32,
  maxOmmers: 2,
  withdrawals: false,
  blockStartCalls: [],
  requests: [],
  maxBlockSize: UNLIMITED,

  blobs: false,
  blobGas: 0,
  blobTarget: 0,
  blobMax: 0,
  blobMaxPerTx: 0,
  blobMinBaseFee: 0n,
  blobBaseFeeFraction: 0n,
  blobReserveGas: 0n,
};

const FRONTIER_PRECOMPILES: Partial<PrecompilePrices> = {
  ecRecover: 3000,
  sha256: [60, 12],
  ripemd160: [600, 120],
  identity: [15, 3],
};

const HISTORY = {
  frontier: { eips: [], gas: FRONTIER_GAS, precompiles: FRONTIER_PRECOMPILES, rules: FRONTIER_RULES },

  homestead: {
    eips: [2, 7],
    gas: { DELEGATECALL: 40 },
    rules: { codeDepositFailure: 'halt', txCreateGas: 32_000, lowS: true, difficulty: 'homestead' },
  },

  /** The DAO's balances move (chain.ts says when); nothing else changes. */
  dao: { eips: [779] },

  tangerineWhistle: {
    eips: [150],
    gas: {
      ...each(700, 'EXTCODESIZE', 'EXTCODECOPY', 'CALL', 'CALLCODE', 'DELEGATECALL'),
      BALANCE: 400,
      SLOAD: 200,
      SELFDESTRUCT: 5000,
    },
    rules: { keepsOne64th: true, selfDestructNewAccount: 25_000 },
  },

  spuriousDragon: {
    eips: [155, 160, 161, 170],
    rules: {
      replayProtection: true,
      expByte: 50,
      newAccountCharge: 'emptyWithValue',
      newContractNonce: 1n,
      clearsEmptyAccounts: true,
      maxCodeSize: 24_576,
    },
  },

  byzantium: {
    eips: [100, 140, 196, 197, 198, 211, 214, 649, 658],
    gas: { REVERT: 0, RETURNDATASIZE: 2, RETURNDATACOPY: 3, STATICCALL: 700 },
    precompiles: { modexp: 'eip198', bnAdd: 500, bnMul: 40_000, bnPairing: [100_000, 80_000] },
    rules: {
      difficulty: 'byzantium',
      bombDelay: 3_000_000n,
      blockReward: 3_000_000_000_000_000_000n,
      receiptField: 'status',
    },
  },

  constantinople: {
    eips: [145, 1014, 1052, 1234, 1283],
    gas: { SHL: 3, SHR: 3, SAR: 3, EXTCODEHASH: 400, CREATE2: 32_000 },
    rules: {
      storageMetering: 'net',
      storeDirty: 200,
      bombDelay: 5_000_000n,
      blockReward: 2_000_000_000_000_000_000n,
    },
  },

  petersburg: { eips: [1716], rules: { storageMetering: 'simple', storeDirty: 0 } },

  istanbul: {
    eips: [152, 1108, 1344, 1884, 2028, 2200],
    gas: { CHAINID: 2, SELFBALANCE: 5, SLOAD: 800, BALANCE: 700, EXTCODEHASH: 700 },
    precompiles: { bnAdd: 150, bnMul: 6000, bnPairing: [45_000, 34_000], blake2f: 1 },
    rules: { storageMetering: 'net', storeDirty: 800, storeSentry: 2300, txNonZeroByte: 16 },
  },

  muirGlacier: { eips: [2384], rules: { bombDelay: 9_000_000n } },

  berlin: {
    eips: [2565, 2718, 2929, 2930],
    gas: {
      ...each(100, 'SLOAD', 'BALANCE', 'EXTCODESIZE', 'EXTCODECOPY', 'EXTCODEHASH'),
      ...each(100, 'CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'),
    },
    precompiles: { modexp: 'eip2565' },
    rules: {
      accessLists: true,
      coldAccount: 2600,
      coldSlot: 2100,
      warmRead: 100,
      storeReset: 2900,
      storeDirty: 100,
      transactionTypes: [0, 1],
      txAccessListAddress: 2400,
      txAccessListSlot: 1900,
    },
  },

  london: {
    eips: [1559, 3198, 3529, 3541, 3554],
    gas: { BASEFEE: 2 },
    rules: {
      baseFee: true,
      transactionTypes: [0, 1, 2],
      refundQuotient: 5,
      storeClearRefund: 4800,
      selfDestructRefund: 0,
      rejectsCodePrefixEf: true,
      bombDelay: 9_700_000n,
    },
  },

  arrowGlacier: { eips: [4345], rules: { bombDelay: 10_700_000n } },

  grayGlacier: { eips: [5133], rules: { bombDelay: 11_400_000n } },

  paris: {
    eips: [3675, 4399],
    rules: { prevRandao: true, difficulty: 'none', blockReward: 0n, maxOmmers: 0 },
  },

  shanghai: {
    eips: [3651, 3855, 3860, 4895],
    gas: { PUSH0: 2 },
    rules: { warmCoinbase: true, initCodeWord: 2, maxInitCodeSize: 49_152, withdrawals: true },
  },

  cancun: {
    eips: [1153, 4788, 4844, 5656, 6780, 7516],
    gas: { TLOAD: 100, TSTORE: 100, MCOPY: 3, BLOBHASH: 3, BLOBBASEFEE: 2 },
    precompiles: { pointEvaluation: 50_000 },
    rules: {
      selfDestruct: 'createdOnly',
      transactionTypes: [0, 1, 2, 3],
      blockStartCalls: ['beaconRoots'],
      blobs: true,
      blobGas: 131_072,
      blobTarget: 3,
      blobMax: 6,
      blobMaxPerTx: 6,
      blobMinBaseFee: 1n,
      blobBaseFeeFraction: 3_338_477n,
    },
  },

  prague: {
    eips: [2537, 2935, 6110, 7002, 7251, 7623, 7685, 7691, 7702],
    precompiles: {
      blsG1Add: 375,
      blsG1Msm: 12_000,
      blsG2Add: 600,
      blsG2Msm: 22_500,
      blsPairing: [37_700, 32_600],
      blsMapG1: 5500,
      blsMapG2: 23_800,
    },
    rules: {
      delegations: true,
      transactionTypes: [0, 1, 2, 3, 4],
      txAuthorization: 25_000,
      txAuthorizationExisting: 12_500,
      txFloorToken: 10,
      blockStartCalls: ['beaconRoots', 'blockHashHistory'],
      requests: ['deposits', 'withdrawals', 'consolidations'],
      blobTarget: 6,
      blobMax: 9,
      blobMaxPerTx: 9,
      blobBaseFeeFraction: 5_007_716n,
    },
  },

  osaka: {
    eips: [7594, 7823, 7825, 7883, 7918, 7934, 7939, 7951],
    gas: { CLZ: 5 },
    precompiles: { modexp: 'eip7883', p256Verify: 6900 },
    rules: {
      maxTxGas: 16_777_216,
      maxBlockSize: 8_388_608,
      blobMaxPerTx: 6,
      blobReserveGas: 8192n,
    },
  },

  /** From here on forks of blob parameters only (EIP-7892); the last three are for test networks. */
  bpo1: { eips: [7892], rules: { blobTarget: 10, blobMax: 15, blobBaseFeeFraction: 8_346_193n } },
  bpo2: { eips: [7892], rules: { blobTarget: 14, blobMax: 21, blobBaseFeeFraction: 11_684_671n } },
  bpo3: { eips: [7892], rules: { blobTarget: 21, blobMax: 32, blobBaseFeeFraction: 20_609_697n } },
  bpo4: { eips: [7892], rules: { blobTarget: 14, blobMax: 21, blobBaseFeeFraction: 13_739_630n } },
  bpo5: { eips: [7892] },
} as const satisfies Record<string, ForkChange>;

export type ForkName = keyof typeof HISTORY;

/** All forks, oldest first. */
export const FORKS = Object.keys(HISTORY) as readonly ForkName[];

/** The newest fork that mainnet's rules for execution know; what is used where nobody names one. */
export const LATEST_FORK: ForkName = 'osaka';

/**
 * A fork with single EIPs of later ones ({@link EXTRA_EIPS}): `london+3855`; or with blob parameters of a chain's own,
 * which `rulesWithBlobs` names.
 */
export type ExtendedForkName = `${ForkName}+${string}`;

/** What code can run under: a fork, or what no chain has: a draft of one ({@link DRAFTS}), or one with extra EIPs. */
export type RulesName = ForkName | DraftName | ExtendedForkName;

/** Everything that holds in one fork, or in a draft of one. */
export interface ForkRules {
  readonly fork: RulesName;
  /** EIPs that the fork itself brought. */
  readonly eips: readonly number[];
  readonly gas: GasTable;
  readonly precompiles: Readonly<Partial<PrecompilePrices>>;
  readonly rules: Rules;
}

function buildRules(): Map<RulesName, ForkRules> {
  const built = new Map<RulesName, ForkRules>();
  let last: ForkRules = { fork: 'frontier', eips: [], gas: {}, precompiles: {}, rules: FRONTIER_RULES };
  for (const fork of FORKS) {
    last = withChange(last, fork, HISTORY[fork]);
    built.set(fork, last);
  }
  for (const draft of Object.keys(DRAFTS) as DraftName[]) {
    built.set(draft, withChange(built.get(DRAFTS[draft].after)!, draft, DRAFTS[draft]));
  }
  return built;
}

function withChange(before: ForkRules, fork: RulesName, change: ForkChange): ForkRules {
  return {
    fork,
    eips: change.eips,
    gas: { ...before.gas, ...change.gas },
    precompiles: { ...before.precompiles, ...change.precompiles },
    rules: { ...before.rules, ...change.rules },
  };
}

const RULES_BY_NAME = buildRules();

/** True for the names of {@link FORKS}; {@link forkFromName} knows those of other programs. */
export function isForkName(name: string): name is ForkName {
  return Object.hasOwn(HISTORY, name);
}

/**
 * The rules of that name; the same object for the same name.
 * @throws SherdError UNKNOWN_FORK, UNKNOWN_EIP, BAD_BLOB_PARAMETERS.
 */
export function forkRules(fork: RulesName): ForkRules {
  let rules = RULES_BY_NAME.get(fork);
  if (rules === undefined) {
    rules = withExtraEips(fork);
    RULES_BY_NAME.set(fork, rules);
  }
  return rules;
}

function withExtraEips(name: RulesName): ForkRules {
  const [fork = '', ...parts] = typeof name === 'string' ? name.split('+') : [];
  const base = RULES_BY_NAME.get(fork as ForkName);
  if (base === undefined || !isForkName(fork)) {
    throw new SherdError(
      'UNKNOWN_FORK',
      `no fork ${JSON.stringify(name) ?? 'undefined'}; want one of ${FORKS.join(', ')}`,
      { fork },
    );
  }
  return parts.reduce(
    (rules, part) => withChange(rules, name, blobChange(base, part) ?? extraChange(fork, part)),
    base,
  );
}

/** The change of a part that names blob parameters; undefined for other parts, and where there are no blobs. */
function blobChange({ rules }: ForkRules, part: string): ForkChange | undefined {
  const parameters = rules.blobs ? blobsFromPart(part) : undefined;
  if (parameters === undefined) return undefined;
  const { target: blobTarget, max: blobMax, baseFeeUpdateFraction: blobBaseFeeFraction } = parameters;
  // Before EIP-7594 a transaction may have as many as a block.
  const blobMaxPerTx = rules.blobMaxPerTx === rules.blobMax ? blobMax : rules.blobMaxPerTx;
  return { eips: [], rules: { blobTarget, blobMax, blobMaxPerTx, blobBaseFeeFraction } };
}

/** What an EIP adds to a fork: nothing where the fork has it already. */
function extraChange(fork: ForkName, eip: string): ForkChange {
  const part = /^\d{1,5}$/.test(eip) ? EXTRA_EIPS.get(Number(eip)) : undefined;
  if (part === undefined) {
    const known = [...EXTRA_EIPS.keys()].join(', ');
    throw new SherdError('UNKNOWN_EIP', `no extra EIP ${JSON.stringify(eip)}; want one of ${known}`, { eip });
  }
  if (isForkAtLeast(fork, part.of)) return { eips: [] };
  const from = RULES_BY_NAME.get(part.of)!;
  return { eips: [Number(eip)], gas: pick(from.gas, part.gas ?? []), rules: pick(from.rules, part.rules ?? []) };
}

function pick<T extends object, Key extends keyof T>(from: T, keys: readonly Key[]): Pick<T, Key> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, Key>;
}

/** True when `fork` is `other` or came after it. For schedules and tools; instruction bodies read rules instead. */
export function isForkAtLeast(fork: ForkName, other: ForkName): boolean {
  return FORKS.indexOf(fork) >= FORKS.indexOf(other);
}

/** The names that Ethereum's test suites and other clients use. */
const OTHER_NAMES: Readonly<Record<string, ForkName>> = {
  eip150: 'tangerineWhistle',
  tangerine: 'tangerineWhistle',
  eip158: 'spuriousDragon',
  spurious: 'spuriousDragon',
  constantinoplefix: 'petersburg',
  merge: 'paris',
  thedao: 'dao',
  daofork: 'dao',
};

const BY_LOWER_CASE = new Map<string, ForkName>(FORKS.map((fork) => [fork.toLowerCase(), fork]));

/** The fork that a name of the test suites means (`EIP150`, `ConstantinopleFix`, `Merge`, `Cancun`, ...), any case. */
export function forkFromName(name: string): ForkName | undefined {
  const key = name.toLowerCase().replace(/[\s_-]/g, '');
  return BY_LOWER_CASE.get(key) ?? (Object.hasOwn(OTHER_NAMES, key) ? OTHER_NAMES[key] : undefined);
}

/** The same, with the names of drafts beside those of forks; for who asks for rules, and not for a chain's schedule. */
export function rulesFromName(name: string): RulesName | undefined {
  return forkFromName(name) ?? (Object.keys(DRAFTS) as DraftName[]).find((draft) => sameName(draft, name));
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
