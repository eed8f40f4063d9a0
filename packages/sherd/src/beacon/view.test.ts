import { TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { beaconProposer, shardProposer } from './committees.ts';
import { beaconRootAt } from './view.ts';

describe('beacon view', () => {
  it('knows the roots of the window and of its own slot', () => {
    const chain = new TestChain();
    const roots = [chain.root];
    for (let i = 0; i < 11; i++) {
      chain.block();
      roots.push(chain.root);
    }
    const { view } = chain;
    for (let slot = 0; slot <= 12; slot++) {
      const known = slot >= 11 - chain.params.rootWindow && slot <= 11;
      expect(beaconRootAt(view, BigInt(slot))).toEqual(known ? roots[slot] : undefined);
    }
    expect(beaconRootAt(view, -1n)).toBeUndefined();
  });

  it('survives a structured clone and shows the same committees as the state', () => {
    const chain = new TestChain({ scripts: [{ code: Uint8Array.of(1), balance: 9n }] });
    chain.block({ withdrawals: [chain.withdrawal()] });
    const view = structuredClone(chain.view);
    expect(view).toEqual(chain.view);
    expect(view.scripts.map(({ codeSize, balance }) => [codeSize, balance])).toEqual([
      [0n, 1_000_000_000n],
      [1n, 9n],
    ]);
    expect(shardProposer(chain.params, view, 2, 2n)).toBe(shardProposer(chain.params, chain.state, 2, 2n));
    expect(beaconProposer(view, 2n)).toBe(chain.nextProposer);
  });

  it('carries no buffer larger than what it shows', () => {
    const { view } = new TestChain();
    expect(view.root.buffer.byteLength).toBe(32);
    for (const { pubkey } of view.validators) expect(pubkey.buffer.byteLength).toBe(48);
    for (const { receiptsRoot } of view.crosslinks) expect(receiptsRoot.buffer.byteLength).toBe(32);
  });
});
