/**
 * Chain configurations as geth writes them: the `config` object of a genesis file, with a block number or time for each
 * fork. What our forks cannot express (a gap in their order) is refused, never guessed.
 */
import { type Address, parseAddress, SherdError } from '../base/index.ts';
import type { BlobParameters } from './blobParameters.ts';
import { blobParametersOf, rulesWithBlobs } from './blobRules.ts';
import { type ChainConfig, type ForkActivation, MAINNET } from './chain.ts';
import { FORKS, type ForkName } from './forks.ts';

/** A parsed JSON object. */
export type GethConfig = Readonly<Record<string, unknown>>;

interface BlockField {
  readonly key: string;
  readonly fork: ForkName;
  /** May be left out although a later fork is there. */
  readonly isOptional?: boolean;
}

const BLOCK_FIELDS: readonly BlockField[] = [
  { key: 'homesteadBlock', fork: 'homestead' },
  { key: 'daoForkBlock', fork: 'dao', isOptional: true },
  { key: 'eip150Block', fork: 'tangerineWhistle' },
  { key: 'eip158Block', fork: 'spuriousDragon' },
  { key: 'byzantiumBlock', fork: 'byzantium' },
  { key: 'constantinopleBlock', fork: 'constantinople' },
  { key: 'petersburgBlock', fork: 'petersburg' },
  { key: 'istanbulBlock', fork: 'istanbul' },
  { key: 'muirGlacierBlock', fork: 'muirGlacier', isOptional: true },
  { key: 'berlinBlock', fork: 'berlin' },
  { key: 'londonBlock', fork: 'london' },
  { key: 'arrowGlacierBlock', fork: 'arrowGlacier', isOptional: true },
  { key: 'grayGlacierBlock', fork: 'grayGlacier', isOptional: true },
];

/** Forks by time, oldest first; forks of blob parameters may be left out. */
const TIME_FORKS: readonly ForkName[] = FORKS.slice(FORKS.indexOf('shanghai'));

const LATER_TIMES = ['amsterdamTime', 'verkleTime', 'ubtTime'];

/**
 * The chain that a geth `config` object describes.
 * @throws SherdError BAD_CHAIN_CONFIG with the field, when a value has the wrong form, forks stand out of order or leave
 *   one out, or the chain has rules that no fork of ours has.
 */
export function chainFromGethConfig(config: GethConfig, name = 'genesis'): ChainConfig {
  const settings = { ...config, ...petersburgOf(config) };
  refuseUnknownForks(settings);
  checkReplayProtection(settings);
  const blockForks = readBlockForks(settings);
  const timeForks = readTimeForks(settings);
  const hasLondon = blockForks.some(({ fork }) => fork === 'london');
  if (timeForks.length > 0 && !hasLondon) {
    fault(timeForks[0]!.fork, 'has a time, but londonBlock is not set');
  }
  const lastBlock = blockForks.at(-1);
  const isLate = timeForks.some(({ timestamp }) => timestamp === 0n) && lastBlock !== undefined && lastBlock.block > 0n;
  if (isLate) fault(lastBlock.fork, `begins at block ${lastBlock.block}, behind a fork that begins with genesis`);
  const deposit = settings['depositContractAddress'];
  const movesDaoBalances = settings['daoForkSupport'] === true;
  const daoForkBlock = integer(settings, 'daoForkBlock');
  return {
    name,
    chainId: integer(settings, 'chainId') ?? 0n,
    forks: [{ fork: 'frontier', block: 0n }, ...blockForks, ...readMerge(settings, timeForks.length > 0), ...timeForks],
    depositContract: deposit === undefined || deposit === null ? MAINNET.depositContract : readAddress(deposit),
    movesDaoBalances,
    ...(!movesDaoBalances && daoForkBlock !== undefined && { refusesDaoForkAt: daoForkBlock }),
  };
}

/** Where Petersburg is left out, it begins together with Constantinople. */
function petersburgOf(config: GethConfig): GethConfig {
  const isLeftOut = config['petersburgBlock'] === undefined || config['petersburgBlock'] === null;
  return isLeftOut ? { petersburgBlock: config['constantinopleBlock'] } : {};
}

function refuseUnknownForks(config: GethConfig): void {
  for (const key of LATER_TIMES) {
    if (integer(config, key) !== undefined) fault(key, 'is set, but this fork is not known here');
  }
}

