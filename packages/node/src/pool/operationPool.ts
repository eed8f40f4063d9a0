/** Operations of the beacon chain that wait, and what became of those that were refused. */
import { bytesToHex, type Hex, SherdError } from 'sherd/base';
import {
  type BeaconBlockBody,
  type ChainParams,
  NewValidator,
  SignedNewExecutionScript,
  SignedWithdrawal,
} from 'sherd/beacon';
import { decodeSsz } from 'sherd/ssz';

export type OperationKind = 'newExecutionScript' | 'withdrawal' | 'newValidator';

export const OPERATION_POOL_LIMITS = { operations: 4_096, bytes: 64 * 1024 * 1024, perBlock: 512, tries: 64 } as const;

export type Operation =
  | { readonly kind: 'newExecutionScript'; readonly value: SignedNewExecutionScript }
  | { readonly kind: 'withdrawal'; readonly value: SignedWithdrawal }
  | { readonly kind: 'newValidator'; readonly value: NewValidator };

export interface OperationEntry {
  readonly id: Uint8Array;
  readonly operation: Operation;
  readonly bytes: number;
  /** Slots in which it was to wait for a later one. */
  tries: number;
  /** Slot of the beacon state that could not take it yet. */
  parkedAt: bigint;
}

/** Name of the list of a block's body that takes the kind. */
export const BODY_LIST = {
  newExecutionScript: 'newExecutionScripts',
  withdrawal: 'withdrawals',
  newValidator: 'newValidators',
} as const satisfies Record<OperationKind, keyof BeaconBlockBody>;

/** Value and id (hash_tree_root) of a serialised operation. @throws SherdError BAD_SSZ */
export function readOperation(kind: OperationKind, data: Uint8Array): { operation: Operation; id: Uint8Array } {
  switch (kind) {
    case 'newExecutionScript': {
      const value = decodeSsz(SignedNewExecutionScript, data, kind);
      return { operation: { kind, value }, id: new Uint8Array(SignedNewExecutionScript.hashTreeRoot(value)) };
    }
    case 'withdrawal': {
      const value = decodeSsz(SignedWithdrawal, data, kind);
      return { operation: { kind, value }, id: new Uint8Array(SignedWithdrawal.hashTreeRoot(value)) };
    }
    case 'newValidator': {
      const value = decodeSsz(NewValidator, data, kind);
      return { operation: { kind, value }, id: new Uint8Array(NewValidator.hashTreeRoot(value)) };
    }
  }
}

export class OperationPool {
  readonly #entries = new Map<Hex, OperationEntry>();
  #bytes = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** @throws SherdError BAD_SSZ, CODE_SIZE, ALREADY_KNOWN, POOL_FULL. */
  add(params: ChainParams, kind: OperationKind, data: Uint8Array): OperationEntry {
    const { operation, id } = readOperation(kind, data);
    if (operation.kind === 'newExecutionScript') {
      const { length } = operation.value.message.code;
      if (length === 0 || length > params.maxScriptBytes) {
        throw new SherdError('CODE_SIZE', `code of ${length} bytes, want 1 to ${params.maxScriptBytes}`, {
          have: length,
          want: params.maxScriptBytes,
        });
      }
    }
    const key = bytesToHex(id);
    if (this.#entries.has(key)) throw new SherdError('ALREADY_KNOWN', 'already known', { id: key });
    const { operations, bytes } = OPERATION_POOL_LIMITS;
    if (this.#entries.size >= operations || this.#bytes + data.length > bytes) {
      throw new SherdError('POOL_FULL', `the pool holds ${this.#entries.size} operations`, {
        operations: this.#entries.size,
        bytes: this.#bytes,
      });
    }
    const entry = { id, operation, bytes: data.length, tries: 0, parkedAt: -1n };
    this.#entries.set(key, entry);
    this.#bytes += data.length;
    return entry;
  }

  get(id: Uint8Array): OperationEntry | undefined {
    return this.#entries.get(bytesToHex(id));
  }

  remove(id: Uint8Array): void {
    const key = bytesToHex(id);
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }

  /** Keeps it out of blocks until the beacon chain is past `slot`. */
  park(id: Uint8Array, slot: bigint): void {
    const entry = this.#entries.get(bytesToHex(id));
    if (entry === undefined) return;
    entry.parkedAt = slot;
    entry.tries++;
  }

  /** What the block after the state of `slot` may hold, in the order of arrival. */
  candidates(slot: bigint): OperationEntry[] {
    const chosen: OperationEntry[] = [];
    for (const entry of this.#entries.values()) {
      if (chosen.length >= OPERATION_POOL_LIMITS.perBlock) break;
      if (entry.parkedAt !== slot) chosen.push(entry);
    }
    return chosen;
  }
}
