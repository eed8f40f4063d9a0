/** Other scripts, and raw code. What a call leaves behind of its output is the result, until the next call or claim. */
import * as host from "./host";

/** How a run below this one ended. Every outcome but the first three has burnt all the gas that it was lent. */
export namespace Outcome {
  export const FINISHED: i32 = 0;
  export const ABORTED: i32 = 1;
  export const REFUSED: i32 = 2;
  export const OUT_OF_GAS: i32 = 3;
  export const TRAPPED: i32 = 4;
  export const CALL_DEPTH: i32 = 5;
  export const UNKNOWN_SCRIPT: i32 = 6;
  export const REENTERED: i32 = 7;
  export const BAD_CODE: i32 = 8;
}

/** Lends all the gas that is left. */
export const ALL_GAS: u64 = u64.MAX_VALUE;

/** Runs another script on its own region; an Outcome. What it did is undone unless it finished. */
export function callScript(script: u32, ptr: usize, length: i32, gas: u64): i32 {
  return host.call(script, ptr, length, gas);
}

/** Asks a script with a lower id, which may not write; an Outcome. */
export function askScript(script: u32, ptr: usize, length: i32, gas: u64): i32 {
  return host.staticCall(script, ptr, length, gas);
}

/** Runs WebAssembly or EVM bytecode as a pure function of its data; an Outcome. */
export function executeCode(code: usize, codeLength: i32, ptr: usize, length: i32, gas: u64): i32 {
  return host.executeCode(code, codeLength, ptr, length, gas);
}

export function resultSize(): i32 {
  return host.resultSize();
}

/** Copies a part of the result; the range must lie inside it. */
export function copyResult(out: usize, offset: i32, length: i32): void {
  host.resultCopy(out, offset, length);
}
