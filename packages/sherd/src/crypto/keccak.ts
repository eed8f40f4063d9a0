/** Keccak-256 and Keccak-512 as Ethereum uses them: the padding before FIPS 202. */
import { CONSTANTS_AT, INPUT_AT, KECCAK_KERNEL, RATE, roundConstants, STATE_AT } from './keccakKernel.ts';
import { instantiateKernel, kernelCode } from './wasmCode.ts';

const kernel = instantiateKernel(kernelCode(1, KECCAK_KERNEL));
const memory = new Uint8Array((kernel.memory as WebAssembly.Memory).buffer);
const view = new DataView(memory.buffer);
const absorb = kernel.absorb as (input: number, blocks: number) => void;

roundConstants().forEach((constant, i) => {
  view.setBigUint64(CONSTANTS_AT + 8 * i, constant, true);
});

const DIGEST = 32;
/** Whole blocks that fit behind the input's place. */
const MAX_BLOCKS = Math.floor((memory.length - INPUT_AT) / RATE);
const MAX_BYTES = MAX_BLOCKS * RATE;

/** Keccak-256 of `data`. 32 bytes. */
export function keccak256(data: Uint8Array): Uint8Array {
  hash(data);
  return memory.slice(STATE_AT, STATE_AT + DIGEST);
}

/** The same as a word. */
export function keccak256Word(data: Uint8Array): bigint {
  hash(data);
  const high = (view.getBigUint64(STATE_AT) << 64n) | view.getBigUint64(STATE_AT + 8);
  return (high << 128n) | (view.getBigUint64(STATE_AT + 16) << 64n) | view.getBigUint64(STATE_AT + 24);
}

/** Leaves the digest at the state's place. */
function hash(data: Uint8Array): void {
  memory.fill(0, STATE_AT, STATE_AT + 200);
  let offset = 0;
  for (; data.length - offset >= MAX_BYTES; offset += MAX_BYTES) {
    memory.set(data.subarray(offset, offset + MAX_BYTES), INPUT_AT);
    absorb(INPUT_AT, MAX_BLOCKS);
  }
  // What is left, the padding bit behind it, zeros, and a bit at the end of its last block.
  const rest = data.length - offset;
  const blocks = Math.floor(rest / RATE) + 1;
  memory.set(offset === 0 ? data : data.subarray(offset), INPUT_AT);
  const last = INPUT_AT + blocks * RATE - 1;
  memory.fill(0, INPUT_AT + rest, last + 1);
  memory[INPUT_AT + rest] = 0x01;
  memory[last]! |= 0x80;
  absorb(INPUT_AT, blocks);
}

const DIGEST_512 = 64;
/** Bytes that a block of Keccak-512 takes up; what the kernel takes up beyond them is zero, and changes nothing. */
const RATE_512 = 72;

/** Keccak-512 of `data`, which only Ethash needs. 64 bytes. */
export function keccak512(data: Uint8Array): Uint8Array {
  memory.fill(0, STATE_AT, STATE_AT + 200);
  memory.fill(0, INPUT_AT, INPUT_AT + RATE);
  const whole = data.length - (data.length % RATE_512);
  for (let offset = 0; offset < whole; offset += RATE_512) {
    memory.set(data.subarray(offset, offset + RATE_512), INPUT_AT);
    absorb(INPUT_AT, 1);
  }
  const rest = data.length - whole;
  memory.fill(0, INPUT_AT + rest, INPUT_AT + RATE_512);
  memory.set(whole === 0 ? data : data.subarray(whole), INPUT_AT);
  memory[INPUT_AT + rest] = 0x01;
  memory[INPUT_AT + RATE_512 - 1]! |= 0x80;
  absorb(INPUT_AT, 1);
  return memory.slice(STATE_AT, STATE_AT + DIGEST_512);
}
