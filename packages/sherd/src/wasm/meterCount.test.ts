/**
 * What metering takes, counted in another way: each instruction of the plain module tells its price before it runs, and
 * nothing is summed up beforehand. Both have to come to the same number, tick for tick.
 */
import { assemble, type ModuleSource, randomModule } from '@sherd/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ARGUMENT_TICKS,
  BYTE_TICKS,
  COUNT_TICKS,
  instructionTicks,
  LOOP_TICKS,
  PAGE_TICKS,
  SEGMENT_TICKS,
  TICKS_PER_GAS,
} from './costs.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { INSTRUCTIONS, OPCODE, type Work } from './instructions.ts';
import { WASM_LIMITS } from './limits.ts';
import { GAS_EXPORT, meterModule, STACK_EXPORT } from './meter.ts';
import { skipImmediates } from './meterBody.ts';
import { findCountedLoop } from './meterLoops.ts';
import { WasmReader } from './reader.ts';
import { type FunctionBody, functionType, I32, I64, VOID, type WasmModule } from './types.ts';
import { boundMemory, type HostInterface, validateModule } from './validate.ts';
import { WasmWriter } from './writer.ts';

const PROBE_GAS = 100;
const HOST: HostInterface = {
  module: 'sherd',
  functions: new Map([['callerKind', { type: { parameters: [], results: [I32] }, gas: PROBE_GAS }]]),
};
const COUNT_EXPORT = 'count';
const PREFIX = 0xfc;

/** Functions that the counting module has besides its own. */
interface Tellers {
  /** (ticks): takes them, and the price of a segment where they are its first ones. */
  readonly price: number;
  /** A segment ends here. */
  readonly border: number;
  /** Back from a call: the segment that called goes on, and its price is paid. */
  readonly resume: number;
  /** (pages) -> pages, (bytes) -> bytes: what is asked for costs too. */
  readonly pages: number;
  readonly bytes: number;
}

/** Opcodes: local.get 0, global.get, global.set, i64.extend_i32_u, i64.const, i64.mul, i64.add. */
function tellerBodies(count: number, isFresh: number): FunctionBody[] {
  const body = (write: (w: WasmWriter) => WasmWriter): FunctionBody => ({
    locals: [],
    code: write(new WasmWriter()).u8(0x0b).finish(),
    offset: 0,
  });
  const set = (w: WasmWriter, fresh: 0 | 1) => w.u8(0x41, fresh, 0x24).u32(isFresh);
  const add = (w: WasmWriter, each: number) => {
    w.u8(0x23).u32(count).u8(0x20, 0, 0xad, 0x42).signed(each);
    return w.u8(0x7e, 0x7c, 0x24).u32(count);
  };
  return [
    body((w) => {
      w.u8(0x23).u32(isFresh).u8(0x04, VOID, 0x23).u32(count).u8(0x42).signed(SEGMENT_TICKS).u8(0x7c, 0x24).u32(count);
      return add(set(w, 0).u8(0x0b), 1);
    }),
    body((w) => set(w, 1)),
    body((w) => set(w, 0)),
    body((w) => add(w, PAGE_TICKS).u8(0x20, 0)),
    body((w) => add(w, BYTE_TICKS).u8(0x20, 0)),
  ];
}

/** The module with every instruction telling its price. It counts in an exported global. */
function countingModule(module: WasmModule): WasmModule {
  const { imports, functions, globals } = module;
  const first = imports.length + functions.length;
  const at: Tellers = { price: first, border: first + 1, resume: first + 2, pages: first + 3, bytes: first + 4 };
  const types = module.types.length;
  return {
    ...module,
    types: [
      ...module.types,
      { parameters: [I32], results: [] },
      { parameters: [], results: [] },
      { parameters: [I32], results: [I32] },
    ],
    functions: [...functions, types, types + 1, types + 1, types + 2, types + 2],
    globals: [...globals, { type: I64, isMutable: true, value: 0n }, { type: I32, isMutable: true, value: 0n }],
    exports: [...module.exports, { name: COUNT_EXPORT, kind: 'global', index: globals.length }],
    bodies: [
      ...module.bodies.map((body) => ({ ...body, code: countingCode(module, body, at) })),
      ...tellerBodies(globals.length, globals.length + 1),
    ],
  };
}

