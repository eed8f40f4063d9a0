/** The lines of a trace, line by line what go-ethereum's `evm` writes for the same program. */
import { CALLER, CONTRACT, call, callTo, execute, op, push, type RunOptions, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { Address } from '../../base/index.ts';
import { createJsonTracer, type JsonTracerOptions } from './jsonTracer.ts';

const OTHER: Address = '0x0000000000000000000000000000000000000bee';

interface Line {
  readonly pc?: number;
  readonly gas?: string;
  readonly gasCost?: string;
  readonly memSize?: number;
  readonly stack?: readonly string[];
  readonly depth?: number;
  readonly refund?: number;
  readonly opName?: string;
  readonly error?: string;
  readonly output?: string;
  readonly gasUsed?: string;
}

function rawTrace(bytecode: string, options: RunOptions = {}, settings: JsonTracerOptions = {}): string[] {
  const lines: string[] = [];
  execute(bytecode, { ...options, tracer: createJsonTracer((line) => lines.push(line), settings) });
  return lines;
}

const trace = (bytecode: string, options: RunOptions = {}, settings: JsonTracerOptions = {}): Line[] =>
  rawTrace(bytecode, options, settings).map((line) => JSON.parse(line) as Line);

const gas = (amount: number): RunOptions => ({ message: { gas: amount } });

/** The last line of a step, how many lines that step has, and the error of the end. */
function failure(bytecode: string, options: RunOptions = {}) {
  const lines = trace(bytecode, options);
  const end = lines.at(-1)!;
  const last = lines.at(-2)!;
  const same = lines.filter(({ pc, depth }) => pc === last.pc && depth === last.depth);
  return { lines: same.length, first: same[0]!.error, error: last.error, cost: Number(last.gasCost), end: end.error };
}

describe('lines of a run', () => {
  it('have the fields in the order of geth, and the summary behind them', () => {
    expect(rawTrace(push(2) + push(3) + op.ADD, gas(100))).toEqual([
      '{"pc":0,"op":96,"gas":"0x64","gasCost":"0x3","memSize":0,"stack":[],"depth":1,"refund":0,"opName":"PUSH1"}',
      '{"pc":2,"op":96,"gas":"0x61","gasCost":"0x3","memSize":0,"stack":["0x2"],"depth":1,"refund":0,"opName":"PUSH1"}',
      '{"pc":4,"op":1,"gas":"0x5e","gasCost":"0x3","memSize":0,"stack":["0x2","0x3"],"depth":1,"refund":0,"opName":"ADD"}',
      '{"pc":5,"op":0,"gas":"0x5b","gasCost":"0x0","memSize":0,"stack":["0x5"],"depth":1,"refund":0,"opName":"STOP"}',
      '{"output":"","gasUsed":"0x9"}',
    ]);
  });

  it('have memory and return data where they are asked for and are not empty, and a null for no stack', () => {
    const bytecode = call('MSTORE8', 1, 0xab) + callTo('CALL', { to: 4, gas: 100, input: [0, 2] }) + op.STOP;
    const settings = { memory: true, returnData: true, stack: false };
    const lines = rawTrace(bytecode, {}, settings);
    expect(lines[0]).toMatch(/"gasCost":"0x3","memSize":0,"stack":null,"depth":1/);
    const memory = `0x00ab${'00'.repeat(30)}`;
    expect(lines.at(-2)).toContain(`"memory":"${memory}","memSize":32,"stack":null,"returnData":"0x00ab","depth":1`);
  });

  it('call opcode 0x44 DIFFICULTY in every fork', () => {
    for (const fork of ['frontier', 'london', 'osaka'] as const) {
      expect(trace(op.PREVRANDAO, { fork })[0]!.opName).toBe('DIFFICULTY');
    }
  });

  it('show memory as it was before the step, and the refund as the step makes it', () => {
    const options = { accounts: { [CONTRACT]: { code: '', storage: { 1: 5n } } } };
    const cleared = { ...options, accounts: { [CONTRACT]: { code: sstore(1, 0), storage: { 1: 5n } } } };
    expect(trace('', cleared).map(({ refund }) => refund)).toEqual([0, 0, 4800, 4800, undefined]);
    expect(trace(call('MLOAD', 32)).map(({ memSize }) => memSize)).toEqual([0, 0, 64, undefined]);
  });

  it('have what a call costs with the gas that it hands on, and the callee one level deeper', () => {
    const accounts = { [OTHER]: { code: op.CALLER } };
    const lines = trace(callTo('CALL', { to: OTHER, gas: 5000 }), { accounts });
    const at = lines.findIndex(({ opName }) => opName === 'CALL');
    expect(lines[at]!.gasCost).toBe(`0x${(2600 + 5000).toString(16)}`);
    expect(lines.slice(at + 1).map(({ depth, opName, gas }) => [depth, opName, gas])).toEqual([
      [2, 'CALLER', '0x1388'],
      [2, 'STOP', '0x1386'],
      [1, 'STOP', expect.any(String)],
      [undefined, undefined, undefined],
    ]);
  });
});

const TOO_LARGE = 'out of gas: max initcode size exceeded: size 49153';

describe('a step that cannot begin', () => {
  it.each([
    ['too few words', op.ADD, {}, 'stack underflow (0 <=> 2)', 3],
    ['too many words', op.ADDRESS.repeat(1025), {}, 'stack limit reached 1024 (1023)', 2],
    ['the constant price', push(1) + op.BALANCE, { ...gas(20), fork: 'frontier' }, 'out of gas', 20],
    ['the constant price', push(1) + op.SLOAD, gas(50), 'out of gas', 100],
    ['a price that depends on the operands', call('MLOAD', 320), gas(20), 'out of gas', 36],
    ['the sentry of SSTORE', sstore(1, 1), gas(2306), 'out of gas: not enough gas for reentrancy sentry', 0],
    ['memory that no price is known for', call('MLOAD', 2n ** 40n), {}, 'out of gas: gas uint64 overflow', 3],
    ['memory that no number is known for', call('MLOAD', 2n ** 64n - 5n), {}, 'gas uint64 overflow', 3],
    ['a size that is none', call('RETURN', 0, 2n ** 200n), {}, 'gas uint64 overflow', 0],
    ['init code above the limit', call('CREATE', 0, 0, 49_153), {}, TOO_LARGE, 32_000],
  ] as const)('has one line, with the error: %s', (_, bytecode, options, error, cost) => {
    expect(failure(bytecode, options as RunOptions)).toEqual({ lines: 1, first: error, error, cost, end: error });
  });
});

describe('a step that fails while it runs', () => {
  const inside = (bytecode: string) => ({ accounts: { [OTHER]: { code: bytecode } } });
  const STATIC = callTo('STATICCALL', { to: OTHER, gas: 100_000 });

  it.each([
    ['a byte that is no instruction', '0c', 'invalid opcode: opcode 0xc not defined', 0],
    ['INVALID', op.INVALID, 'invalid opcode: INVALID', 0],
    ['a jump to nowhere', call('JUMP', 1), 'invalid jump destination', 8],
    ['REVERT', call('REVERT', 0, 64), 'execution reverted', 6],
    ['return data that there is not', call('RETURNDATACOPY', 0, 0, 32), 'return data out of bounds', 9],
  ])('has two lines, the second with the error: %s', (_, bytecode, error, cost) => {
    expect(failure(bytecode)).toEqual({ lines: 2, first: undefined, error, cost, end: error });
  });

  it.each([
    ['SSTORE', sstore(1, 1), 22_100],
    ['TSTORE', call('TSTORE', 1, 1), 100],
    ['LOG1', call('LOG1', 0, 64, 7), 375 + 375 + 512 + 6],
    ['CREATE', call('CREATE', 0, 0, 32), 32_000 + 3 + 2],
    ['SELFDESTRUCT', call('SELFDESTRUCT', 0x1234), 5000 + 2600],
    ['CALL', callTo('CALL', { to: 0x1234, gas: 500, value: 1 }), 2600 + 9000 + 25_000 + 500],
  ])('in a static call has paid its whole price: %s', (name, bytecode, cost) => {
    const lines = trace(STATIC, inside(bytecode)).filter(({ depth }) => depth === 2);
    const [first, second] = lines.slice(-2);
    expect([first!.error, second!.error]).toEqual([undefined, 'write protection']);
    expect([first!.opName, Number(first!.gasCost), Number(second!.gasCost)]).toEqual([name, cost, cost]);
    // geth looks before it takes the operands, but for CALL.
    expect(first!.stack!.length - second!.stack!.length).toBe(name === 'CALL' ? 7 : 0);
  });

  it('in a static call may be too dear before it is forbidden', () => {
    const poor = callTo('STATICCALL', { to: OTHER, gas: 1000 });
    const lines = trace(poor, inside(call('LOG1', 0, 64, 7))).filter(({ depth }) => depth === 2);
    expect(lines.at(-1)).toMatchObject({ opName: 'LOG1', error: 'out of gas', gasCost: '0x4f4' });
    expect(lines.at(-2)!.opName).toBe('PUSH1');
  });

  it('shows stack and memory as they were when it failed', () => {
    const [, , first, second] = trace(call('REVERT', 0, 64));
    expect([first!.stack, first!.memSize]).toEqual([['0x40', '0x0'], 0]);
    expect([second!.stack, second!.memSize]).toEqual([[], 64]);
  });

  it('leaves the result and the state as they are without a trace', () => {
    const accounts = { [OTHER]: { code: sstore(1, 1) } };
    const plain = execute(STATIC + sstore(3, 4), { accounts });
    const traced = execute(STATIC + sstore(3, 4), { accounts, tracer: createJsonTracer(() => {}) });
    expect([traced.ending, traced.gasUsed]).toEqual([plain.ending, plain.gasUsed]);
    expect([1n, 3n].map((slot) => traced.journal.getStorage(CONTRACT, slot))).toEqual([0n, 4n]);
    expect(traced.journal.getStorage(OTHER, 1n)).toBe(0n);
  });
});

describe('call frames', () => {
  const accounts = { [OTHER]: { code: call('REVERT', 0, 2) } };

  it('have a line where they begin and one where they end', () => {
    const bytecode = callTo('STATICCALL', { to: OTHER, gas: 5000, input: [0, 2] });
    const lines = rawTrace(bytecode, { accounts }, { callFrames: true }).filter((line) => !line.includes('opName'));
    expect(lines).toEqual([
      `{"from":"${CALLER}","to":"${CONTRACT}","gas":"0xf4240","value":"0x0","type":"CALL"}`,
      `{"from":"${CONTRACT}","to":"${OTHER}","gas":"0x1388","value":null,"type":"STATICCALL"}`,
      '{"output":"0000","gasUsed":"0x9","error":"execution reverted"}',
      expect.stringMatching(/^\{"output":"","gasUsed":"0x[0-9a-f]+"\}$/),
    ]);
  });

  it('have their input when memory is asked for', () => {
    const bytecode = callTo('CALL', { to: OTHER, gas: 5000, input: [0, 2] });
    const lines = rawTrace(bytecode, { accounts }, { callFrames: true, memory: true });
    expect(lines.find((line) => line.includes(`"to":"${OTHER}"`))).toContain('"input":"0x0000","gas"');
  });
});

describe('the end of a call', () => {
  /** Init code that returns `size` bytes of zeros, the first of them `first`. */
  const deploys = (size: number, first = 0) => call('MSTORE8', 0, first) + call('RETURN', 0, size);
  const create = (initCode: string, options: RunOptions = {}) =>
    trace('', {
      ...options,
      message: { kind: 'create', to: OTHER, data: Uint8Array.from(Buffer.from(initCode, 'hex')), ...options.message },
    }).at(-1)!.error;

  it.each([
    ['max code size exceeded', deploys(24_577), 10_000_000],
    ['invalid code: must not begin with 0xef', deploys(1, 0xef), 10_000_000],
    ['contract creation code storage out of gas', deploys(1000), 10_000],
  ])('of a creation says %s', (error, initCode, gasGiven) => {
    expect(create(initCode, gas(gasGiven))).toBe(error);
  });

  it('says why nothing ran', () => {
    const taken = { accounts: { [OTHER]: { nonce: 1n } } };
    expect(create(op.STOP, taken)).toBe('contract address collision');
    const ofInner = (bytecode: string, options: RunOptions = {}) => {
      const lines = trace(bytecode, options, { callFrames: true }).filter(({ gasUsed }) => gasUsed !== undefined);
      return lines[0]!.error;
    };
    expect(ofInner(callTo('CALL', { to: OTHER, value: 9 }))).toBe('insufficient balance for transfer');
    const last = { accounts: { [CONTRACT]: { nonce: 2n ** 64n - 1n, code: call('CREATE', 0, 0, 0) } } };
    expect(ofInner('', last)).toBe('nonce uint64 overflow');
    // Each level hands a hundred million less to the next.
    const deeper = push(0).repeat(5) + push(CONTRACT) + push(100_000_000) + op.GAS + op.SUB + op.CALL;
    const deep = { fork: 'homestead', message: { gas: 2 ** 40 } } as const;
    expect(ofInner(deeper, deep)).toBe('max call depth exceeded');
  });
});
