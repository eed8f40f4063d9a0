/** The compression function F of BLAKE2b with a free number of rounds (EIP-152, RFC 7693). */
import { blake2fModule, COUNTERS_AT, FINAL_AT, MESSAGE_AT, STATE_AT } from './blake2fModule.ts';

const instance = new WebAssembly.Instance(new WebAssembly.Module(blake2fModule()));
const memory = new Uint8Array((instance.exports.memory as WebAssembly.Memory).buffer);
const start = instance.exports.start as () => void;
const run = instance.exports.run as (rounds: number) => void;
const end = instance.exports.end as () => void;

/**
 * Rounds a call, a multiple of the ten permutations. An engine replaces quickly compiled code by optimised code between
 * calls only, and a single call can be asked for 2^32-1 rounds.
 */
const ROUNDS_A_CALL = 10_000;

const STATE_BYTES = 64;

/**
 * State (64 bytes), message block (128), offset counters (16), all little-endian; gives the new state.
 * @param rounds 0 .. 2^32-1; 12 is BLAKE2b.
 */
export function blake2F(
  rounds: number,
  state: Uint8Array,
  message: Uint8Array,
  counters: Uint8Array,
  isFinal: boolean,
): Uint8Array {
  memory.set(state, STATE_AT);
  memory.set(message, MESSAGE_AT);
  memory.set(counters, COUNTERS_AT);
  memory.fill(isFinal ? 0xff : 0, FINAL_AT, FINAL_AT + 8);
  start();
  for (let left = rounds; left > 0; left -= ROUNDS_A_CALL) run(Math.min(left, ROUNDS_A_CALL));
  end();
  return memory.slice(STATE_AT, STATE_AT + STATE_BYTES);
}
