/** NewExecutionScript: a validator adds a script and pays for its size. */
import { SherdError } from '../../base/index.ts';
import { sha256 } from '../../crypto/index.ts';
import { type BeaconDraft, checkPayment, takePayment } from '../draft.ts';
import type { BeaconEnv } from '../env.ts';
import type { ChainParams } from '../params.ts';
import { type ExecutionScript, NewExecutionScript, ScriptCode, type SignedNewExecutionScript } from '../types.ts';
import { checkSignature, checkSigner } from './signer.ts';

/**
 * Registers the script under the next id and burns `codeSize × scriptPricePerByte` gwei of the sender's balance.
 * @throws SherdError UNKNOWN_VALIDATOR, WRONG_KEY, BAD_NONCE, BAD_SLOT, SCRIPT_LIMIT, CODE_SIZE, INSUFFICIENT_BALANCE,
 * LAST_VALIDATOR, BAD_SIGNATURE, CODE_REFUSED
 */
export function applyNewExecutionScript(
  params: ChainParams,
  draft: BeaconDraft,
  { message, pubkey, signature }: SignedNewExecutionScript,
  env: BeaconEnv,
): void {
  const { state } = draft;
  checkSigner(state, message.sender, pubkey, message.nonce);
  const last = message.slot + BigInt(params.rootWindow);
  if (state.slot < message.slot || state.slot > last) {
    throw new SherdError('BAD_SLOT', `block of slot ${state.slot}, the operation is for ${message.slot} to ${last}`, {
      have: state.slot,
      want: message.slot,
    });
  }
  if (state.executionScripts.length >= params.maxScripts) {
    throw new SherdError('SCRIPT_LIMIT', `the chain has ${params.maxScripts} scripts, the most it may`, {
      have: state.executionScripts.length,
      want: params.maxScripts,
    });
  }
  checkCodeSize(params, message.code);
  const fee = registrationFee(params, message.code.length);
  checkPayment(params, state, message.sender, fee);
  checkSignature(params, 'newExecutionScript', NewExecutionScript.hashTreeRoot(message), pubkey, signature);
  checkCode(env, message.code);

  takePayment(params, state, message.sender, fee);
  state.burned += fee;
  addScript(draft, message.code, 0n);
}

/** gwei that a script of `codeSize` bytes costs. */
export function registrationFee(params: ChainParams, codeSize: number): bigint {
  return BigInt(codeSize) * params.scriptPricePerByte;
}

/** Appends a script that holds `code` and gives its id. The code goes to the effects. */
export function addScript(draft: BeaconDraft, code: Uint8Array, balance: bigint): number {
  const codeHash = sha256(code);
  draft.effects.codes.push({ codeHash, code });
  return draft.state.executionScripts.push(scriptOf(code, codeHash, balance)) - 1;
}

export function scriptOf(code: Uint8Array, codeHash: Uint8Array, balance: bigint): ExecutionScript {
  return { codeRoot: ScriptCode.hashTreeRoot(code), codeHash, codeSize: BigInt(code.length), balance };
}

/** @throws SherdError CODE_SIZE */
export function checkCodeSize(params: ChainParams, code: Uint8Array): void {
  if (code.length === 0 || code.length > params.maxScriptBytes) {
    throw new SherdError('CODE_SIZE', `code of ${code.length} bytes, want 1 to ${params.maxScriptBytes}`, {
      have: code.length,
      want: params.maxScriptBytes,
    });
  }
}

/** @throws SherdError CODE_REFUSED, with the script engine's own code in `reason`. */
export function checkCode(env: BeaconEnv, code: Uint8Array): void {
  const verdict = env.checkScript(code);
  if (!verdict.ok) {
    throw new SherdError('CODE_REFUSED', `${verdict.code}: ${verdict.message}`, { reason: verdict.code });
  }
}