function countingCode(module: WasmModule, { code }: FunctionBody, at: Tellers): Uint8Array {
  const ticks = instructionTicks(module.memory!.maximum!, module.functions.length);
  const reader = new WasmReader(code);
  const out = new WasmWriter();
  const labels = [{ opcode: OPCODE['block']!, isTarget: false, isCounted: false }];
  /** Blocks that were open when the code became unreachable. */
  let dead = Number.POSITIVE_INFINITY;
  const isLive = () => dead === Number.POSITIVE_INFINITY;
  const tell = (price: number) => {
    if (price > 0) out.u8(0x41).signed(price).u8(0x10).u32(at.price);
  };
  const call = (teller: number) => out.u8(0x10).u32(teller);
  const target = (depth: number) => {
    if (isLive()) labels[labels.length - 1 - depth]!.isTarget = true;
  };
  const immediate = (from: number) => {
    const inside = new WasmReader(code);
    inside.position = from + 1;
    return inside;
  };
  call(at.border);
  while (labels.length > 0) {
    const start = reader.position;
    const opcode = reader.u8();
    skipImmediates(reader, opcode);
    const work: Work = opcode === PREFIX ? 'bulk' : INSTRUCTIONS[opcode]!.work;
    const name = opcode === PREFIX ? undefined : INSTRUCTIONS[opcode]!.name;
    let isCounted = false;
    if (isLive()) {
      tell(ticks[work] + callTicks(module, opcode, immediate(start)));
      if (name === 'memory.grow') call(at.pages);
      if (opcode === PREFIX) call(at.bytes);
      if (name === 'loop' && code[start + 1] === VOID) {
        const loop = findCountedLoop(code, reader.position);
        isCounted = loop !== undefined;
        if (loop !== undefined) tell(COUNT_TICKS + (loop.step.kind === 'local' ? ticks.divide : 0));
      }
    }
    out.bytes(code.subarray(start, reader.position));
    switch (name) {
      case 'block':
      case 'loop':
      case 'if':
        labels.push({ opcode, isTarget: false, isCounted });
        if (name !== 'block') call(at.border);
        if (name === 'loop') tell(LOOP_TICKS);
        break;
      case 'else':
        if (labels.length === dead) dead = Number.POSITIVE_INFINITY;
        call(at.border);
        break;
      case 'end': {
        const closed = labels.pop()!;
        if (labels.length < dead) dead = Number.POSITIVE_INFINITY;
        const joins =
          closed.opcode === OPCODE['loop'] ? closed.isCounted : closed.opcode === OPCODE['if'] || closed.isTarget;
        if (joins && labels.length > 0) call(at.border);
        break;
      }
      case 'br':
      case 'br_if':
        target(immediate(start).u32());
        if (name === 'br_if') call(at.border);
        break;
      case 'br_table': {
        const list = immediate(start);
        for (let left = list.u32(); left >= 0; left--) target(list.u32());
        break;
      }
      case 'call':
      case 'call_indirect':
        call(at.resume);
    }
    const isEnd = name === 'br' || name === 'br_table' || name === 'return' || name === 'unreachable';
    if (isEnd && isLive()) dead = labels.length;
  }
  return out.finish();
}

/** Arguments of calls, and the fixed gas of host functions. */
function callTicks(module: WasmModule, opcode: number, immediate: WasmReader): number {
  if (opcode === OPCODE['call']) {
    const callee = immediate.u32();
    const host = callee < module.imports.length ? PROBE_GAS * TICKS_PER_GAS : 0;
    return host + ARGUMENT_TICKS * functionType(module, callee)!.parameters.length;
  }
  return opcode === OPCODE['call_indirect'] ? ARGUMENT_TICKS * module.types[immediate.u32()]!.parameters.length : 0;
}

