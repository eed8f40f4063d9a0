/** Blocks of one shard over two stores: maps in memory, and the node's database in a folder that is thrown away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { presetParams } from 'sherd/beacon';
import { buildShardBlock, shardGenesis } from 'sherd/shard';
import { commitSlot, createShardStore, openEnvironment } from '../../packages/node/dist/storage/index.js';
import { ShardNetwork } from '../../packages/testkit/dist/index.js';

const SHARD = 1;
const NO_SIGNATURE = new Uint8Array(96);

const ANY_GAS = { ...presetParams('dev'), gasPerBlock: 2_000_000_000, maxShardBlockBytes: 1 << 26 };

/**
 * A network with `codes` as scripts 1, 2, ..., whose shard 1 takes blocks of any gas, unless `params` say otherwise.
 * `alloc`: accounts of script 0 on that shard.
 */
export function createBlocks(codes, { params = ANY_GAS, alloc = [] } = {}) {
  const net = new ShardNetwork({
    params,
    scripts: [codes].flat().map((code) => ({ code, balance: 0n })),
    alloc: (shard) => (shard === SHARD ? alloc : []),
  });
  net.chain.accept({});
  const transaction = (data, gasLimit = 1_000_000_000n) => ({ script: 1, gasLimit, data });
  /** Builds on top of what was committed, over `store`; nothing is kept. @throws Error when a transaction is left out */
  const buildAny = (transactions, store) => {
    const built = buildShardBlock({ ...net.buildInput(SHARD, transactions), store });
    const [out] = built.leftOut;
    if (out !== undefined) throw new Error(`benchmark: left out of the block: ${out.message}`);
    return built;
  };
  /** The same. @throws Error also when one does not finish */
  const build = (transactions, store = net.shards[SHARD]) => {
    const built = buildAny(transactions, store);
    const failed = built.outcomes.find(({ outcome }) => outcome !== 'finished');
    if (failed !== undefined) throw new Error(`benchmark: ${failed.outcome}: ${failed.error?.message}`);
    return built;
  };
  return { net, params, shard: SHARD, transaction, build, buildAny, accept: (list) => net.accept(SHARD, list) };
}

/** The database with the genesis of the shard; `commit` writes a block as the node does, durably. */
export function openDatabase({ net, params }) {
  const directory = mkdtempSync(join(tmpdir(), 'sherd-bench-'));
  const environment = openEnvironment(directory);
  const commit = ({ header, transactions, writes, outcomes }) => {
    const { block, state, effects } = net.chain.blocks.at(-1);
    const coinbase = '0x0000000000000000000000000000000000000000';
    const evm = { coinbase, baseFee: 0n, prevRandao: new Uint8Array(32) };
    commitSlot(environment, params, {
      beacon: { block, state, effects, metered: new Map(), operations: [] },
      shards: [{ block: { header, transactions, signature: NO_SIGNATURE }, writes, outcomes, evm }],
      newDeliveries: [],
      doneDeliveries: [],
    });
  };
  commit({ ...shardGenesis(params, SHARD, net.alloc(SHARD)), transactions: [], outcomes: [] });
  environment.write(() => {
    for (const [hash, code] of net.codes) environment.tables.meteredCode.put(Buffer.from(hash.slice(2), 'hex'), code);
  });
  return {
    store: createShardStore(environment, SHARD),
    commit,
    async close() {
      await environment.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
