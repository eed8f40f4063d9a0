/**
 * The form in which a script runs, and how much it was used on this node: counted as its blocks are committed, in the same transaction. Calls and
 * gas follow from the blocks; the time is this machine's own.
 */
import { deserialize, serialize } from 'node:v8';
import { concatBytes } from 'sherd/base';
import type { Environment } from './environment.ts';
import { readU32, u32 } from './keys.ts';

/** What runs of one script took in a block: its own part, without the scripts that it called. */
export interface ScriptUse {
  readonly script: number;
  /** Runs, for transactions and for other scripts. */
  readonly calls: number;
  /** Runs that did not finish: aborts and faults. */
  readonly failures: number;
  readonly gas: number;
  /** Microseconds, compilation included. */
  readonly time: number;
}

/** Sums from the block of slot `since`, the first one that was counted, to that of slot `last`. */
export interface StoredScriptUse {
  readonly calls: number;
  readonly failures: number;
  readonly gas: bigint;
  /** Microseconds. */
  readonly time: number;
  readonly since: bigint;
  readonly last: bigint;
}

/** Undefined for a script that no block of this node has run. */
export function scriptUse({ tables }: Environment, script: number): StoredScriptUse | undefined {
  const bytes = tables.scriptUse.get(u32(script));
  return bytes === undefined ? undefined : (deserialize(bytes) as StoredScriptUse);
}

/** Inside a transaction. */
export function addScriptUse(environment: Environment, slot: bigint, uses: readonly ScriptUse[]): void {
  for (const { script, calls, failures, gas, time } of uses) {
    const before = scriptUse(environment, script);
    const sum: StoredScriptUse = {
      calls: (before?.calls ?? 0) + calls,
      failures: (before?.failures ?? 0) + failures,
      gas: (before?.gas ?? 0n) + BigInt(gas),
      time: (before?.time ?? 0) + time,
      since: before?.since ?? slot,
      last: slot,
    };
    environment.tables.scriptUse.put(u32(script), serialize(sum));
  }
}

export interface ScriptForm {
  /** Bytes. */
  readonly meteredSize: number;
  /** EVM bytecode, which is never compiled. */
  readonly isInterpreted: boolean;
}

export function encodeScriptForm({ meteredSize, isInterpreted }: ScriptForm): Uint8Array {
  return concatBytes(u32(meteredSize), Uint8Array.of(isInterpreted ? 1 : 0));
}

/** Of a registered code, without reading it. */
export function scriptForm({ tables }: Environment, codeHash: Uint8Array): ScriptForm | undefined {
  const bytes = tables.scriptForms.get(codeHash);
  return bytes === undefined ? undefined : { meteredSize: readU32(bytes, 0), isInterpreted: bytes[4] === 1 };
}
