/** The block that a transition builds: geth's `env` file, completed by what follows from the parent. */
import { type Address, bytesToBigInt } from 'sherd/base';
import { blobBaseFee, nextBaseFee, nextDifficulty, nextExcessBlobGas, type Withdrawal } from 'sherd/block';
import type { BlockContext } from 'sherd/evm';
import type { Rules } from 'sherd/protocol';
import {
  addressAt,
  arrayAt,
  boundedAt,
  hashAt,
  type Json,
  type JsonObject,
  objectAt,
  optional,
} from '../../conformance/fields.ts';
import { orFault, t8nFault } from './faults.ts';

/** A block that was mined beside the chain; `delta` blocks before this one. */
export interface Ommer {
  readonly delta: bigint;
  readonly address: Address;
}

/** As the file has it. Gas in units, prices in wei, times in seconds. */
export interface EnvironmentFile {
  readonly coinbase: Address;
  readonly number: bigint;
  readonly timestamp: bigint;
  readonly gasLimit: bigint;
  readonly difficulty: bigint | undefined;
  readonly random: bigint | undefined;
  readonly baseFee: bigint | undefined;
  readonly excessBlobGas: bigint | undefined;
  readonly parentDifficulty: bigint | undefined;
  readonly parentTimestamp: bigint | undefined;
  readonly parentHasOmmers: boolean;
  readonly parentBaseFee: bigint | undefined;
  readonly parentGasUsed: bigint | undefined;
  readonly parentGasLimit: bigint | undefined;
  readonly parentExcessBlobGas: bigint | undefined;
  readonly parentBlobGasUsed: bigint | undefined;
  readonly parentBeaconBlockRoot: Uint8Array | undefined;
  /** Hashes of blocks before this one, by number. */
  readonly blockHashes: ReadonlyMap<bigint, Uint8Array>;
  readonly ommers: readonly Ommer[];
  readonly withdrawals: readonly Withdrawal[] | undefined;
}

/** What the transition runs in. */
export interface Environment {
  readonly block: BlockContext;
  readonly file: EnvironmentFile;
  /** Undefined under proof of stake. */
  readonly difficulty: bigint | undefined;
  /** Undefined before London. */
  readonly baseFee: bigint | undefined;
  /** Undefined before Cancun, and where nothing in the file says it. */
  readonly excessBlobGas: bigint | undefined;
}

/** Keccak-256 of the empty list: what a parent without ommers says. */
const NO_OMMERS = 0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347n;

/** @throws SherdError BAD_FIXTURE with the field. */
export function readEnvironment(json: Json): EnvironmentFile {
  const env = objectAt(json, 'env');
  const need = (key: string) => boundedAt(env[key], `env.${key}`, 64);
  const quantity = (key: string) => optional(env[key], () => need(key));
  const word = (key: string) => optional(env[key], (value) => boundedAt(value, `env.${key}`, 256));
  const ommersHash = word('parentUncleHash');
  return {
    coinbase: addressAt(env['currentCoinbase'], 'env.currentCoinbase'),
    number: need('currentNumber'),
    timestamp: need('currentTimestamp'),
    gasLimit: need('currentGasLimit'),
    difficulty: word('currentDifficulty'),
    random: word('currentRandom'),
    baseFee: word('currentBaseFee'),
    excessBlobGas: quantity('currentExcessBlobGas'),
    parentDifficulty: word('parentDifficulty'),
    parentTimestamp: quantity('parentTimestamp'),
    parentHasOmmers: ommersHash !== undefined && ommersHash !== 0n && ommersHash !== NO_OMMERS,
    parentBaseFee: word('parentBaseFee'),
    parentGasUsed: quantity('parentGasUsed'),
    parentGasLimit: quantity('parentGasLimit'),
    parentExcessBlobGas: quantity('parentExcessBlobGas'),
    parentBlobGasUsed: quantity('parentBlobGasUsed'),
    parentBeaconBlockRoot: optional(env['parentBeaconBlockRoot'], (value) =>
      hashAt(value, 'env.parentBeaconBlockRoot'),
    ),
    blockHashes: readBlockHashes(env),
    ommers: (optional(env['ommers'], (value) => arrayAt(value, 'env.ommers')) ?? []).map(readOmmer),
    withdrawals: optional(env['withdrawals'], (value) => arrayAt(value, 'env.withdrawals').map(readWithdrawal)),
  };
}

function readBlockHashes(env: JsonObject): Map<bigint, Uint8Array> {
  const hashes = optional(env['blockHashes'], (value) => objectAt(value, 'env.blockHashes')) ?? {};
  return new Map(
    Object.entries(hashes).map(([number, hash]) => {
      return [boundedAt(number, 'env.blockHashes', 64), hashAt(hash, `env.blockHashes.${number}`)] as const;
    }),
  );
}

function readOmmer(json: Json, index: number): Ommer {
  const place = `env.ommers[${index}]`;
  const ommer = objectAt(json, place);
  return {
    delta: boundedAt(ommer['delta'], `${place}.delta`, 64),
    address: addressAt(ommer['address'], `${place}.address`),
  };
}

