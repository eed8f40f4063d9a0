/**
 * Claims: a receipt that anybody delivers, with its proof. What it brings is decided by where it comes from: a
 * withdrawal from the beacon chain credits an address, a message of another shard's EVM pays and may call, a message of
 * a Wasm script calls. Value is never lost: it ends on an account here, or goes back in a refund receipt.
 */
import { type Address, addressFromBytes, EMPTY_BYTES } from '../../base/index.ts';
import { BEACON, ReceiptClaim } from '../../beacon/types.ts';
import { keccak256 } from '../../crypto/hash.ts';
import type { Log } from '../../evm/host.ts';
import type { NestedRun, ScriptResult } from '../../scripts/run.ts';
import type { ClaimedReceipt } from '../../scripts/world.ts';
import { EVM_SCRIPT } from '../journal.ts';
import type { ShardWorld } from '../world.ts';
import { EVM_SCRIPT_GAS as GAS, GWEI, MAX_MESSAGE_GAS } from './gas.ts';
import {
  decodeMessage,
  encodeMessage,
  MESSAGE_KIND,
  mirrorOfAccount,
  mirrorOfScript,
  mirrorOfValidator,
} from './messages.ts';
import { evmReceipt, refuse } from './result.ts';
import { beginRun, type EvmRun, runUnsigned, settleRun } from './run.ts';

/** First byte of a transaction's data that makes it a claim; the rest is an SSZ ReceiptClaim. */
export const CLAIM_TYPE = 0x7d;

/** What a receipt asks for. */
interface Delivery {
  /** Who is seen as the sender. */
  readonly from: Address;
  readonly to: Address;
  /** Wei. */
  readonly value: bigint;
  /** Present when code shall run. */
  readonly call?: { readonly gas: number; readonly data: Uint8Array };
  /** Where the value goes when the call fails; else it stays with `to`. */
  readonly refund?: { readonly shard: number; readonly account: Address };
}

/** Data of a transaction that delivers a claim. */
export function encodeClaimTransaction(claim: ReceiptClaim): Uint8Array {
  const bytes = ReceiptClaim.serialize(claim);
  const out = new Uint8Array(1 + bytes.length);
  out[0] = CLAIM_TYPE;
  out.set(bytes, 1);
  return out;
}

/** Gas limit that a transaction needs to deliver this receipt to script 0. 0 for a receipt that no claim can deliver. */
export function claimGas(receipt: Pick<ClaimedReceipt, 'source' | 'sender' | 'amount' | 'data'>): number {
  const delivery = deliveryOf({ ...receipt, index: 0n, slot: 0 });
  return typeof delivery === 'string' ? 0 : claimOverhead(receipt) + (delivery.call?.gas ?? 0);
}

function claimOverhead({ data }: { readonly data: Uint8Array }): number {
  return GAS.claim + data.length * GAS.claimByte;
}

/** Refusals: CLAIM_ and a name of CLAIM_ERRORS, CLAIM_UNDELIVERABLE, CLAIM_GAS_TOO_LOW. */
export function runClaim(world: ShardWorld, data: Uint8Array, gas: number, call: NestedRun): ScriptResult {
  const receipt = world.claimReceipt(EVM_SCRIPT, data.subarray(1));
  if (typeof receipt === 'string') return refuse(`CLAIM_${receipt}`, `the claim was refused: ${receipt}`);
  const delivery = deliveryOf(receipt);
  if (typeof delivery === 'string') return refuse('CLAIM_UNDELIVERABLE', delivery);
  const overhead = claimOverhead(receipt);
  const wanted = overhead + (delivery.call?.gas ?? 0);
  if (gas < wanted) return refuse('CLAIM_GAS_TOO_LOW', `have ${gas} gas, want ${wanted}`);

  const run = beginRun(world, call);
  const done = deliver(run, delivery);
  settleRun(run, delivery.value);
  const gasUsed = overhead + done.gasUsed;
  return {
    outcome: 'finished',
    gasLeft: gas - gasUsed,
    output: done.output,
    detail: evmReceipt({
      type: CLAIM_TYPE,
      isSuccess: done.isSuccess,
      gasUsed,
      logs: done.logs,
      effectiveGasPrice: 0n,
      txHash: keccak256(data),
      from: delivery.from,
      to: delivery.to,
    }),
  };
}

/** What the receipt brings, or why it cannot be delivered to anybody. */
function deliveryOf(receipt: ClaimedReceipt): Delivery | string {
  const { source, sender, data } = receipt;
  if (source === BEACON || sender !== EVM_SCRIPT) {
    if (data.length < 20) return `receipt data of ${data.length} bytes, want an address of 20`;
    const to = addressFromBytes(data.subarray(0, 20));
    const calldata = data.slice(20);
    const from = source === BEACON ? mirrorOfValidator(sender) : mirrorOfScript(source, sender);
    const value = source === BEACON ? receipt.amount * GWEI : 0n;
    // A withdrawal without calldata only pays; a script's message is always a call.
    if (source === BEACON && calldata.length === 0) return { from, to, value };
    return { from, to, value, call: { gas: GAS.unpaidCall, data: calldata } };
  }
  const message = decodeMessage(data);
  if (message === undefined) return 'receipt data is no message of an EVM script';
  const account = addressFromBytes(message.from);
  const to = addressFromBytes(message.to);
  const { value } = message;
  const gas = Number(message.gas);
  if (message.kind === MESSAGE_KIND.refund || gas === 0) return { from: mirrorOfAccount(source, account), to, value };
  if (message.kind !== MESSAGE_KIND.send || gas > MAX_MESSAGE_GAS) return `message of kind ${message.kind}, gas ${gas}`;
  return {
    from: mirrorOfAccount(source, account),
    to,
    value,
    call: { gas, data: message.data },
    refund: { shard: source, account },
  };
}

function deliver(
  run: EvmRun,
  { from, to, value, call, refund }: Delivery,
): {
  readonly isSuccess: boolean;
  readonly gasUsed: number;
  readonly output: Uint8Array;
  readonly logs: readonly Log[];
} {
  const { journal, world } = run;
  if (call === undefined) {
    if (value > 0n) journal.addBalance(to, value);
    journal.finalizeTransaction({ removeEmpty: true });
    return { isSuccess: true, gasUsed: 0, output: EMPTY_BYTES, logs: [] };
  }
  if (value > 0n) journal.addBalance(from, value);
  const result = runUnsigned(run, { from, to, value, ...call });
  if (!result.isSuccess && value > 0n) {
    journal.subBalance(from, value);
    if (refund === undefined) {
      journal.addBalance(to, value);
    } else {
      world.saveReceipt(
        EVM_SCRIPT,
        { shard: refund.shard, script: EVM_SCRIPT },
        encodeMessage({ kind: MESSAGE_KIND.refund, from: to, to: refund.account, value, gas: 0, data: EMPTY_BYTES }),
      );
      journal.addSent(value);
    }
  }
  journal.finalizeTransaction({ removeEmpty: true });
  return { isSuccess: result.isSuccess, gasUsed: call.gas - result.gasLeft, output: result.output, logs: result.logs };
}
