/** The block that contracts of a shard see, what happens before its first transaction, and the base fee. */
import { bytesToBigInt, concatBytes } from '../../base/index.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { BlockContext } from '../../evm/message.ts';
import { type ForkName, forkRules } from '../../protocol/forks.ts';
import { runBlockStartCalls } from '../../transition/index.ts';
import { EVM_SCRIPT } from '../journal.ts';
import type { ShardWorld } from '../world.ts';
import { post, readBooks, writeBooks } from './books.ts';
import { BOOKS_KEY } from './keys.ts';
import { RegionJournal } from './regionJournal.ts';
import { writeChanges } from './regionStore.ts';

/** Ethereum's rules on every shard. */
export const SHARD_FORK: ForkName = 'osaka';

/** Wei per gas in the genesis of a shard. */
export const INITIAL_BASE_FEE = 1_000_000_000n;

/** Chain id of Ethereum transactions on a shard. */
export function evmChainId(params: { readonly chainId: number }, shard: number): bigint {
  return BigInt(params.chainId + shard);
}

/** What NUMBER, TIMESTAMP, COINBASE, ... show. NUMBER is the shard block's height. */
export function evmBlockContext(world: ShardWorld, baseFee: bigint): BlockContext {
  const { block, shard } = world;
  const shardBytes = new Uint8Array(4);
  new DataView(shardBytes.buffer).setUint32(0, shard);
  return {
    coinbase: block.coinbase,
    number: BigInt(block.height),
    timestamp: block.timestamp,
    gasLimit: BigInt(block.params.gasPerBlock),
    difficulty: 0n,
    prevRandao: bytesToBigInt(sha256(concatBytes(block.view.root, shardBytes))),
    baseFee,
    // No blob transactions here; the opcode reads the least price that there can be.
    blobBaseFee: 1n,
    chainId: evmChainId(block.params, shard),
  };
}

/** Base fee after a block that used `gasUsed` of `gasLimit` (EIP-1559). Wei per gas. */
export function nextBaseFee(baseFee: bigint, gasUsed: number, gasLimit: number): bigint {
  const { rules } = forkRules(SHARD_FORK);
  const target = BigInt(gasLimit) / rules.baseFeeElasticity;
  const used = BigInt(gasUsed);
  if (used === target) return baseFee;
  const distance = used > target ? used - target : target - used;
  const step = (baseFee * distance) / target / rules.baseFeeChangeDenominator;
  if (used < target) return baseFee - step;
  return baseFee + (step > 0n ? step : 1n);
}

/** Sets the base fee and tells the contracts of EIP-2935 and EIP-4788 the parent's and the beacon state's root. */
export function beginEvmBlock(world: ShardWorld): void {
  const { block } = world;
  const books = readBooks(world);
  const baseFee = nextBaseFee(books.baseFee, block.parentGasUsed, block.params.gasPerBlock);
  const journal = new RegionJournal(world);
  const context = evmBlockContext(world, baseFee);
  runBlockStartCalls(
    { journal, fork: SHARD_FORK, block: context },
    { hash: block.parentRoot, beaconBlockRoot: block.view.root },
  );
  const supply = writeChanges(world, journal.drain());
  writeBooks(world, { ...post(books, { claimed: 0n, sent: 0n, supply }), baseFee });
}

/** True on a shard whose region 0 was set up at genesis. */
export function hasEvm(world: ShardWorld): boolean {
  return world.getObject(EVM_SCRIPT, BOOKS_KEY) !== undefined;
}
