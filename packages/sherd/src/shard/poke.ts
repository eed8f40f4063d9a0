/**
 * Pokes: anybody may remove storage objects whose ttl has passed. A poke is a transaction for a script id that no
 * script can have; its data is a list of (script id, u32 big-endian ‖ key, 32 bytes). All of it takes effect, or the
 * transaction is refused.
 */
import { EMPTY_BYTES } from '../base/index.ts';
import type { ScriptResult } from '../scripts/run.ts';
import { EVM_SCRIPT, type ShardJournal } from './journal.ts';

/** Script id of a poke: above every script list. */
export const POKE_SCRIPT = 0xffff_fffe;

export const POKE_GAS = {
  /** Per transaction. */
  base: 2_000,
  /** Per object: a path of the tree is hashed anew. */
  object: 10_000,
} as const;

const ENTRY_BYTES = 36;
const MAX_ENTRIES = 256;

export interface PokeTarget {
  readonly script: number;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** Data of a poke transaction for these objects. */
export function encodePoke(targets: readonly PokeTarget[]): Uint8Array {
  const out = new Uint8Array(ENTRY_BYTES * targets.length);
  const view = new DataView(out.buffer);
  targets.forEach(({ script, key }, i) => {
    view.setUint32(ENTRY_BYTES * i, script);
    out.set(key, ENTRY_BYTES * i + 4);
  });
  return out;
}

/** Gas limit that a poke of this many objects needs. */
export function pokeGas(count: number): number {
  return POKE_GAS.base + count * POKE_GAS.object;
}

/** Runs a poke. Refusals: POKE_MALFORMED, POKE_REGION, POKE_GAS_TOO_LOW, POKE_NOT_EXPIRED. */
export function runPoke(journal: ShardJournal, data: Uint8Array, gas: number): ScriptResult {
  const count = data.length / ENTRY_BYTES;
  if (!Number.isInteger(count) || count === 0 || count > MAX_ENTRIES) {
    return refused(
      'POKE_MALFORMED',
      `poke of ${data.length} bytes, want 1 to ${MAX_ENTRIES} entries of ${ENTRY_BYTES}`,
    );
  }
  if (gas < pokeGas(count)) return refused('POKE_GAS_TOO_LOW', `have ${gas} gas, want ${pokeGas(count)}`);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const snapshot = journal.snapshot();
  for (let i = 0; i < count; i++) {
    const script = view.getUint32(ENTRY_BYTES * i);
    const key = data.subarray(ENTRY_BYTES * i + 4, ENTRY_BYTES * (i + 1));
    if (script !== EVM_SCRIPT && journal.poke(script, key)) continue;
    journal.revertTo(snapshot);
    return script === EVM_SCRIPT
      ? refused('POKE_REGION', 'objects of the EVM script never expire')
      : refused('POKE_NOT_EXPIRED', `object ${i} of script ${script} is absent or has not expired`);
  }
  return { outcome: 'finished', gasLeft: gas - pokeGas(count), output: EMPTY_BYTES };
}

function refused(code: string, message: string): ScriptResult {
  return { outcome: 'refused', gasLeft: 0, output: EMPTY_BYTES, error: { code, message } };
}
