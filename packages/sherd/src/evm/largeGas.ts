/**
 * Gas above 2^52. The loop counts gas as a number, which is exact below 2^53. A transaction may name more (up to 2^64-1),
 * of which nobody can use up more than the part that the loop counts, but GAS and the 64ths of EIP-150 show the whole.
 * What is above is kept apart as a bigint and joins the number only where one frame hands gas to another.
 */
import { badArgument, checkUnsigned } from '../base/arguments.ts';
import type { Frame } from './frame.ts';
import { allButOne64th } from './gas.ts';

/** The most that a frame counts as a number; two of them still add up exactly. */
const COUNTED = 2 ** 52;
const COUNTED_WORD = BigInt(COUNTED);

export interface SplitGas {
  readonly gas: number;
  readonly reserve: bigint;
}

/** Any amount of gas as the part that the loop counts, and the rest. */
export function splitGas(amount: bigint): SplitGas {
  checkUnsigned(amount, 'gas');
  if (amount <= COUNTED_WORD) return { gas: Number(amount), reserve: 0n };
  return { gas: COUNTED, reserve: amount - COUNTED_WORD };
}

/** Gas and the reserve above it as one amount. */
export function joinGas(gas: number, reserve: bigint): bigint {
  if (!Number.isSafeInteger(gas)) throw badArgument('gas', gas, 'an integer');
  if (typeof reserve !== 'bigint') throw badArgument('reserve', reserve, 'a bigint');
  return BigInt(gas) + reserve;
}

/** Gives a frame exactly this much gas. */
function setGas(frame: Frame, amount: bigint): void {
  const { gas, reserve } = splitGas(amount);
  frame.gas = gas;
  frame.reserve = reserve;
}

/** Gives gas back to a frame. */
export function returnGas(frame: Frame, gas: number, reserve: bigint): void {
  if (reserve === 0n && frame.reserve === 0n && gas <= COUNTED && frame.gas + gas <= COUNTED) frame.gas += gas;
  else setGas(frame, joinGas(frame.gas, frame.reserve) + joinGas(gas, reserve));
}

/**
 * Takes the gas that is handed to a callee who asks for `wanted`: at most all but one 64th where frames keep that back
 * (EIP-150), else all of it or nothing. Undefined when there is not enough.
 */
export function takeGas(frame: Frame, wanted: bigint, keepsOne64th: boolean): SplitGas | undefined {
  if (frame.reserve !== 0n) {
    const all = joinGas(frame.gas, frame.reserve);
    const most = keepsOne64th ? all - all / 64n : all;
    if (wanted > most && !keepsOne64th) return undefined;
    const taken = wanted < most ? wanted : most;
    setGas(frame, all - taken);
    return splitGas(taken);
  }
  const most = keepsOne64th ? allButOne64th(frame.gas) : frame.gas;
  const asked = wanted > COUNTED_WORD ? Number.POSITIVE_INFINITY : Number(wanted);
  if (asked > most && !keepsOne64th) return undefined;
  const taken = Math.min(asked, most);
  frame.gas -= taken;
  return { gas: taken, reserve: 0n };
}
