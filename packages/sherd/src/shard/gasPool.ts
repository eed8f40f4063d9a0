/**
 * The gas of a block as a pool that its transactions draw from, under the two policies of the proposal for what comes
 * after it is used up: leave the rest out, or run some of them with a minimum quantity.
 */
import type { ChainParams } from '../beacon/params.ts';

export interface ShardGasPool {
  /** Gas left of the block's own quantity. */
  left: number;
  /** Transactions that may still run with the minimum quantity. */
  minimumsLeft: number;
}

/** What a transaction may run with. */
export type GasGrant =
  | { readonly kind: 'granted'; readonly gas: number; readonly isMinimum: boolean }
  /** Asks for more than any block has. */
  | { readonly kind: 'tooMuch' }
  /** No room in this block. */
  | { readonly kind: 'exhausted' };

type GasParams = Pick<ChainParams, 'gasPerBlock' | 'gasPolicy' | 'minimumGas' | 'maxMinimumTransactions'>;

/** The pool of one block, full. */
export function createShardGasPool(params: GasParams): ShardGasPool {
  return {
    left: params.gasPerBlock,
    minimumsLeft: params.gasPolicy === 'minimum' ? params.maxMinimumTransactions : 0,
  };
}

/** Most gas that a block can report: the pool, and the minimum quantities beyond it. */
export function maxBlockGas(params: GasParams): number {
  const beyond = params.gasPolicy === 'minimum' ? params.maxMinimumTransactions * params.minimumGas : 0;
  return params.gasPerBlock + beyond;
}

/** What a transaction with this gas limit gets now. Takes nothing; see {@link drawGas}. */
export function grantGas(params: GasParams, pool: ShardGasPool, gasLimit: number): GasGrant {
  if (gasLimit > params.gasPerBlock) return { kind: 'tooMuch' };
  if (gasLimit <= pool.left) return { kind: 'granted', gas: gasLimit, isMinimum: false };
  // Used up is a pool that cannot even serve a minimum; before that, who asks for too much waits for the next block.
  if (pool.left >= params.minimumGas || pool.minimumsLeft === 0) return { kind: 'exhausted' };
  return { kind: 'granted', gas: Math.min(gasLimit, params.minimumGas), isMinimum: true };
}

/** Takes what a granted transaction has used. Minimum quantities stand beyond the pool and leave it as it is. */
export function drawGas(pool: ShardGasPool, isMinimum: boolean, gasUsed: number): void {
  if (isMinimum) pool.minimumsLeft -= 1;
  else pool.left -= gasUsed;
}