function readWithdrawal(json: Json, index: number): Withdrawal {
  const place = `env.withdrawals[${index}]`;
  const fields = objectAt(json, place);
  const integer = (key: string) => boundedAt(fields[key], `${place}.${key}`, 64);
  return {
    index: integer('index'),
    validatorIndex: integer('validatorIndex'),
    address: addressAt(fields['address'], `${place}.address`),
    amount: integer('amount'),
  };
}

/**
 * Fills in what the file leaves to be computed and checks that the fork has what it needs.
 * @throws SherdError T8N_CONFIG with what is missing.
 */
export function completeEnvironment(file: EnvironmentFile, rules: Rules, chainId: bigint): Environment {
  const baseFee = rules.baseFee ? (file.baseFee ?? computeBaseFee(file, rules)) : undefined;
  if (rules.withdrawals && file.withdrawals === undefined) missing('Shanghai', 'withdrawals');
  const difficulty = computeDifficulty(file, rules);
  if (rules.blobs && file.parentBeaconBlockRoot === undefined) missing('Cancun', 'parentBeaconBlockRoot');
  const excessBlobGas = rules.blobs ? (file.excessBlobGas ?? computeExcess(file, rules)) : undefined;
  const block: BlockContext = {
    coinbase: file.coinbase,
    number: file.number,
    timestamp: file.timestamp,
    gasLimit: file.gasLimit,
    difficulty: difficulty ?? 0n,
    prevRandao: rules.prevRandao ? (file.random ?? 0n) : 0n,
    baseFee: baseFee ?? 0n,
    blobBaseFee: rules.blobs ? orFault('T8N_CONFIG', () => blobBaseFee(excessBlobGas ?? 0n, rules)) : 0n,
    chainId,
  };
  return { block, file, difficulty, baseFee, excessBlobGas };
}

function missing(fork: string, field: string): never {
  throw t8nFault('T8N_CONFIG', `${fork} config but missing '${field}' in env section`);
}

function computeBaseFee(file: EnvironmentFile, rules: Rules): bigint {
  const { parentBaseFee, parentGasUsed = 0n, parentGasLimit = 0n } = file;
  if (parentBaseFee === undefined || file.number === 0n) return missing('EIP-1559', 'parentBaseFee');
  if (parentGasLimit < rules.baseFeeElasticity) return missing('EIP-1559', 'parentGasLimit');
  return nextBaseFee({ baseFee: parentBaseFee, gasUsed: parentGasUsed, gasLimit: parentGasLimit }, rules);
}

function computeDifficulty(file: EnvironmentFile, rules: Rules): bigint | undefined {
  const { difficulty, number, timestamp, parentTimestamp, parentDifficulty = 0n } = file;
  if (rules.difficulty === 'none') {
    if (file.random === undefined) {
      throw t8nFault('T8N_CONFIG', 'post-merge requires currentRandom to be defined in env');
    }
    if (difficulty !== undefined && difficulty !== 0n) {
      throw t8nFault('T8N_CONFIG', `post-merge difficulty must be zero (or omitted) in env, have ${difficulty}`);
    }
    return undefined;
  }
  if (difficulty !== undefined) return difficulty;
  if (parentTimestamp === undefined) {
    throw t8nFault(
      'T8N_CONFIG',
      'currentDifficulty was not provided, and cannot be calculated due to missing parentTimestamp',
    );
  }
  if (number === 0n) throw t8nFault('T8N_CONFIG', 'currentDifficulty needs to be provided for block number 0');
  if (timestamp <= parentTimestamp) {
    throw t8nFault(
      'T8N_CONFIG',
      `currentDifficulty cannot be calculated: currentTimestamp ${timestamp}, want more than parentTimestamp ${parentTimestamp}`,
    );
  }
  const parent = { difficulty: parentDifficulty, timestamp: parentTimestamp, hasOmmers: file.parentHasOmmers };
  return nextDifficulty(number, timestamp, parent, rules);
}

function computeExcess(file: EnvironmentFile, rules: Rules): bigint | undefined {
  const { parentExcessBlobGas: excessBlobGas, parentBlobGasUsed: blobGasUsed, parentBaseFee = 0n } = file;
  if (excessBlobGas === undefined || blobGasUsed === undefined) return undefined;
  return nextExcessBlobGas({ excessBlobGas, blobGasUsed, baseFee: parentBaseFee }, rules);
}

/**
 * The hash of an ancestor, as a word.
 * @throws SherdError T8N_MISSING_BLOCKHASH: the transition would be wrong without it.
 */
export function ancestorHash(file: EnvironmentFile, number: bigint): bigint {
  const hash = file.blockHashes.get(number);
  if (hash !== undefined) return bytesToBigInt(hash);
  const why = file.blockHashes.size === 0 ? 'no blockhashes provided' : 'blockhash for that block not provided';
  throw t8nFault('T8N_MISSING_BLOCKHASH', `getHash(${number}) invoked, ${why}`);
}

/** Hash of the parent block as far as the file says it: what the history contract is told (EIP-2935). */
export function parentHash(file: EnvironmentFile): Uint8Array | undefined {
  if (file.blockHashes.size === 0 || file.number === 0n) return undefined;
  return file.blockHashes.get(file.number - 1n) ?? new Uint8Array(32);
}
