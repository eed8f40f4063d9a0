/** What a node can be told, and what follows from it where nothing was said. */
import { availableParallelism } from 'node:os';
import { SherdError } from 'sherd/base';
import { type ChainParams, type GasPolicy, presetParams } from 'sherd/beacon';
import type { Log } from '../producer/index.ts';
import type { GenesisRecord } from '../storage/index.ts';

export interface NodeOptions {
  /** Where the chain is kept; undefined: in a temporary directory that goes with the node. */
  readonly directory?: string;
  /** Default: that of the stored chain, or `dev`. */
  readonly preset?: string;
  readonly shards?: number;
  readonly validators?: number;
  readonly gasPolicy?: GasPolicy;
  /** BIP-39 words; default: the development phrase that everybody knows. */
  readonly mnemonic?: string;
  /** Executor processes; default: one per core, at least 2. */
  readonly executors?: number;
  /** Seconds between slots; undefined: a slot is made when there is work. */
  readonly slotTime?: number;
  readonly log?: Log;
}

export const DEFAULT_VALIDATORS = 16;
const LIMITS = { shards: 1_024, validators: 4_096, executors: 256 } as const;

/** Parameters and number of validators for these options, on top of the chain that is stored, if one is. */
export function chosenChain(
  options: NodeOptions,
  stored: GenesisRecord | undefined,
): { readonly params: ChainParams; readonly validators: number } {
  const base =
    options.preset === undefined && stored !== undefined ? stored.params : presetParams(options.preset ?? 'dev');
  const shardCount = options.shards ?? base.shardCount;
  const params: ChainParams = { ...base, shardCount, gasPolicy: options.gasPolicy ?? base.gasPolicy };
  const validators = options.validators ?? stored?.validators.length ?? DEFAULT_VALIDATORS;
  checkCount('shards', params.shardCount, LIMITS.shards);
  checkCount('validators', validators, LIMITS.validators);
  return { params, validators };
}

/** @throws SherdError BAD_OPTION */
export function executorCount(options: NodeOptions): number {
  const count = options.executors ?? Math.max(2, availableParallelism());
  checkCount('executors', count, LIMITS.executors);
  return count;
}

/**
 * Milliseconds between slots; undefined for instant ones. Proofs and operations are good for `rootWindow` slots, so the
 * pace may be no slower than a quarter of that.
 * @throws SherdError BAD_OPTION
 */
export function slotInterval({ slotTime }: NodeOptions, params: ChainParams): number | undefined {
  if (slotTime === undefined) return undefined;
  const most = Math.max(params.slotSeconds, (params.rootWindow * params.slotSeconds) / 4);
  if (!Number.isFinite(slotTime) || slotTime < 0.05 || slotTime > most) {
    throw new SherdError('BAD_OPTION', `slot time ${slotTime} s, want 0.05 to ${most} with these parameters`, {
      option: 'slotTime',
      have: slotTime,
      want: most,
    });
  }
  return Math.round(slotTime * 1000);
}

function checkCount(option: string, have: number, most: number): void {
  if (Number.isInteger(have) && have >= 1 && have <= most) return;
  throw new SherdError('BAD_OPTION', `${option}: ${have}, want a whole number from 1 to ${most}`, { option, have });
}

/** A log that nobody reads. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };
