/** Transfers per second of the ETH transfer script: whole shard blocks, on one core. */
import { readFileSync } from 'node:fs';
import { addressToBytes } from 'sherd/base';
import { ReceiptClaim } from 'sherd/beacon';
import { addressOf, keccak256, recoverPublicKey, signHash } from 'sherd/crypto';
import { decodeObject } from 'sherd/shard';
import { accountKey, claimMessage, decodeAccount, transferMessage } from '../packages/node/dist/demo/ethTransfer.js';
import { excess, measure, median } from './lib/measure.mjs';
import { createBlocks, openDatabase } from './lib/shardBlocks.mjs';

export const question =
  'How many transfers of the ETH transfer script does one shard take on one core, signature checks included and excluded?';

const ACCOUNTS = 32;
const TRANSFERS = 256;
const GWEI = 1_000_000_000n;

export async function run({ quick, progress }) {
  const code = new Uint8Array(
    readFileSync(new URL('../execution-scripts/eth-transfer/eth-transfer.wasm', import.meta.url)),
  );
  const blocks = createBlocks(code);
  const { net, shard, transaction, build } = blocks;
  // Blocks are built on one and committed to the other, which moves on.
  const [database, taker] = [openDatabase(blocks), openDatabase(blocks)];
  try {
    const accounts = quick ? 2 : ACCOUNTS;
    const count = quick ? 4 : TRANSFERS;
    const keys = Array.from({ length: accounts }, (_, i) => new Uint8Array(32).fill(i + 1));
    for (const key of keys) {
      const funded = fund(blocks, addressOf(key));
      for (const each of [database, taker]) each.commit(funded);
    }
    const nonceOf = (address) =>
      decodeAccount(decodeObject(net.shards[shard].getObject(1, accountKey(address))).storage).nonce;
    const context = { chainId: BigInt(net.params.chainId), shard, script: 1 };
    const transfers = (amount) =>
      Array.from({ length: count }, (_, i) => {
        const from = keys[i % accounts];
        const to = addressOf(keys[(i * 7 + 1) % accounts]);
        const nonce = nonceOf(addressOf(from)) + BigInt(Math.floor(i / accounts));
        return transaction(transferMessage(context, { to, amount, nonce }, from), 1_000_000n);
      });
    const full = transfers(1n);
    const built = build(full);
    const hash = keccak256(new Uint8Array(64));
    const { r, s, yParity } = signHash(hash, keys[0]);
    const subjects = {
      memory: () => build(full),
      none: () => build([]),
      database: () => {
        build(full, database.store);
        taker.commit(built);
      },
      databaseNone: () => build([], database.store),
      signatures: () => {
        for (let i = 0; i < count; i++) recoverPublicKey(hash, r, s, yParity);
      },
    };
    const times = await measure(subjects, { quick, progress, warmUp: 1000e6, sample: 60e6 });
    const checks = times.signatures.ns;
    const row = (where, name, none) => {
      const ns = excess(times[name], times[none]);
      return {
        where,
        included: perSecond(ns, count),
        excluded: perSecond(ns - checks, count),
        microseconds: ns / count / 1000,
        ownMicroseconds: (ns - checks) / count / 1000,
      };
    };
    const rows = [row('memory', 'memory', 'none'), row('database', 'database', 'databaseNone')];
    const columns = [
      { key: 'where', title: 'store' },
      { key: 'included', title: 'transfers/s with signature checks' },
      { key: 'excluded', title: 'transfers/s without' },
      { key: 'microseconds', title: 'microseconds with', digits: 1 },
      { key: 'ownMicroseconds', title: 'microseconds without', digits: 1 },
    ];
    const gas = median(built.outcomes.map(({ gasUsed }) => Number(gasUsed)));
    return {
      tables: [{ columns, rows }],
      summary: [`In memory ${rows[0].included} transfers per second, ${rows[0].excluded} without signature checks.`],
      notes: [
        `A block of ${count} transfers among ${accounts} accounts: each a run of the script with a signature, two objects read and two written; the block's roots are made. ${Math.round(gas)} gas a transfer.`,
        'Without: the same block, less the time of as many recoveries of a public key, measured in the same rounds.',
        'The database commits each block durably; waiting for the disk is not CPU time.',
      ],
    };
  } finally {
    for (const each of [database, taker]) await each.close();
  }
}

const perSecond = (ns, count) => (ns > 0 ? Math.round((count * 1e9) / ns) : 0);

/** A withdrawal to an account and the block that claims it. */
function fund({ net, shard, transaction }, address) {
  const fields = { targetShard: shard, targetScript: 1, amount: GWEI / 10n, data: addressToBytes(address) };
  net.chain.accept({ withdrawals: [net.chain.withdrawal(fields)] });
  const claim = ReceiptClaim.serialize(net.claim(net.chain.receipts.at(-1)));
  return net.accept(shard, [transaction(claimMessage(claim), 2_000_000n)]);
}