/** Ticks that the module takes, by one way of counting or the other; undefined when it traps. */
function run(bytes: Uint8Array, memory: WebAssembly.Memory, counter: string): bigint | undefined {
  const imports = { sherd: { memory, callerKind: () => 1 } };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
  const globals = exports as Record<string, WebAssembly.Global>;
  const before = counter === GAS_EXPORT ? 1n << 50n : 0n;
  globals[counter]!.value = before;
  if (counter === GAS_EXPORT) globals[STACK_EXPORT]!.value = 100_000;
  try {
    (exports['main'] as () => void)();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return undefined;
    throw error;
  }
  const after = globals[counter]!.value as bigint;
  return after < before ? before - after : after - before;
}

function bothCounts(source: WasmModule): { readonly metered: bigint | undefined; readonly told: bigint | undefined } {
  const decoded = boundMemory(decodeModule(encodeModule(source), WASM_LIMITS), HOST, WASM_LIMITS);
  const { initial, maximum } = decoded.memory!;
  const memory = () => new WebAssembly.Memory({ initial, maximum });
  const metered = meterModule(decoded, validateModule(decoded, HOST, WASM_LIMITS), HOST);
  const counting = encodeModule(countingModule(source), { memoryFrom: { module: HOST.module, name: 'memory' } });
  return { metered: run(metered, memory(), GAS_EXPORT), told: run(counting, memory(), COUNT_EXPORT) };
}

describe('metering takes what the instructions that ran cost', () => {
  it('random modules', () => {
    let finished = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { metered, told } = bothCounts(randomModule(seed));
        expect(metered).toBe(told);
        if (told !== undefined) finished++;
      }),
      { seed: 20_261_122, numRuns: 2_000 },
    );
    expect(finished).toBeGreaterThan(700);
  });

  const sources: readonly (readonly [string, ModuleSource])[] = [
    [
      'calls of the host, of functions and through the table, from inside loops and behind branches',
      {
        imports: ['callerKind'],
        locals: 'i32',
        main: `i32.const 20 local.set 0
          block block local.get 0 i32.const 1 i32.and br_table 0,1 end nop end
          block loop
            local.get 0 i32.eqz br_if 1
            i32.const 2 i64.const 3 local.get 0 i32.const 1 i32.and call_indirect il>i
            call $callerKind i32.add drop
            local.get 0 i32.const 1 i32.sub local.set 0 br 0
          end end`,
        functions: {
          f: {
            parameters: 'i32 i64',
            result: 'i32',
            code: 'local.get 1 i64.eqz if:i32 i32.const 1 return else local.get 0 end',
          },
          g: {
            parameters: 'i32 i64',
            result: 'i32',
            code: 'local.get 0 local.get 1 call $f i32.const 0 i32.eq if i32.const 7 return end i32.const 9',
          },
        },
        table: ['f', 'g'],
      },
    ],
    [
      'memory that grows, is copied and filled',
      {
        memory: [1, 5],
        locals: 'i32',
        main: `loop i32.const 1 memory.grow drop i32.const 0 i32.const 64 local.get 0 i32.const 100 i32.mul memory.fill
          i32.const 8 i32.const 0 local.get 0 memory.copy
          local.get 0 i32.const 1 i32.add local.tee 0 i32.const 7 i32.lt_u br_if 0 end i32.const 70000 memory.grow drop`,
      },
    ],
    [
      'loops that are paid before they begin, one behind the other, with arms',
      {
        locals: 'i32 i32 i32',
        main: `i32.const 3 local.set 2 block
          loop local.get 0 i32.const 10 i32.lt_s if local.get 0 i32.const 1 i32.and if nop i32.const 1 local.set 1 else nop end
            local.get 0 i32.const 1 i32.add local.set 0 br 1 end end
          loop local.get 0 local.get 2 i32.sub local.tee 0 i32.const -50 i32.gt_s br_if 0 end
          block loop local.get 0 i32.const 0 i32.ge_s br_if 1 block local.get 0 br_if 0 i32.const 1 drop end
            local.get 0 i32.const 4 i32.add local.set 0 br 0 end end
          local.get 0 br_if 0 i32.const 5 drop end i32.const 6 drop`,
      },
    ],
  ];
  it.each(sources)('%s', (_, source) => {
    const { metered, told } = bothCounts(assemble(source));
    expect(told).toBeGreaterThan(0n);
    expect(metered).toBe(told);
  });
});
