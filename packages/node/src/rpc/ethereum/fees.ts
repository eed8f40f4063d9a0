/** What to pay: suggestions from recent blocks, and the history of fees. All prices in wei per gas. */
import { CLAIM_TYPE } from 'sherd/shard';
import type { RpcBackend, ShardBackend, ShardBlockRecord } from '../backend.ts';
import { invalidParams } from '../errors.ts';
import { type Json, quantity } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { evmEntries } from './entries.ts';

/** Suggested while no block tells anything else. */
const DEFAULT_TIP = 1_000_000_000n;
const MAX_TIP = 500_000_000_000n;
/** geth's oracle: this many blocks, the lowest tips of each, and this percentile of them all. */
const SAMPLE_BLOCKS = 20;
const SAMPLES_PER_BLOCK = 3;
const SAMPLE_PERCENTILE = 60;
/** Blocks read before others get their turn. */
const BLOCKS_PER_TURN = 64;
/** Tips below it say nothing. */
const IGNORED_TIP = 2n;

interface Paid {
  readonly tip: bigint;
  readonly gasUsed: number;
}

/** What the transactions of a block paid above the base fee, cheapest first. */
function tipsOf(record: ShardBlockRecord): Paid[] {
  const { baseFee } = record.evm;
  return evmEntries(record)
    .filter(({ receipt }) => receipt.type !== CLAIM_TYPE)
    .map(({ receipt }) => ({ tip: receipt.effectiveGasPrice - baseFee, gasUsed: receipt.gasUsed }))
    .sort((a, b) => (a.tip < b.tip ? -1 : a.tip > b.tip ? 1 : 0));
}

export function suggestTip(shard: ShardBackend): bigint {
  const samples: bigint[] = [];
  const head = Number(shard.head().block.header.height);
  for (let height = head; height >= 0 && height > head - SAMPLE_BLOCKS; height--) {
    const record = shard.blockByHeight(height);
    if (record === undefined) continue;
    const tips = tipsOf(record).filter(({ tip }) => tip >= IGNORED_TIP);
    for (const { tip } of tips.slice(0, SAMPLES_PER_BLOCK)) samples.push(tip);
  }
  if (samples.length === 0) return DEFAULT_TIP;
  samples.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const tip = samples[Math.floor(((samples.length - 1) * SAMPLE_PERCENTILE) / 100)]!;
  return tip > MAX_TIP ? MAX_TIP : tip;
}

/** @throws RpcError -32602 for percentiles that are too many, out of 0 .. 100 or not ascending. */
export async function feeHistory(
  backend: RpcBackend,
  shard: ShardBackend,
  count: number,
  newest: number,
  percentiles: readonly number[],
): Promise<Json> {
  checkPercentiles(percentiles);
  const blocks = Math.min(count, LIMITS.feeHistoryBlocks, newest + 1);
  if (blocks === 0) return { oldestBlock: '0x0', gasUsedRatio: [] };
  const oldest = newest - blocks + 1;
  const baseFees: bigint[] = [];
  const ratios: number[] = [];
  const rewards: Json[] = [];
  for (let height = oldest; height <= newest; height++) {
    if (ratios.length % BLOCKS_PER_TURN === BLOCKS_PER_TURN - 1) await new Promise(setImmediate);
    const record = shard.blockByHeight(height)!;
    baseFees.push(record.evm.baseFee);
    ratios.push(Number(record.block.header.gasUsed) / backend.params.gasPerBlock);
    if (percentiles.length > 0) rewards.push(rewardsOf(record, percentiles));
  }
  baseFees.push(shard.blockByHeight(newest + 1)?.evm.baseFee ?? shard.nextBaseFee());
  return {
    oldestBlock: quantity(oldest),
    baseFeePerGas: baseFees.map(quantity),
    gasUsedRatio: ratios,
    baseFeePerBlobGas: baseFees.map(() => '0x1'),
    blobGasUsedRatio: ratios.map(() => 0),
    ...(percentiles.length > 0 ? { reward: rewards } : {}),
  };
}

function checkPercentiles(percentiles: readonly number[]): void {
  if (percentiles.length > LIMITS.rewardPercentiles) {
    throw invalidParams(
      `invalid reward percentile: have ${percentiles.length}, want at most ${LIMITS.rewardPercentiles}`,
    );
  }
  percentiles.forEach((percentile, i) => {
    if (percentile < 0 || percentile > 100) throw invalidParams(`invalid reward percentile: ${percentile}`);
    if (i > 0 && percentile <= percentiles[i - 1]!) {
      throw invalidParams(`invalid reward percentile: #${i - 1}:${percentiles[i - 1]} >= #${i}:${percentile}`);
    }
  });
}

/** Tips at percentiles of the block's gas, weighted by the gas that each transaction used. */
function rewardsOf(record: ShardBlockRecord, percentiles: readonly number[]): Json {
  const paid = tipsOf(record);
  if (paid.length === 0) return percentiles.map(() => '0x0');
  const total = paid.reduce((sum, { gasUsed }) => sum + gasUsed, 0);
  let at = 0;
  let gas = paid[0]!.gasUsed;
  return percentiles.map((percentile) => {
    const threshold = Math.floor((total * percentile) / 100);
    while (gas < threshold && at < paid.length - 1) gas += paid[++at]!.gasUsed;
    return quantity(paid[at]!.tip);
  });
}
