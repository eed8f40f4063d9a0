/** Gas that a transaction costs before any instruction runs (Yellow Paper, g0 in section 6.2). */
import type { Rules } from '../protocol/index.ts';
import { accessListOf, type Transaction } from '../tx/index.ts';

/** What of a transaction its intrinsic gas depends on. */
export type IntrinsicGasInput = Pick<Transaction, 'to' | 'data'> & {
  readonly accessList: readonly { readonly slots: readonly bigint[] }[];
  readonly authorizations: number;
};

/** What {@link intrinsicGas} needs of a transaction. */
export function intrinsicGasInput(tx: Transaction): IntrinsicGasInput {
  const authorizations = tx.type === 4 ? tx.authorizationList.length : 0;
  return { to: tx.to, data: tx.data, accessList: accessListOf(tx), authorizations };
}

/** Gas for the transaction itself, its calldata, creation, access list and authorisations. */
export function intrinsicGas(tx: IntrinsicGasInput, rules: Rules): number {
  const zeros = countZeros(tx.data);
  let gas = rules.txGas + zeros * rules.txZeroByte + (tx.data.length - zeros) * rules.txNonZeroByte;
  if (tx.to === undefined) gas += rules.txCreateGas + Math.ceil(tx.data.length / 32) * rules.initCodeWord;
  for (const { slots } of tx.accessList) gas += rules.txAccessListAddress + slots.length * rules.txAccessListSlot;
  return gas + tx.authorizations * rules.txAuthorization;
}

/** The least that a transaction pays for its calldata, however little it executes (EIP-7623); 0 before that rule. */
export function floorGas(tx: Pick<Transaction, 'data'>, rules: Rules): number {
  if (rules.txFloorToken === 0) return 0;
  const zeros = countZeros(tx.data);
  const tokens = zeros + 4 * (tx.data.length - zeros);
  return rules.txGas + tokens * rules.txFloorToken;
}

function countZeros(data: Uint8Array): number {
  let zeros = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++;
  return zeros;
}
