/** The compression function F of BLAKE2b with a free number of rounds (EIP-152, RFC 7693). */
import { blake2fKernel, COUNTERS_AT, FINAL_AT, MESSAGE_AT, STATE_AT } from './blake2fKernel.ts';
import { blake2fVectorKernel } from './blake2fVectorKernel.ts';
import { instantiateKernel, kernelCode } from './wasmCode.ts';

/** The function over one instance of a kernel. */
export type Blake2F = (
  rounds: number,
  state: Uint8Array,
  message: Uint8Array,
  counters: Uint8Array,
  isFinal: boolean,
) => Uint8Array;

/**
 * Rounds a call, a multiple of the ten permutations. An engine replaces quickly compiled code by optimised code between
 * calls only, and a single call can be asked for 2^32-1 rounds.
 */
const ROUNDS_A_CALL = 10_000;

const STATE_BYTES = 64;

/** @param code One of the two kernels, encoded. */
export function createBlake2F(code: Uint8Array<ArrayBuffer>): Blake2F {
  const kernel = instantiateKernel(code);
  const memory = new Uint8Array((kernel['memory'] as WebAssembly.Memory).buffer);
  const start = kernel['start'] as () => void;
  const run = kernel['run'] as (rounds: number) => void;
  const end = kernel['end'] as () => void;
  return (rounds, state, message, counters, isFinal) => {
    memory.set(state, STATE_AT);
    memory.set(message, MESSAGE_AT);
    memory.set(counters, COUNTERS_AT);
    memory.fill(isFinal ? 0xff : 0, FINAL_AT, FINAL_AT + 8);
    start();
    for (let left = rounds; left > 0; left -= ROUNDS_A_CALL) run(Math.min(left, ROUNDS_A_CALL));
    end();
    return memory.slice(STATE_AT, STATE_AT + STATE_BYTES);
  };
}

/** The kernel with vectors where the engine has them (all since 2023), else the one without; both compute the same. */
function bestKernel(): Uint8Array<ArrayBuffer> {
  const vectors = kernelCode(1, blake2fVectorKernel());
  return WebAssembly.validate(vectors) ? vectors : kernelCode(1, blake2fKernel());
}

/** Made at first use: few programs ever need it, and making it takes some milliseconds. */
let shared: Blake2F | undefined;

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
  shared ??= createBlake2F(bestKernel());
  return shared(rounds, state, message, counters, isFinal);
}
