/** Why a call failed, in geth's words: the reason that Solidity puts into revert data. */
import { bytesToBigInt, bytesToUtf8 } from 'sherd/base';
import { isSuccess, OUTCOME, OUTCOME_TEXT, type Outcome } from 'sherd/evm';
import { RPC_CODES, RpcError } from '../errors.ts';
import { bytesToHex } from '../json.ts';

const ERROR_SELECTOR = '0x08c379a0';
const PANIC_SELECTOR = '0x4e487b71';

const PANICS: Readonly<Record<number, string>> = {
  0: 'generic panic',
  1: 'assert(false)',
  17: 'arithmetic underflow or overflow',
  18: 'division or modulo by zero',
  33: 'enum overflow',
  34: 'invalid encoded storage byte array accessed',
  49: 'out-of-bounds array access; popping on an empty array',
  50: 'out-of-bounds access of an array or bytesN',
  65: 'out of memory',
  81: 'uninitialized function',
};

/** Text of `Error(string)` or `Panic(uint256)` data; undefined for anything else. */
export function revertReason(output: Uint8Array): string | undefined {
  if (output.length < 36) return undefined;
  const selector = bytesToHex(output.subarray(0, 4));
  if (selector === PANIC_SELECTOR) {
    const code = bytesToBigInt(output.subarray(4, 36));
    return (code <= 0xffn && PANICS[Number(code)]) || `unknown panic code: 0x${code.toString(16)}`;
  }
  if (selector !== ERROR_SELECTOR) return undefined;
  const body = output.subarray(4);
  const start = bytesToBigInt(body.subarray(0, 32));
  if (start + 32n > BigInt(body.length)) return undefined;
  const at = Number(start);
  const length = bytesToBigInt(body.subarray(at, at + 32));
  if (length > BigInt(body.length - at - 32)) return undefined;
  try {
    return bytesToUtf8(body.subarray(at + 32, at + 32 + Number(length)));
  } catch {
    return undefined;
  }
}

/** How a call ended. */
export interface CallEnd {
  readonly outcome: Outcome;
  readonly output: Uint8Array;
}

/** @throws RpcError unless the call succeeded: code 3 with the revert data, or -32000 with the name of the halt. */
export function requireSuccess(result: CallEnd): void {
  if (isSuccess(result.outcome)) return;
  if (result.outcome === OUTCOME.REVERT) {
    const reason = revertReason(result.output);
    const message = OUTCOME_TEXT[OUTCOME.REVERT] + (reason === undefined ? '' : `: ${reason}`);
    throw new RpcError(RPC_CODES.REVERTED, message, bytesToHex(result.output));
  }
  if (result.outcome === OUTCOME.ABORTED) {
    throw new RpcError(RPC_CODES.TIMEOUT, 'execution aborted (timeout)');
  }
  throw new RpcError(RPC_CODES.REFUSED, OUTCOME_TEXT[result.outcome]);
}
