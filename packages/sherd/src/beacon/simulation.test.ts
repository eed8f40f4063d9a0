/** Random chains: whatever is put into blocks, the books balance and a replay ends at the same root. */
import { TestChain } from '@sherd/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processBlock } from './block.ts';
import { verifyReceiptClaim } from './claims.ts';
import { shardProposer } from './committees.ts';
import { advanceToSlot, recentRootAt } from './slot.ts';
import { decodeState, encodeState } from './state.ts';
import { stateRoot } from './stateTree.ts';
import type { BeaconBlockBody, ShardBlockHeader } from './types.ts';

type Step = { kind: 'withdraw' | 'script' | 'crosslink'; who: number; amount: bigint; target: number; spoil: boolean };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('withdraw' as const, 'script' as const, 'crosslink' as const),
  who: fc.nat(4),
  amount: fc.bigInt(0n, 40_000_000_000n),
  target: fc.nat(4),
  spoil: fc.boolean(),
});
const blocks = fc.array(
  fc.record({ steps: fc.array(step, { maxLength: 4 }), gap: fc.constantFrom(1, 1, 1, 2, 7, 30) }),
  {
    minLength: 1,
    maxLength: 10,
  },
);

function header(chain: TestChain, { target, who }: Step): ShardBlockHeader {
  const shard = target % 4;
  const { slot } = chain.state;
  const crosslink = chain.state.crosslinks[shard]!;
  const proposerIndex = shardProposer(chain.params, chain.state, shard, slot);
  const root = new Uint8Array(32).fill(who);
  return {
    shard,
    slot,
    height: crosslink.height + 1n,
    parentRoot: crosslink.shardBlockRoot,
    beaconSlot: slot,
    beaconRoot: chain.root,
    proposerIndex,
    transactionsRoot: root,
    gasUsed: 0n,
    stateRoot: root,
    receiptsRoot: root,
    receiptCount: crosslink.receiptCount,
    outcomesRoot: root,
  };
}

function bodyOf(chain: TestChain, steps: readonly Step[]): Partial<BeaconBlockBody> {
  const body: BeaconBlockBody = { newExecutionScripts: [], withdrawals: [], newValidators: [], crosslinks: [] };
  for (const one of steps) {
    const { kind, who, amount, target, spoil } = one;
    const nonce = (chain.state.validators[who]?.nonce ?? 0n) + (spoil ? 1n : 0n);
    if (kind === 'withdraw') {
      body.withdrawals.push(chain.withdrawal({ validatorIndex: who, nonce, amount, targetShard: target }));
    } else if (kind === 'script') {
      body.newExecutionScripts.push(chain.newScript(new Uint8Array(target), { sender: who, nonce }));
    } else {
      body.crosslinks.push(chain.crosslink(header(chain, one), spoil ? 1 : undefined));
    }
  }
  return body;
}

describe('random chains', () => {
  it('keep the books, every proof and every root', () => {
    fc.assert(
      fc.property(blocks, (made) => {
        const chain = new TestChain({ evmBalance: 123n });
        const { supply } = chain;
        for (const { steps, gap } of made) {
          chain.block(bodyOf(chain, steps), chain.state.slot + BigInt(gap));
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
      }),
      { seed: 20261120, numRuns: 40 },
    );
  });
});
