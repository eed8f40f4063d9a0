/** Contracts that call one pre-compiled contract again and again, with inputs that it accepts. */
import { hexToBytes } from 'sherd/base';
import { activePrecompiles } from 'sherd/precompiles';
import { SHARD_FORK } from 'sherd/shard';
import { PRECOMPILE_ADDRESSES } from '../../packages/sherd/dist/precompiles/addresses.js';
import { op, push, storeInMemory } from '../../packages/testkit/dist/index.js';
import { createRandom } from '../../packages/testkit/dist/random.js';
import { precompileInput } from '../../packages/testkit/dist/randomPrecompiles.js';
import { callBody, loop } from './worstEvm.mjs';

const active = activePrecompiles(SHARD_FORK);
const SEEDS = 400;

const word = (number) => number.toString(16).padStart(64, '0');
const ones = (bytes) => 'f1'.repeat(bytes);

/** Inputs whose price is in their form. */
const INPUTS = {
  sha256: { '': '', '1 KiB': ones(1024), '32 KiB': ones(32_768) },
  ripemd160: { '': '', '1 KiB': ones(1024), '32 KiB': ones(32_768) },
  identity: { '': '', '1 KiB': ones(1024), '32 KiB': ones(32_768) },
  modexp: {
    'at the lowest price': word(32) + word(4) + word(32) + ones(68),
    '32 bytes': word(32) + word(32) + word(32) + ones(96),
    '32 bytes, even modulus': `${word(32) + word(32) + word(32) + ones(95)}00`,
    '128 bytes': word(128) + word(128) + word(128) + ones(384),
    '1024 bytes, short exponent': `${word(1024) + word(1) + word(1024) + ones(1024)}03${ones(1024)}`,
    '1024 bytes': word(1024) + word(1024) + word(1024) + ones(3072),
    'short base, long modulus': `${word(1) + word(1) + word(1024)}02ff${ones(1024)}`,
  },
  blake2f: {
    'no rounds': `${'00'.repeat(4)}${ones(208)}01`,
    '12 rounds': `0000000c${ones(208)}01`,
    '100,000 rounds': `000186a0${ones(208)}01`,
  },
};

/** The random input that it accepts and that costs it most gas. */
function accepted(name) {
  const { gas, run } = active.get(PRECOMPILE_ADDRESSES[name]);
  let best;
  for (let seed = 0; seed < SEEDS; seed++) {
    const input = precompileInput(createRandom(seed), Number(PRECOMPILE_ADDRESSES[name]));
    const bytes = hexToBytes(`0x${input}`);
    const price = gas(bytes);
    if (price <= (best?.price ?? 0) || price > 1_000_000) continue;
    if (run(bytes)?.length > 0) best = { price, input };
  }
  if (best === undefined) throw new Error(`benchmark: no input for ${name}`);
  return best.input;
}

function inputsOf(name) {
  if (INPUTS[name] !== undefined) return INPUTS[name];
  const one = accepted(name);
  const parts = { blsG1Msm: 160, blsG2Msm: 288, blsPairing: 384, bnPairing: 192 }[name];
  if (parts === undefined) return { '': one };
  const first = one.slice(0, 2 * parts);
  return { '1 part': first, '8 parts': first.repeat(8), '64 parts': first.repeat(64) };
}

/** Name of the loop to its contract. */
export function precompileLoops() {
  const rows = new Map();
  for (const [name, address] of Object.entries(PRECOMPILE_ADDRESSES)) {
    if (name.startsWith('draft')) continue;
    for (const [what, input] of Object.entries(inputsOf(name))) {
      const size = input.length / 2;
      const price = active.get(address).gas(hexToBytes(`0x${input}`));
      const body = callBody('STATICCALL', push(address), op.GAS, size);
      // Short inputs are pushed; long ones would not fit the code, and repeat themselves.
      const setup = size <= 4096 ? storeInMemory(0, input) : repeated(input, name, address);
      rows.set(`${name}${what && `, ${what}`}`, {
        code: loop({
          setup,
          body,
          most: Math.max(1, Math.min(400, Math.floor(300_000 / (price + 120)))),
          reserve: Math.max(400_000, 2 * price),
        }),
      });
    }
  }
  return rows;
}

/** Fills memory with the first part of an input that repeats it: doubled by MCOPY. */
function repeated(input, name) {
  const part = { blsG1Msm: 160, blsG2Msm: 288, blsPairing: 384, bnPairing: 192 }[name] ?? 32;
  const size = input.length / 2;
  let code = storeInMemory(0, input.slice(0, 2 * part));
  for (let have = part; have < size; have *= 2) {
    code += push(Math.min(have, size - have)) + push(0) + push(have) + op.MCOPY;
  }
  return code;
}