/** EIP-155 and EIP-158 are one fork here, as they were everywhere. */
function checkReplayProtection(config: GethConfig): void {
  const [have, want] = [integer(config, 'eip155Block'), integer(config, 'eip158Block')];
  if (have !== undefined && have !== want) fault('eip155Block', `is ${have}, want the eip158Block ${want ?? 'too'}`);
}

function readBlockForks(config: GethConfig): { readonly fork: ForkName; readonly block: bigint }[] {
  const forks: { fork: ForkName; block: bigint }[] = [];
  let last = 0n;
  let missing: string | undefined;
  for (const { key, fork, isOptional } of BLOCK_FIELDS) {
    const block = integer(config, key);
    if (block === undefined) {
      if (isOptional !== true) missing ??= key;
      continue;
    }
    if (missing !== undefined) fault(missing, `is not set, but ${key} is`);
    if (block < last) fault(key, `is ${block}, want at least ${last}, where the fork before it begins`);
    last = block;
    // A chain that did not support the DAO fork has no rules of it.
    if (fork === 'dao' && config['daoForkSupport'] !== true) continue;
    forks.push({ fork, block });
  }
  return forks;
}

function readTimeForks(config: GethConfig): (ForkActivation & { readonly timestamp: bigint })[] {
  const forks: (ForkActivation & { readonly timestamp: bigint })[] = [];
  let last = 0n;
  let missing: ForkName | undefined;
  for (const fork of TIME_FORKS) {
    const timestamp = integer(config, `${fork}Time`);
    if (timestamp === undefined) {
      if (!fork.startsWith('bpo')) missing ??= fork;
      continue;
    }
    if (missing !== undefined) fault(`${missing}Time`, `is not set, but ${fork}Time is`);
    if (timestamp < last)
      fault(`${fork}Time`, `is ${timestamp}, want at least ${last}, where the fork before it begins`);
    last = timestamp;
    const blobs = readBlobs(config, fork);
    forks.push(blobs === undefined ? { fork, timestamp } : { fork, timestamp, blobs });
  }
  return forks;
}

/** A total difficulty of 0 means that the chain began after the merge. */
function readMerge(config: GethConfig, hasTimeForks: boolean): ForkActivation[] {
  const totalDifficulty = integer(config, 'terminalTotalDifficulty');
  if (totalDifficulty === undefined) return [];
  if (totalDifficulty > 0n) return [{ fork: 'paris', totalDifficulty }];
  if (integer(config, 'londonBlock') === 0n || hasTimeForks) return [{ fork: 'paris', block: 0n }];
  return fault('terminalTotalDifficulty', 'is 0, but londonBlock is not: the merge has London behind it');
}

/** What the schedule says of a fork; what it leaves out is as the fork has it. Undefined where nothing differs. */
function readBlobs(config: GethConfig, fork: ForkName): BlobParameters | undefined {
  const schedule = config['blobSchedule'];
  if (schedule === undefined || schedule === null) return undefined;
  if (!isObject(schedule)) fault('blobSchedule', 'is no object');
  const entry = schedule[fork];
  if (entry === undefined || entry === null) return undefined;
  const place = `blobSchedule.${fork}`;
  if (!isObject(entry)) fault(place, 'is no object');
  const own = blobParametersOf(fork);
  const [target, max, fraction] = (['target', 'max', 'baseFeeUpdateFraction'] as const).map((key) => {
    return integer(entry, key, `${place}.${key}`) ?? BigInt(own[key]);
  });
  const blobs = { target: Number(target), max: Number(max), baseFeeUpdateFraction: fraction! };
  try {
    return rulesWithBlobs(fork, blobs) === fork ? undefined : blobs;
  } catch (error) {
    return fault(place, `is refused: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number, a decimal or a hex string; undefined when it is left out or null. */
function integer(config: GethConfig, key: string, place = key): bigint | undefined {
  const value = config[key];
  if (value === undefined || value === null) return undefined;
  // A larger number has been rounded by JSON.parse: whoever reads the file hands it over as a string.
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'string' && /^(?:0x[0-9a-fA-F]+|[0-9]+)$/.test(value)) return BigInt(value);
  return fault(place, `is ${JSON.stringify(value)?.slice(0, 60)}, want an unsigned integer`);
}

function readAddress(value: unknown): Address {
  if (typeof value !== 'string') return fault('depositContractAddress', 'is no string');
  return parseAddress(value);
}

function fault(field: string, why: string): never {
  throw new SherdError('BAD_CHAIN_CONFIG', `config.${field} ${why}`, { field });
}
