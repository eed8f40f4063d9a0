/** The loop that nobody watches carries moves out itself; a traced run calls a function for each. Both are one machine. */
import { type Bytecode, createRandom, execute, op, push, pushN, type Random, type RunOptions } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { CallResult, Tracer } from './index.ts';

function families(): string[] {
  const row = (first: number, count: number) => Array.from({ length: count }, (_, i) => (first + i).toString(16));
  return [...row(0x80, 16), ...row(0x90, 16)];
}

/** Mostly moves, seldom in order: pushes of all sizes, also cut ones, duplicates, swaps, jumps to anywhere near. */
function randomMoves(random: Random): Bytecode {
  const shuffles = families();
  const size = 5 + random.below(120);
  let code = '';
  while (code.length < 2 * size) {
    code += random.weighted<() => Bytecode>([
      [30, () => pushN(1 + random.below(32), 0).slice(0, 2) + random.hex(1 + random.below(32))],
      [30, () => push(random.below(size))],
      [20, () => random.pick(shuffles)],
      [10, () => op.JUMPDEST],
      [6, () => push(random.below(size)) + op.JUMP],
      [6, () => push(random.below(2)) + push(random.below(size)) + op.JUMPI],
      [8, () => op.POP],
      [6, () => random.pick([op.ADD, op.MSTORE, op.PC, op.GAS, op.ISZERO, op.PUSH0])],
    ])();
  }
  return code.slice(0, 2 * size) + (random.chance(50) ? op.MSIZE + op.PUSH0 + op.RETURN : '');
}

/** What can be seen of a run, with how its outermost frame ended. */
function watch(code: Bytecode, options: RunOptions, tracer: Tracer): unknown {
  let exit: CallResult | undefined;
  const { outcome, gasLeft, output } = execute(code, {
    ...options,
    tracer: { ...tracer, exit: (event) => (exit = event) },
  });
  return { outcome, gasLeft, output, exit };
}

function expectSame(code: Bytecode, options: RunOptions = {}): void {
  expect(watch(code, options, {})).toEqual(watch(code, options, { step: () => {} }));
}

describe('moves in the loop', () => {
  it('do what their functions do', () => {
    const random = createRandom(7);
    for (let i = 0; i < 3000; i++) expectSame(randomMoves(random), { message: { gas: 1 + random.below(3000) } });
  });

  it('halt at the same place with the same stack, at its top and at its bottom', () => {
    const full = op.PC.repeat(1024);
    for (const move of [...families(), op.POP, op.JUMP, op.JUMPI, op.JUMPDEST, push(1), pushN(32, 1)]) {
      expectSame(move);
      for (const height of [1, 2, 15, 16, 17, 1023]) expectSame(op.PC.repeat(height) + move);
      expectSame(full + move);
    }
  });

  it('keep the whole target of a jump', () => {
    for (const high of [0n, 1n << 31n, 1n << 32n, 1n << 64n, 1n << 255n]) {
      const jump = (target: bigint) => pushN(32, target) + op.JUMP + op.JUMPDEST + op.STOP;
      expect(execute(jump(high + 34n)).ending).toBe(high === 0n ? 'stop' : 'invalid jump destination');
    }
  });
});
