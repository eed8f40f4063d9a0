/** Random chains: whatever is put into blocks, the books balance and a replay ends at the same root. */
import { TestChain } from '@sherd/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { BEACON } from '../scripts/world.ts';
import { accumulatorRoot, append, EMPTY_ACCUMULATOR } from '../trie/index.ts';
import { processBlock } from './block.ts';
import { verifyReceiptClaim } from './claims.ts';
import { shardProposer } from './committees.ts';
import { receiptRoot } from './receipts.ts';
import { advanceToSlot, recentRootAt } from './slot.ts';
import { decodeState, encodeState } from './state.ts';
import { stateRoot } from './stateTree.ts';
import { type BeaconBlockBody, DepositData, type Receipt, type ShardBlockHeader } from './types.ts';

const KINDS = ['withdraw', 'script', 'crosslink', 'deposit', 'claim'] as const;

interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly who: number;
  readonly amount: bigint;
  readonly target: number;
  readonly spoil: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat(4),
  amount: fc.bigInt(0n, 40_000_000_000n),
  target: fc.nat(4),
  spoil: fc.boolean(),
});
const blocks = fc.array(
  fc.record({ steps: fc.array(step, { minLength: 2, maxLength: 6 }), gap: fc.constantFrom(1, 1, 1, 2, 7, 30) }),
  {
    minLength: 8,
    maxLength: 14,
  },
);

/** The receipts that a shard without anything else has saved. */
class ReceiptShard {
  readonly receipts: Receipt[] = [];
  readonly nodes = new Map<string, Uint8Array>();
  acc = EMPTY_ACCUMULATOR;

  save(receipt: Receipt): void {
    const { acc, nodes } = append(this.acc, receiptRoot(receipt));
    this.acc = acc;
    this.receipts.push(receipt);
    for (const [key, hash] of nodes) this.nodes.set(bytesToHex(key), hash);
  }

  getNode(key: Uint8Array): Uint8Array | undefined {
    return this.nodes.get(bytesToHex(key));
  }
}

function header(chain: TestChain, shards: readonly ReceiptShard[], { target, who }: Step): ShardBlockHeader {
  const shard = target % 4;
  const { slot } = chain.state;
  const crosslink = chain.state.crosslinks[shard]!;
  const root = new Uint8Array(32).fill(who);
  return {
    shard,
    slot,
    height: crosslink.height + 1n,
    parentRoot: crosslink.shardBlockRoot,
    beaconSlot: slot,
    beaconRoot: chain.root,
    proposerIndex: shardProposer(chain.params, chain.state, shard, slot),
    transactionsRoot: root,
    gasUsed: 0n,
    stateRoot: root,
    receiptsRoot: accumulatorRoot(shards[shard]!.acc),
    receiptCount: shards[shard]!.acc.count,
    outcomesRoot: root,
  };
}

function deposit(chain: TestChain, shard: ReceiptShard, { target, who, amount }: Step): void {
  shard.save({
    source: target % 4,
    index: shard.acc.count,
    slot: chain.state.slot,
    sender: 0,
    targetShard: BEACON,
    targetScript: 0,
    amount: 0n,
    // Known keys are topped up, others are new.
    data: DepositData.serialize(chain.depositData(amount, who + 2)),
  });
}

/** Candidates of a block; of one that is to be claimed, twice the same when `spoil` is set. */
function bodyOf(chain: TestChain, shards: readonly ReceiptShard[], steps: readonly Step[]): BeaconBlockBody {
  const body: BeaconBlockBody = { newExecutionScripts: [], withdrawals: [], newValidators: [], crosslinks: [] };
  for (const one of steps) {
    const { kind, who, amount, target, spoil } = one;
    const nonce = (chain.state.validators[who]?.nonce ?? 0n) + (spoil ? 1n : 0n);
    const shard = shards[target % 4]!;
    if (kind === 'withdraw') {
      body.withdrawals.push(chain.withdrawal({ validatorIndex: who, nonce, amount, targetShard: target }));
    } else if (kind === 'script') {
      body.newExecutionScripts.push(chain.newScript(new Uint8Array(target), { sender: who, nonce }));
    } else if (kind === 'crosslink') {
      body.crosslinks.push(chain.crosslink(header(chain, shards, one), spoil ? 1 : undefined));
    } else if (kind === 'deposit') {
      deposit(chain, shard, one);
    } else {
      const covered = Number(chain.state.crosslinks[target % 4]!.receiptCount);
      if (covered === 0) continue;
      const claim = chain.claim(shard.receipts[who % covered]!, shard);
      body.newValidators.push({ claim }, ...(spoil ? [{ claim }] : []));
    }
  }
  return body;
}

describe('random chains', () => {
  it('keep the books, every proof and every root', () => {
    let claims = 0;
    fc.assert(
      fc.property(blocks, (made) => {
        const chain = new TestChain({ evmBalance: 60_000_000_000n });
        const shards = [0, 1, 2, 3].map(() => new ReceiptShard());
        const consumed = new Set<string>();
        const { supply } = chain;
        for (const { steps, gap } of made) {
          const { effects } = chain.block(bodyOf(chain, shards, steps), chain.state.slot + BigInt(gap));
          for (const { source, index } of effects.consumed) {
            expect(consumed.has(`${source}/${index}`)).toBe(false);
            consumed.add(`${source}/${index}`);
          }
          expect(chain.supply).toBe(supply);
          for (const { balance } of [...chain.state.validators, ...chain.state.executionScripts]) {
            expect(balance >= 0n).toBe(true);
          }
        }
        for (const receipt of chain.receipts) {
          expect(verifyReceiptClaim(chain.claim(receipt), chain.root, chain.params)).toBe(true);
        }
        const next = advanceToSlot(chain.params, chain.state, chain.state.slot + 1n);
        expect(recentRootAt(chain.params, next, chain.state.slot)).toEqual(chain.root);

        let state = chain.genesis;
        for (const { block } of chain.blocks) {
          // Through bytes each time, as a node that restarts after every block.
          state = decodeState(chain.params, encodeState(chain.params, state));
          state = processBlock(chain.params, state, block, chain.env).state;
        }
        expect(stateRoot(chain.params, state)).toEqual(chain.root);
        claims += consumed.size;
      }),
      { seed: 20261120, numRuns: 25 },
    );
    // The chains really got as far as new validators.
    expect(claims).toBeGreaterThan(10);
  });
});
