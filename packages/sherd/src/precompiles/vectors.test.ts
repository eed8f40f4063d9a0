/** go-ethereum's vectors of the pre-compiled contracts, and the KZG cases: result, gas and failures. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../base/index.ts';
import { verifyKzgProof } from '../crypto/bls12381.ts';
import type { ForkName, PrecompileName } from '../protocol/index.ts';
import { activePrecompiles, PRECOMPILES } from './index.ts';

const fixtures = process.env.SHERD_FIXTURES;
const folder = fixtures === undefined ? undefined : join(fixtures, 'vectors');
const hasVectors = folder !== undefined && existsSync(folder);
const title = hasVectors ? 'vectors' : 'vectors (skipped: SHERD_FIXTURES names no folder with vectors/)';

interface Case {
  readonly Name: string;
  readonly Input: string;
  readonly Expected?: string;
  readonly Gas?: number;
  readonly ExpectedError?: string;
}

/** File, contract, and a fork that prices it as the file expects. */
const FILES: readonly [file: string, name: PrecompileName, fork: ForkName][] = [
  ['ecRecover', 'ecRecover', 'frontier'],
  ['modexp', 'modexp', 'byzantium'],
  ['modexp_eip2565', 'modexp', 'berlin'],
  ['modexp_eip7883', 'modexp', 'osaka'],
  ['bn256Add', 'bnAdd', 'istanbul'],
  ['bn256ScalarMul', 'bnMul', 'istanbul'],
  ['bn256Pairing', 'bnPairing', 'istanbul'],
  ['blake2F', 'blake2f', 'istanbul'],
  ['fail-blake2f', 'blake2f', 'istanbul'],
  ['pointEvaluation', 'pointEvaluation', 'cancun'],
  ['blsG1Add', 'blsG1Add', 'prague'],
  ['blsG1Mul', 'blsG1Msm', 'prague'],
  ['blsG1MultiExp', 'blsG1Msm', 'prague'],
  ['blsG2Add', 'blsG2Add', 'prague'],
  ['blsG2Mul', 'blsG2Msm', 'prague'],
  ['blsG2MultiExp', 'blsG2Msm', 'prague'],
  ['blsPairing', 'blsPairing', 'prague'],
  ['blsMapG1', 'blsMapG1', 'prague'],
  ['fail-blsG1Add', 'blsG1Add', 'prague'],
  ['fail-blsG1Mul', 'blsG1Msm', 'prague'],
  ['fail-blsG1MultiExp', 'blsG1Msm', 'prague'],
  ['fail-blsG2Add', 'blsG2Add', 'prague'],
  ['fail-blsG2Mul', 'blsG2Msm', 'prague'],
  ['fail-blsPairing', 'blsPairing', 'prague'],
  ['fail-blsMapG1', 'blsMapG1', 'prague'],
  ['fail-blsMapG2', 'blsMapG2', 'prague'],
  ['p256Verify', 'p256Verify', 'osaka'],
];

function readCases<T>(path: string): T[] {
  return JSON.parse(readFileSync(join(folder ?? '', path), 'utf8')) as T[];
}

describe.skipIf(!hasVectors)(title, () => {
  for (const [file, name, fork] of FILES) {
    const path = join('geth-precompiles', `${file}.json`);
    it.skipIf(!hasVectors || !existsSync(join(folder ?? '', path)))(`${file}: ${name} of ${fork}`, () => {
      const contract = activePrecompiles(fork).get(PRECOMPILES[name].address);
      expect(contract).toBeDefined();
      const cases = readCases<Case>(path);
      expect(cases.length).toBeGreaterThan(0);
      for (const { Name, Input, Expected, Gas } of cases) {
        const input = hexToBytes(Input);
        const before = input.slice();
        const output = contract!.run(input);
        expect(output === undefined ? 'failed' : bytesToHex(output).slice(2), Name).toBe(Expected ?? 'failed');
        if (Gas !== undefined) expect(contract!.gas(input), `gas of ${Name}`).toBe(Gas);
        expect(input, `input of ${Name} is left alone`).toEqual(before);
      }
    });
  }

  it('kzg: every case of the consensus suite', () => {
    interface KzgCase {
      readonly Name: string;
      readonly commitment: string;
      readonly z: string;
      readonly y: string;
      readonly proof: string;
      readonly output: boolean | null;
    }
    const cases = readCases<KzgCase>(join('kzg', 'verify_kzg_proof.json'));
    expect(cases.length).toBeGreaterThan(0);
    for (const { Name, commitment, z, y, proof, output } of cases) {
      const result = verifyKzgProof(hexToBytes(commitment), hexToBytes(z), hexToBytes(y), hexToBytes(proof));
      expect(result ?? null, Name).toBe(output);
    }
  });
});
