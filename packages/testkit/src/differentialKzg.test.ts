/** The peer's check of KZG proofs against ours, which share no code. */
import { hexToBytes } from 'sherd/base';
import { verifyKzgProof } from 'sherd/crypto';
import { describe, expect, it } from 'vitest';
import { peerKzg } from './differentialKzg.ts';
import { createRandom } from './random.ts';
import { kzgInput } from './randomKzg.ts';

function peerSays(fields: readonly string[]): boolean | undefined {
  const [z, y, commitment, proof] = fields.map((digits) => `0x${digits}`) as [string, string, string, string];
  try {
    return peerKzg.verifyProof(commitment, z, y, proof);
  } catch {
    return undefined;
  }
}

describe('KZG proofs', () => {
  it('hold, fail and are malformed for both engines alike', () => {
    const said: (boolean | undefined)[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const input = kzgInput(createRandom(seed));
      const [z, y, commitment, proof] = [
        [32, 64],
        [64, 96],
        [96, 144],
        [144, 192],
      ].map(([from, to]) => input.slice(2 * from!, 2 * to!)) as [string, string, string, string];
      const peer = peerSays([z, y, commitment, proof]);
      const [atZ, valueY, c, p] = [z, y, commitment, proof].map(hexToBytes) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      expect({ input, isProved: verifyKzgProof(c, atZ, valueY, p) }).toEqual({ input, isProved: peer });
      said.push(peer);
    }
    for (const answer of [true, false, undefined]) expect(said).toContain(answer);
  });
});
