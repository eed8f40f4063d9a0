/** The nine contracts of the draft of 2024 against the seven that it became: same curve, other places and prices. */
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, hexToBytes, wordToBytes } from '../base/index.ts';
import type { RulesName } from '../protocol/index.ts';
import { activePrecompiles, PRECOMPILES } from './index.ts';

const PAD = '0'.repeat(32);
const G1 = hexToBytes(
  `${PAD}17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb` +
    `${PAD}08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1`,
);
const G2 = hexToBytes(
  `${PAD}024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8` +
    `${PAD}13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e` +
    `${PAD}0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801` +
    `${PAD}0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be`,
);
const ONE = wordToBytes(1n);
const SEVEN = wordToBytes(7n);

function at(number: number, rules: RulesName = 'pragueDraft2024') {
  const contract = activePrecompiles(rules).get(`0x${number.toString(16).padStart(40, '0')}`);
  if (contract === undefined) throw new Error(`${rules} has nothing at ${number}`);
  return contract;
}

/** What a contract of Prague gives. */
const final = (number: number, input: Uint8Array) => at(number, 'prague').run(input);

/** Number in the draft, number in Prague, an input, the gas in the draft. */
const PAIRS: readonly (readonly [name: string, draft: number, prague: number, input: Uint8Array, gas: number])[] = [
  ['G1ADD', 0x0b, 0x0b, concatBytes(G1, G1), 500],
  ['G1MUL', 0x0c, 0x0c, concatBytes(G1, SEVEN), 12_000],
  ['G1MSM', 0x0d, 0x0c, concatBytes(G1, SEVEN, G1, ONE), Math.floor((2 * 12_000 * 888) / 1000)],
  ['G2ADD', 0x0e, 0x0d, concatBytes(G2, G2), 800],
  ['G2MUL', 0x0f, 0x0e, concatBytes(G2, SEVEN), 45_000],
  ['G2MSM', 0x10, 0x0e, concatBytes(G2, SEVEN, G2, ONE), Math.floor((2 * 45_000 * 888) / 1000)],
  ['PAIRING', 0x11, 0x0f, concatBytes(G1, G2, G1, G2), 65_000 + 2 * 43_000],
  ['MAP_FP_TO_G1', 0x12, 0x10, new Uint8Array(64).fill(9, 63), 5500],
  ['MAP_FP2_TO_G2', 0x13, 0x11, new Uint8Array(128).fill(9, 127), 75_000],
];

describe('EIP-2537 as drafted in 2024', () => {
  it('stands at 0x0b .. 0x13, behind what Cancun has', () => {
    const numbers = [...activePrecompiles('pragueDraft2024').keys()].map(Number);
    expect(numbers).toEqual(Array.from({ length: 0x13 }, (_, i) => i + 1));
    expect([...activePrecompiles('prague').keys()].map(Number)).not.toContain(0x12);
  });

  for (const [name, draft, prague, input, gas] of PAIRS) {
    it(`${name}: the result of its successor, at the draft's price`, () => {
      const result = at(draft).run(input);
      expect(result).toBeDefined();
      expect(bytesToHex(result!)).toBe(bytesToHex(final(prague, input)!));
      expect(at(draft).gas(input)).toBe(gas);
    });

    it(`${name}: fails for a length that it does not take`, () => {
      for (const wrong of [new Uint8Array(0), input.subarray(1), concatBytes(input, ONE)]) {
        expect(at(draft).run(wrong)).toBeUndefined();
      }
    });
  }

  it('multiplies one point only where the name says so', () => {
    const two = concatBytes(G1, ONE, G1, ONE);
    expect(at(0x0c).run(two)).toBeUndefined();
    expect(bytesToHex(at(0x0d).run(two)!)).toBe(bytesToHex(at(0x0b).run(concatBytes(G1, G1))!));
  });

  it('refuses to multiply a point that is not on the curve', () => {
    const wrong = concatBytes(G1, ONE);
    wrong[127]! ^= 1;
    expect(at(0x0c).run(wrong)).toBeUndefined();
    expect(at(0x0d).run(wrong)).toBeUndefined();
  });

  it('has one table of discounts, which adds to the price of a single point', () => {
    const gas = (count: number) => PRECOMPILES.draftBlsG1Msm.gas(new Uint8Array(160 * count), 12_000);
    const wants = [1200, 888, 764, 334, 174, 174].map(
      (discount, i) => [[1, 2, 3, 16, 128, 129][i]!, discount] as const,
    );
    for (const [count, discount] of wants) {
      expect(gas(count)).toBe(Math.floor((count * 12_000 * discount) / 1000));
    }
    const g2 = PRECOMPILES.draftBlsG2Msm.gas(new Uint8Array(288 * 72), 45_000);
    expect(g2).toBe(Math.floor((72 * 45_000 * 216) / 1000));
  });
});
