/** The beacon chain as the RPC sees it. */

import { SherdError } from 'sherd/base';
import { BEACON } from 'sherd/beacon';
import type { Chain } from '../producer/index.ts';
import type { BeaconBackend, OperationRecord } from '../rpc/backend.ts';
import { beaconBlockBySlot, slotOfBeaconRoot, storedOperation } from '../storage/index.ts';
import { receiptClaim, receiptRecord } from './receipts.ts';
import { scriptStatus } from './scripts.ts';

export function createBeaconBackend(chain: Chain, wake: () => void): BeaconBackend {
  const { environment, params, operations, executors } = chain;
  return {
    head: () => beaconBlockBySlot(environment, chain.state.slot)!,
    state: () => chain.state,
    blockBySlot: (slot) => (slot < 0n || slot >= 2n ** 64n ? undefined : beaconBlockBySlot(environment, slot)),
    blockByRoot(root) {
      const slot = root.length === 32 ? slotOfBeaconRoot(environment, root) : undefined;
      return slot === undefined ? undefined : beaconBlockBySlot(environment, slot);
    },
    async submitOperation(kind, data) {
      const { id } = operations.add(params, kind, data);
      wake();
      return id;
    },
    operation(id): OperationRecord | undefined {
      const waiting = operations.get(id);
      if (waiting !== undefined) return { kind: waiting.operation.kind, status: 'pending' };
      return id.length === 32 ? storedOperation(environment, id) : undefined;
    },
    withdrawalReceipt: (index) => receiptRecord(environment, chain.state, BEACON, index),
    withdrawalReceiptClaim: (index) => receiptClaim(environment, params, chain.state, BEACON, index),
    scriptCode(script) {
      const entry = chain.state.executionScripts[script];
      return entry === undefined ? undefined : environment.tables.scriptCode.get(entry.codeHash);
    },
    scriptStatus: (script) => scriptStatus(chain, script),
    async checkScript(code) {
      if (code.length === 0 || code.length > params.maxScriptBytes) {
        const message = `code of ${code.length} bytes, want 1 to ${params.maxScriptBytes}`;
        return { ok: false, error: { code: 'CODE_SIZE', message } };
      }
      const verdict = await executors.run({ kind: 'checkScript', code }).catch((error: unknown) => {
        if (error instanceof SherdError && error.code === 'EXECUTOR_DIED') return undefined;
        throw error;
      });
      if (verdict === undefined) {
        return { ok: false, error: { code: 'EXECUTOR_KILLED', message: 'the check of this code killed its process' } };
      }
      if (!verdict.ok) return { ok: false, error: { code: verdict.code, message: verdict.message } };
      const { codeHash, size, metered, functions, imports, memory } = verdict;
      return { ok: true, codeHash, codeSize: size, meteredSize: metered.length, functions, imports, memory };
    },
  };
}
