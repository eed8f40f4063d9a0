/** What generated cases get to: each line is a bug that nobody would notice if they did not. */
import { bytesToBigInt, bytesToHex } from 'sherd/base';
import {
  type CallEvent,
  type CallResult,
  isSuccess,
  OUTCOME,
  type Outcome,
  type StepEvent,
  type Tracer,
} from 'sherd/evm';
import { OPCODES } from 'sherd/protocol';
import { describe, expect, it } from 'vitest';
import { runOnEngine } from './differentialEngine.ts';
import { type FuzzCase, randomCase } from './randomCase.ts';
import { BLS_G1_OUTSIDE, BLS_G2_OUTSIDE } from './randomPrecompiles.ts';

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const INFINITY = `c0${'0'.repeat(94)}`;
const CASES = 1200;

interface OpenCall extends CallEvent {
  readonly data: Uint8Array;
  /** Slots of transient storage that it or its callees wrote. */
  readonly written: Set<string>;
}

/** Watches a case and names what happens in it. */
function watcher(fuzz: FuzzCase, seen: (what: string) => void): Tracer {
  const calls: OpenCall[] = [];
  const storageAlone = new Set(
    fuzz.accounts.filter((a) => a.nonce === 0n && a.code.length === 0 && a.storage.length > 0).map((a) => a.address),
  );
  let undone = new Set<string>();
  const ofEarlier = new Set<string>();
  return {
    enter(event: CallEvent) {
      if (event.depth === 0) undone = new Set();
      calls.push({ ...event, data: event.input.slice(), written: new Set() });
    },
    step({ op, address, stack }: StepEvent) {
      const slot = `${address} ${stack.at(-1)}`;
      if (op === OPCODES.TSTORE.byte) calls.at(-1)!.written.add(slot);
      if (op !== OPCODES.TLOAD.byte) return;
      if (undone.has(slot)) seen('a look at transient storage that a failed call wrote');
      if (ofEarlier.has(slot)) seen('a look at transient storage that an earlier transaction wrote');
    },
    exit({ outcome, output }: CallResult) {
      const call = calls.pop();
      if (call === undefined) return;
      const under = calls.at(-1)?.written ?? ofEarlier;
      for (const slot of call.written) (isSuccess(outcome) ? under : undone).add(slot);
      if (outcome === OUTCOME.STATIC_WRITE && call.type !== 'STATICCALL') seen('a write in a call below a static one');
      if (outcome === OUTCOME.CREATE_COLLISION && storageAlone.has(call.to)) seen('a creation upon storage alone');
      if (call.isPrecompile) notePreCompiled(call, outcome, output);
    },
  };

  function notePreCompiled({ to, data }: OpenCall, outcome: Outcome, output: Uint8Array): void {
    const contract = Number(BigInt(to));
    const hex = bytesToHex(data).slice(2);
    const has = (points: readonly string[]) => points.some((point) => hex.includes(point));
    if (contract === 1 && [27, 28].includes(data[63] ?? 0) && data.subarray(32, 63).some((byte) => byte > 0)) {
      seen('a recovery with v above 255');
    }
    if (contract === 0x100 && output.length === 32 && bytesToBigInt(data.subarray(64, 96)) > P256_ORDER / 2n) {
      seen('a P-256 signature with s in the upper half');
    }
    if (contract === 10 && isSuccess(outcome) && hex.endsWith(INFINITY)) seen('a KZG proof at infinity');
    if (outcome !== OUTCOME.PRECOMPILE_FAILURE) return;
    if (contract === 12 && has(BLS_G1_OUTSIDE)) seen('a sum of multiples in G1 of a point outside');
    if (contract === 14 && has(BLS_G2_OUTSIDE)) seen('a sum of multiples in G2 of a point outside');
    if (contract === 15 && has(BLS_G1_OUTSIDE)) seen('a pairing with a point outside G1');
    if (contract === 15 && has(BLS_G2_OUTSIDE)) seen('a pairing with a point outside G2');
  }
}

describe('generated cases', () => {
  it('get to what single programs do not', () => {
    const counts: Record<string, number> = {};
    for (let seed = 1; seed <= CASES; seed++) {
      const fuzz = randomCase(seed, seed % 2 === 0 ? 'osaka' : undefined);
      const found = new Set<string>();
      runOnEngine(
        fuzz,
        watcher(fuzz, (what) => found.add(what)),
      );
      for (const what of found) counts[what] = (counts[what] ?? 0) + 1;
    }
    console.log(`${CASES} cases: ${JSON.stringify(counts)}`);
    expect(Object.keys(counts).sort()).toEqual([
      'a KZG proof at infinity',
      'a P-256 signature with s in the upper half',
      'a creation upon storage alone',
      'a look at transient storage that a failed call wrote',
      'a look at transient storage that an earlier transaction wrote',
      'a pairing with a point outside G1',
      'a pairing with a point outside G2',
      'a recovery with v above 255',
      'a sum of multiples in G1 of a point outside',
      'a sum of multiples in G2 of a point outside',
      'a write in a call below a static one',
    ]);
  });
});
