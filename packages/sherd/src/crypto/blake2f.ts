/** The compression function F of BLAKE2b with a free number of rounds (EIP-152, RFC 7693). */
import { blake2fKernel, COUNTERS_AT, FINAL_AT, MESSAGE_AT, STATE_AT } from './blake2fKernel.ts';
import { instantiateKernel } from './wasmCode.ts';

interface Blake2f {
  readonly memory: Uint8Array;
  readonly start: () => void;
  readonly run: (rounds: number) => void;
  readonly end: () => void;
}

function createBlake2f(): Blake2f {
  const { memory, start, run, end } = instantiateKernel(1, blake2fKernel());
  const bytes = new Uint8Array((memory as WebAssembly.Memory).buffer);
  return { memory: bytes, start: start as () => void, run: run as (rounds: number) => void, end: end as () => void };
}

/** Made at first use: few programs ever need it, and making it takes some milliseconds. */
let shared: Blake2f | undefined;

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
  shared ??= createBlake2f();
  const { memory, start, run, end } = shared;
  memory.set(state, STATE_AT);
  memory.set(message, MESSAGE_AT);
  memory.set(counters, COUNTERS_AT);
  memory.fill(isFinal ? 0xff : 0, FINAL_AT, FINAL_AT + 8);
  start();
  for (let left = rounds; left > 0; left -= ROUNDS_A_CALL) run(Math.min(left, ROUNDS_A_CALL));
  end();
  return memory.slice(STATE_AT, STATE_AT + STATE_BYTES);
}
