import { TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { advanceToSlot, recentRootAt } from './slot.ts';
import { stateRoot } from './stateTree.ts';

describe('slots', () => {
  it('puts the root that a block left into the ring, for its slot and the empty ones after it', () => {
    const chain = new TestChain();
    const genesisRoot = chain.root;
    const state = advanceToSlot(chain.params, chain.state, 3n);
    for (const slot of [0n, 1n, 2n]) expect(recentRootAt(chain.params, state, slot)).toEqual(genesisRoot);
    expect(recentRootAt(chain.params, state, 3n)).toBeUndefined();
    expect(recentRootAt(chain.params, state, -1n)).toBeUndefined();
    expect(state.latestBlockHeader.stateRoot).toEqual(genesisRoot);
    expect(stateRoot(chain.params, chain.state)).toEqual(genesisRoot);
  });

  it('keeps the window and no more', () => {
    const chain = new TestChain();
    const roots = [chain.root];
    for (let i = 0; i < 12; i++) {
      chain.block();
      roots.push(chain.root);
    }
    const state = advanceToSlot(chain.params, chain.state, 13n);
    const window = BigInt(chain.params.rootWindow);
    for (let slot = 0n; slot < 13n; slot++) {
      const want = slot >= 13n - window ? roots[Number(slot)] : undefined;
      expect(recentRootAt(chain.params, state, slot)).toEqual(want);
    }
  });

  it('does bounded work over a gap of a million slots, and ends where small steps end', () => {
    const chain = new TestChain();
    // So many steps, one by one, would take longer than any test may.
    const far = 1_000_000n;
    const state = advanceToSlot(chain.params, chain.state, far);
    expect(new Set(state.recentStateRoots.map((root) => root.join())).size).toBe(1);
    let steps = chain.state;
    for (const slot of [1n, 2n, 5n, 999_995n, far]) steps = advanceToSlot(chain.params, steps, slot);
    expect(stateRoot(chain.params, steps)).toEqual(stateRoot(chain.params, state));
  });

  it('refuses to stand still or go back', () => {
    const chain = new TestChain();
    expect(() => advanceToSlot(chain.params, chain.state, 0n)).toThrow(
      expect.objectContaining({ code: 'SLOT_NOT_LATER' }),
    );
  });
});
