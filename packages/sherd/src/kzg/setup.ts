/** What provers and verifiers know of the secret of a trusted setup: multiples of the generators by its powers. */
import { equalBytes, hexToBytes, SherdError, utf8ToBytes } from '../base/index.ts';
import { CEREMONY_G2 } from '../crypto/blsGroups.ts';
import {
  countG1,
  G1_GENERATOR,
  type G1Points,
  G2_GENERATOR,
  type G2Point,
  joinG1,
  multiplySumG1,
  pairingsAreEqual,
  readG1,
  readG2,
  sliceG1,
  writeG1,
} from '../crypto/blsPoints.ts';
import { FIELD_ELEMENTS_PER_BLOB, FIELD_ELEMENTS_PER_CELL, hashToScalar } from './blob.ts';
import { CEREMONY_G1, CEREMONY_G2_CELL } from './ceremony.ts';
import { powersOf } from './field.ts';

/** What checks proofs. Points are in the form of the curve library. */
export interface KzgVerifierSetup {
  /** The generator of G1 times the powers 0 .. 63 of the secret. */
  readonly g1Cell: G1Points;
  /** The generator of G2 times the secret. */
  readonly g2Secret: G2Point;
  /** The generator of G2 times the 64th power of the secret. */
  readonly g2Cell: G2Point;
}

/** What makes commitments and proofs, and checks them. */
export interface KzgSetup extends KzgVerifierSetup {
  /** The generator of G1 times the powers 0 .. 4095 of the secret. */
  readonly g1Powers: G1Points;
}

let ceremony: KzgVerifierSetup | undefined;

/** What Ethereum's KZG ceremony of 2023 left for verifiers; it is part of this package, so nothing is loaded. */
export function ceremonySetup(): KzgVerifierSetup {
  ceremony ??= {
    g1Cell: joinG1(CEREMONY_G1.map((hex) => readG1(hexToBytes(hex))!)),
    g2Secret: readG2(hexToBytes(CEREMONY_G2))!,
    g2Cell: readG2(hexToBytes(CEREMONY_G2_CELL))!,
  };
  return ceremony;
}

/**
 * Reads a trusted setup in the JSON form of the consensus specifications (`trusted_setup_4096.json`: the lists
 * `g1_monomial` of 4096 and `g2_monomial` of 65 compressed points in hex; other keys are ignored), and checks that its
 * points belong to one secret. Takes some seconds.
 * @throws SherdError KZG_SETUP_MALFORMED (not this JSON, or not a point), KZG_SETUP_INCONSISTENT.
 */
export function parseTrustedSetup(json: string): KzgSetup {
  const file = parseObject(json);
  const g1 = pointList(file, 'g1_monomial', FIELD_ELEMENTS_PER_BLOB);
  const g2 = pointList(file, 'g2_monomial', FIELD_ELEMENTS_PER_CELL + 1);
  const g1Powers = joinG1(g1.map((hex, index) => readPoint(readG1, hex, 'g1_monomial', index)));
  const setup: KzgSetup = {
    g1Powers,
    g1Cell: sliceG1(g1Powers, 0, FIELD_ELEMENTS_PER_CELL),
    g2Secret: readPoint(readG2, g2[1], 'g2_monomial', 1),
    g2Cell: readPoint(readG2, g2[FIELD_ELEMENTS_PER_CELL], 'g2_monomial', FIELD_ELEMENTS_PER_CELL),
  };
  if (!isOneSecret(setup, hashToScalar(utf8ToBytes(json)))) {
    throw new SherdError('KZG_SETUP_INCONSISTENT', 'trusted setup: its points are not the powers of one secret');
  }
  return setup;
}

/**
 * Whether each point is the one before it times the secret. All of them at once: the sums of all points times the
 * powers of `factor`, which whoever made the setup cannot choose.
 */
function isOneSecret({ g1Powers, g2Secret, g2Cell }: KzgSetup, factor: bigint): boolean {
  const last = countG1(g1Powers) - 1;
  const factors = powersOf(factor, last);
  const sum = multiplySumG1(sliceG1(g1Powers, 0, last), factors);
  const next = multiplySumG1(sliceG1(g1Powers, 1, last + 1), factors);
  const cell = sliceG1(g1Powers, FIELD_ELEMENTS_PER_CELL, FIELD_ELEMENTS_PER_CELL + 1);
  return (
    equalBytes(writeG1(g1Powers), writeG1(G1_GENERATOR)) &&
    pairingsAreEqual(sum, g2Secret, next, G2_GENERATOR) &&
    pairingsAreEqual(G1_GENERATOR, g2Cell, cell, G2_GENERATOR)
  );
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformed('is no JSON');
  }
  if (typeof value !== 'object' || value === null) throw malformed('is no object');
  return value as Record<string, unknown>;
}

function pointList(file: Record<string, unknown>, key: string, count: number): readonly unknown[] {
  const list = file[key];
  const have = Array.isArray(list) ? list.length : 0;
  if (have !== count) throw malformed(`${key} has ${have} points, want ${count}`, { key, have, want: count });
  return list as unknown[];
}

function readPoint(
  read: (bytes: Uint8Array) => Uint8Array | undefined,
  hex: unknown,
  key: string,
  index: number,
): Uint8Array {
  const point = typeof hex === 'string' && /^(?:0x)?(?:[0-9a-fA-F]{2})+$/.test(hex) ? read(hexToBytes(hex)) : undefined;
  if (point === undefined) throw malformed(`${key}[${index}] is no compressed point of its group`, { key, index });
  return point;
}

function malformed(reason: string, data: Readonly<Record<string, unknown>> = {}): SherdError {
  return new SherdError('KZG_SETUP_MALFORMED', `trusted setup: ${reason}`, data);
}
