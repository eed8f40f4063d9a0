/** Chain parameters: every number marked (p) in the design, in one typed object, with presets. */
import { SherdError } from '../base/index.ts';

/** What happens to transactions that the block's gas pool can no longer serve in full. */
export type GasPolicy =
  /** They are left out of the block and stay in the pool. */
  | 'skip'
  /** They run with `minimumGas`. */
  | 'minimum';

export interface ChainParams {
  readonly preset: string;
  /** Chain id of the network; the EVM of shard s has chain id `chainId + s`. */
  readonly chainId: number;
  readonly shardCount: number;
  readonly slotSeconds: number;
  /** Recent state roots kept by the beacon chain and by each shard, in slots. */
  readonly rootWindow: number;
  readonly committeeSize: number;
  readonly maxScripts: number;
  /** Bytes of code of one script. */
  readonly maxScriptBytes: number;
  /** Price of registration, gwei per byte of code. */
  readonly scriptPricePerByte: bigint;
  /** Smallest deposit of a new validator, gwei. */
  readonly minDeposit: bigint;
  /** Bytes of all transactions in one shard block. */
  readonly maxShardBlockBytes: number;
  /** N: gas of one shard block. */
  readonly gasPerBlock: number;
  readonly gasPolicy: GasPolicy;
  /** Gas of a transaction that runs after the pool is used up, under the `minimum` policy. */
  readonly minimumGas: number;
  /** Transactions that may run with `minimumGas` in one block. */
  readonly maxMinimumTransactions: number;
  /** Bytes of one storage object. */
  readonly maxObjectBytes: number;
  /** Bytes of a receipt's data. */
  readonly maxReceiptBytes: number;
  /** Slots by which a write extends the ttl of an object. */
  readonly ttlOnWrite: number;
}

const DEV: ChainParams = {
  preset: 'dev',
  chainId: 53_000,
  shardCount: 4,
  slotSeconds: 1,
  rootWindow: 256,
  committeeSize: 4,
  maxScripts: 4096,
  maxScriptBytes: 262_144,
  scriptPricePerByte: 10_000n,
  minDeposit: 1_000_000_000n,
  maxShardBlockBytes: 1_048_576,
  gasPerBlock: 30_000_000,
  gasPolicy: 'skip',
  minimumGas: 50_000,
  maxMinimumTransactions: 64,
  maxObjectBytes: 65_536,
  maxReceiptBytes: 16_384,
  ttlOnWrite: 7_776_000,
};

/** `dev` is what `npm start` runs, `test` is small enough to reach every limit, `paper` has the proposal's numbers. */
export const PRESETS: Readonly<Record<string, ChainParams>> = {
  dev: DEV,
  test: {
    ...DEV,
    preset: 'test',
    chainId: 53_900,
    rootWindow: 8,
    maxScripts: 8,
    maxScriptBytes: 65_536,
    maxShardBlockBytes: 65_536,
    maxObjectBytes: 32_768,
    maxReceiptBytes: 4096,
    ttlOnWrite: 16,
  },
  paper: {
    ...DEV,
    preset: 'paper',
    chainId: 54_000,
    shardCount: 1024,
    slotSeconds: 6,
    rootWindow: 8192,
    committeeSize: 128,
    maxShardBlockBytes: 16_384,
  },
};

/** @throws SherdError UNKNOWN_PRESET */
export function presetParams(name: string): ChainParams {
  const params = PRESETS[name];
  if (params === undefined) {
    throw new SherdError('UNKNOWN_PRESET', `unknown preset ${name}; known: ${Object.keys(PRESETS).join(', ')}`, {
      name,
    });
  }
  return params;
}
