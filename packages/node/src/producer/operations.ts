/** Operations in a slot: verdicts on new code, and what becomes of each operation. */
import { bytesToHex, type Hex } from 'sherd/base';
import type { AssembledBlock, BeaconEnv, BeaconState, RefusedOperation } from 'sherd/beacon';
import { sha256 } from 'sherd/crypto';
import { BODY_LIST, OPERATION_POOL_LIMITS, type OperationEntry } from '../pool/index.ts';
import type { StoredOperation } from '../storage/index.ts';
import type { Chain } from './chain.ts';
import { withoutKillers } from './isolate.ts';

/** What the check of a code said; `metered` is the form that runs. */
type Verdict =
  | { readonly ok: true; readonly metered: Uint8Array }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Verdicts by the hex of the code's SHA-256. */
export type Verdicts = ReadonlyMap<Hex, Verdict>;

/** Has every new code checked in an executor. A code that kills executors is refused like one that breaks a rule. */
export async function checkCodes(chain: Chain, entries: readonly OperationEntry[]): Promise<Verdicts> {
  const verdicts = new Map<Hex, Verdict>();
  for (const { operation } of entries) {
    if (operation.kind !== 'newExecutionScript') continue;
    const { code } = operation.value.message;
    const id = bytesToHex(sha256(code));
    if (!verdicts.has(id)) verdicts.set(id, await checkCode(chain, code));
  }
  return verdicts;
}

async function checkCode(chain: Chain, code: Uint8Array): Promise<Verdict> {
  const killed = { ok: false, code: 'EXECUTOR_KILLED', message: 'the check of this code kills executors' } as const;
  return withoutKillers(
    [code],
    async ([candidate]) => {
      if (candidate === undefined) return killed;
      return chain.executors.run({ kind: 'checkScript', code: candidate });
    },
    (_, death) => chain.log.error({ death: death.message }, 'a code kills executors'),
  );
}

/** The beacon transition's view of the verdicts. */
export function envOf(verdicts: Verdicts): BeaconEnv {
  return {
    checkScript(code) {
      const verdict = verdicts.get(bytesToHex(sha256(code)));
      if (verdict === undefined) throw new Error('a code without a verdict');
      return verdict;
    },
  };
}

/** Metered forms of accepted codes, for the store. */
export function meteredForms(verdicts: Verdicts): Map<string, Uint8Array> {
  const forms = new Map<string, Uint8Array>();
  for (const [id, verdict] of verdicts) if (verdict.ok) forms.set(id, verdict.metered);
  return forms;
}

export interface SettledOperations {
  /** For the store: included and refused ones. */
  readonly records: readonly (readonly [id: Uint8Array, operation: StoredOperation])[];
  /** To be taken out of the pool after the commit. */
  readonly done: readonly OperationEntry[];
  /** To be tried again in a later slot. */
  readonly waiting: readonly OperationEntry[];
}

/** What became of the operations that were offered to `made`, whose parent left `before`. */
export function settleOperations(
  entries: readonly OperationEntry[],
  made: AssembledBlock,
  before: BeaconState,
): SettledOperations {
  const records: [Uint8Array, StoredOperation][] = [];
  const done: OperationEntry[] = [];
  const waiting: OperationEntry[] = [];
  const { slot } = made.block.header;
  const numbers = { script: before.executionScripts.length, receipt: before.withdrawalReceiptCount };
  for (const entry of inBlockOrder(entries)) {
    const { kind } = entry.operation;
    const refusal = refusalOf(made.refused, entries, entry);
    if (refusal === undefined) {
      records.push([entry.id, { kind, status: 'included', slot, ...effectOf(entry, made.state, numbers) }]);
    } else if (mayWait(refusal) && entry.tries < OPERATION_POOL_LIMITS.tries) {
      waiting.push(entry);
      continue;
    } else {
      const { code, message } = refusal.error;
      records.push([entry.id, { kind, status: 'refused', error: { code, message } }]);
    }
    done.push(entry);
  }
  return { records, done, waiting };
}

/** Script ids and receipt indexes are given out in the order of the block. */
function effectOf(
  { operation }: OperationEntry,
  after: BeaconState,
  numbers: { script: number; receipt: bigint },
): Pick<StoredOperation, 'scriptId' | 'receiptIndex' | 'validatorIndex'> {
  switch (operation.kind) {
    case 'newExecutionScript':
      return { scriptId: numbers.script++ };
    case 'withdrawal':
      return { receiptIndex: numbers.receipt++ };
    case 'newValidator': {
      const pubkey = bytesToHex(operation.value.claim.receipt.data.slice(0, 48));
      return { validatorIndex: after.validators.findIndex((validator) => bytesToHex(validator.pubkey) === pubkey) };
    }
  }
}

const ORDER = { newExecutionScript: 0, withdrawal: 1, newValidator: 2 } as const;

function inBlockOrder(entries: readonly OperationEntry[]): OperationEntry[] {
  return [...entries].sort((a, b) => ORDER[a.operation.kind] - ORDER[b.operation.kind]);
}

/** Positions of refusals count within the list of their kind. */
function refusalOf(
  refused: readonly RefusedOperation[],
  entries: readonly OperationEntry[],
  entry: OperationEntry,
): RefusedOperation | undefined {
  const { kind } = entry.operation;
  const position = entries.filter(({ operation }) => operation.kind === kind).indexOf(entry);
  return refused.find((each) => each.kind === BODY_LIST[kind] && each.position === position);
}

/** A later block may take it: its nonce is ahead, or the block was full. */
function mayWait({ error }: RefusedOperation): boolean {
  const { have, want } = error.data;
  const isAhead = error.code === 'BAD_NONCE' && typeof have === 'bigint' && typeof want === 'bigint' && have > want;
  return isAhead || error.code === 'BODY_FULL';
}
