/** Proofs of objects against the state root that a crosslink carries. */
import { ShardNetwork } from '@sherd/testkit';
import { expect, test } from 'vitest';
import { accountKey } from './evm/keys.ts';
import { proveObject, verifyObjectProof } from './proof.ts';

const RICH = '0x00000000000000000000000000000000000000b0';
const ABSENT = '0x00000000000000000000000000000000000000b1';

test('what stands and what does not is proved against the crosslinked root, and nothing else', () => {
  const net = new ShardNetwork({ alloc: () => [{ address: RICH, balance: 10n ** 18n }] });
  net.block(0, []);
  const { stateRoot } = net.chain.state.crosslinks[0]!;
  const store = net.shards[0]!;
  for (const [address, isThere] of [
    [RICH, true],
    [ABSENT, false],
  ] as const) {
    const key = accountKey(address);
    const proof = proveObject(net.params, store, 0, key);
    expect(proof.object !== undefined).toBe(isThere);
    expect(verifyObjectProof(net.params, stateRoot, 0, key, proof)).toBe(true);
    expect(verifyObjectProof(net.params, stateRoot, 1, key, proof)).toBe(false);
    const object = { version: 1, storage: new Uint8Array(48), ttl: 5 };
    expect(verifyObjectProof(net.params, stateRoot, 0, key, { ...proof, object })).toBe(false);
    expect(verifyObjectProof(net.params, new Uint8Array(32), 0, key, proof)).toBe(false);
  }
});
