/** What the EVM script hands back: refusals, and Ethereum receipts as the detail of a result. */
import { EMPTY_BYTES } from '../../base/index.ts';
import { encodeReceipt, logsBloom } from '../../block/index.ts';
import { keccak256 } from '../../crypto/hash.ts';
import type { ScriptResult } from '../../scripts/run.ts';
import type { EvmReceipt } from '../outcome.ts';

/** A receipt before it is known what the block had used before it. */
export type EvmDetail = Omit<EvmReceipt, 'cumulativeGasUsed'>;

/** A transaction that may not stand in a block. */
export function refuse(code: string, message: string): ScriptResult {
  return { outcome: 'refused', gasLeft: 0, output: EMPTY_BYTES, error: { code, message } };
}

export function evmReceipt({
  isSuccess,
  logs,
  ...rest
}: Omit<EvmDetail, 'status' | 'bloom'> & { readonly isSuccess: boolean }): EvmDetail {
  return { ...rest, logs: [...logs], status: isSuccess ? 1 : 0, bloom: logsBloom(logs) };
}

/** Keccak-256 of the receipt as EIP-2718 encodes it: what outcome records commit to. */
export function evmReceiptHash(receipt: EvmReceipt): Uint8Array {
  const { type, status, cumulativeGasUsed, bloom, logs } = receipt;
  return keccak256(encodeReceipt({ type, status, cumulativeGasUsed: BigInt(cumulativeGasUsed), bloom, logs }));
}
