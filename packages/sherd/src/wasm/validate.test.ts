import { assemble, assembleModule, type ModuleSource, randomModule } from '@sherd/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSherdError } from '../base/index.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { WASM_LIMITS } from './limits.ts';
import { I32, I64, type MemoryDefinition, type WasmModule } from './types.ts';
import { boundMemory, type HostInterface, validateModule } from './validate.ts';
import { WasmWriter } from './writer.ts';

const HOST: HostInterface = {
  module: 'sherd',
  functions: new Map([['probe', { type: { parameters: [I32], results: [I64] }, gas: 100 }]]),
};

/** `ok`, or the refusal. */
function verdict(bytes: Uint8Array): { code: string; message: string; function?: number; offset?: number } {
  try {
    validateModule(boundMemory(decodeModule(bytes, WASM_LIMITS), HOST, WASM_LIMITS), HOST, WASM_LIMITS);
    return { code: 'ok', message: '' };
  } catch (error) {
    if (!isSherdError(error)) throw error;
    return { code: error.code, message: error.message, ...error.data };
  }
}

const check = (source: ModuleSource) => verdict(assembleModule(source)).code;
const changed = (change: Partial<WasmModule>, source: ModuleSource = { main: 'nop' }) =>
  verdict(encodeModule({ ...assemble(source), ...change })).code;

/** A module whose main has these bytes as its code. */
function withCode(...code: number[]): Uint8Array {
  const module = assemble({ main: 'nop', globals: [['i64', 1n]] });
  const body = { locals: [I32, I64] as const, code: Uint8Array.of(...code, 0x0b), offset: 0 };
  return encodeModule({ ...module, bodies: [body] });
}

/** A module of raw sections behind the header. */
function sections(...parts: readonly (readonly [number, readonly number[]])[]): Uint8Array {
  const w = new WasmWriter().u8(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const [id, bytes] of parts)
    w.u8(id)
      .u32(bytes.length)
      .u8(...bytes);
  return w.finish();
}

describe('what a script may be', () => {
  it('accepts a small module', () => {
    expect(check({ main: 'i32.const 1 drop' })).toBe('ok');
  });

  it('refuses floats, with the function and the byte', () => {
    const bytes = withCode(0x43, 0, 0, 0, 0, 0x1a);
    const at = bytes.length - 7;
    expect(verdict(bytes)).toMatchObject({ code: 'WASM_FLOAT', function: 0, name: 'main', offset: at });
    expect(verdict(bytes).message).toBe(`opcode 0x43 is not allowed in function 0 (main) at byte ${at}`);
    expect(verdict(sections([1, [1, 0x60, 1, 0x7d, 0]]))).toMatchObject({ code: 'WASM_FLOAT', offset: 13 });
    expect(verdict(withCode(0xfc, 0x00)).code).toBe('WASM_FLOAT');
  });

  it('refuses every float opcode', () => {
    const floats = [0x2a, 0x2b, 0x38, 0x39, 0x43, 0x44, 0xa8, 0xa9, 0xaa, 0xab, 0xae, 0xaf];
    for (let opcode = 0x5b; opcode <= 0x66; opcode++) floats.push(opcode);
    for (let opcode = 0x8b; opcode <= 0xa6; opcode++) floats.push(opcode);
    for (let opcode = 0xb0; opcode <= 0xbf; opcode++) floats.push(opcode);
    for (const opcode of floats) expect(verdict(withCode(opcode)).code).toBe('WASM_FLOAT');
  });

  it.each([
    ['WASM_SIMD', [0xfd, 0x0c]],
    ['WASM_THREADS', [0xfe, 0x00]],
    ['WASM_EXCEPTIONS', [0x06, 0x40]],
    ['WASM_TAIL_CALL', [0x12, 0x00]],
    ['WASM_GC', [0xfb, 0x00]],
    ['WASM_REFERENCE_TYPES', [0xd0, 0x70]],
    ['WASM_REFERENCE_TYPES', [0x1c, 1, 0x7f]],
    ['WASM_BULK_MEMORY', [0xfc, 0x08, 0, 0]],
    ['WASM_MULTI_VALUE', [0x02, 0x00, 0x0b]],
    ['WASM_MALFORMED', [0xff]],
    ['WASM_MULTI_MEMORY', [0x3f, 1]],
  ])('refuses %s', (code, bytes) => {
    expect(verdict(withCode(...bytes)).code).toBe(code);
  });

  it('leaves the maximum of a memory to the rules of its host', () => {
    const { memoryPages } = WASM_LIMITS;
    const bound = (memory: MemoryDefinition, memoryMaximum: 'declared' | 'capped') => {
      const bytes = encodeModule({ ...assemble({ main: 'nop' }), memory });
      const decoded = decodeModule(bytes, WASM_LIMITS);
      expect(encodeModule(decoded)).toEqual(bytes);
      try {
        return boundMemory(decoded, { ...HOST, memoryMaximum }, WASM_LIMITS).memory!.maximum;
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const none = { initial: 1, maximum: undefined };
    expect(bound(none, 'declared')).toBe('WASM_NO_MAXIMUM_MEMORY');
    expect(bound(none, 'capped')).toBe(memoryPages);
    expect(bound({ initial: 1, maximum: 65_536 }, 'declared')).toBe('WASM_TOO_MUCH_MEMORY');
    expect(bound({ initial: 1, maximum: 65_536 }, 'capped')).toBe(memoryPages);
    for (const rule of ['declared', 'capped'] as const) expect(bound({ initial: 1, maximum: 2 }, rule)).toBe(2);
    // More than the limit to start with is refused whatever the rule.
    const bytes = encodeModule({ ...assemble({ main: 'nop' }), memory: { ...none, initial: memoryPages + 1 } });
    expect(verdict(bytes).code).toBe('WASM_TOO_MUCH_MEMORY');
  });

  it('refuses other kinds of modules', () => {
    expect(verdict(sections([8, [0]])).code).toBe('WASM_START_FUNCTION');
    expect(verdict(sections([13, [0]])).code).toBe('WASM_EXCEPTIONS');
    expect(verdict(sections([5, [1, 0, 1]])).code).toBe('WASM_NO_MAXIMUM_MEMORY');
    expect(verdict(sections([5, [1, 3, 1, 2]])).code).toBe('WASM_THREADS');
    expect(verdict(sections([5, [1, 5, 1, 2]])).code).toBe('WASM_MEMORY64');
    expect(verdict(sections([5, [2, 1, 1, 1, 1, 1, 1]])).code).toBe('WASM_MULTI_MEMORY');
    expect(verdict(sections([4, [1, 0x6f, 0, 1]])).code).toBe('WASM_REFERENCE_TYPES');
    expect(verdict(sections([1, [1, 0x60, 0, 2, 0x7f, 0x7f]])).code).toBe('WASM_MULTI_VALUE');
    expect(verdict(sections([1, [1, 0x5f, 0]])).code).toBe('WASM_GC');
    expect(verdict(sections([6, [1, 0x7f, 3, 0x41, 0, 0x0b]])).code).toBe('WASM_THREADS');
    expect(verdict(sections([11, [1, 1, 0]])).code).toBe('WASM_BULK_MEMORY');
    expect(verdict(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)).code).toBe('WASM_MALFORMED');
    expect(verdict(new Uint8Array(0)).code).toBe('WASM_MALFORMED');
  });

  it('refuses imports that the host does not have, or has otherwise', () => {
    const type = { parameters: [I32], results: [I64] } as const;
    const imported = (module: string, name: string, index: number) => ({
      types: [{ parameters: [], results: [] }, type],
      imports: [{ module, name, type: index, offset: 0 }],
      functions: [0],
      exports: [
        { name: 'memory', kind: 'memory', index: 0 },
        { name: 'main', kind: 'function', index: 1 },
      ] as const,
    });
    expect(changed(imported('sherd', 'probe', 1))).toBe('ok');
    expect(changed(imported('sherd', 'probe', 0))).toBe('WASM_BAD_IMPORT');
    expect(changed(imported('sherd', 'other', 1))).toBe('WASM_BAD_IMPORT');
    expect(changed(imported('env', 'probe', 1))).toBe('WASM_BAD_IMPORT');
    // An import of a memory: kind 2.
    expect(verdict(sections([2, [1, 1, 0x61, 1, 0x62, 2, 0, 1]])).code).toBe('WASM_BAD_IMPORT');
  });

  it('wants the exports main and memory', () => {
    const { exports } = assemble({ main: 'nop' });
    expect(changed({ exports: exports.slice(1) })).toBe('WASM_NO_MEMORY');
    expect(changed({ exports: exports.slice(0, 1) })).toBe('WASM_NO_MAIN');
    expect(changed({ exports: [...exports, exports[0]!] })).toBe('WASM_BAD_EXPORT');
    expect(changed({ exports: [...exports, { name: 'x', kind: 'function', index: 9 }] })).toBe('WASM_BAD_EXPORT');
    expect(changed({ exports: [...exports, { name: 'sherd.gas', kind: 'function', index: 0 }] })).toBe('WASM_BAD_NAME');
    expect(changed({ types: [{ parameters: [I32], results: [] }] })).toBe('WASM_NO_MAIN');
  });

  it('wants segments inside their memory and table', () => {
    expect(check({ main: 'nop', data: [[65_535, Uint8Array.of(1)]] })).toBe('ok');
    expect(check({ main: 'nop', data: [[65_535, Uint8Array.of(1, 2)]] })).toBe('WASM_SEGMENT_OUT_OF_BOUNDS');
    expect(check({ main: 'nop', data: [[-1, Uint8Array.of(1)]] })).toBe('WASM_SEGMENT_OUT_OF_BOUNDS');
    expect(changed({ elements: [{ start: 1, functions: [0] }] }, { main: 'nop', table: ['main'] })).toBe(
      'WASM_SEGMENT_OUT_OF_BOUNDS',
    );
    expect(changed({ elements: [{ start: 0, functions: [7] }] }, { main: 'nop', table: ['main'] })).toBe(
      'WASM_UNKNOWN_INDEX',
    );
  });
});

describe('type checking', () => {
  it.each([
    ['ok', 'unreachable i32.add drop'],
    ['ok', 'block:i32 i32.const 1 br 0 end drop'],
    ['ok', 'i32.const 1 if:i64 i64.const 1 else i64.const 2 end drop'],
    ['ok', 'loop:i32 i32.const 3 end drop'],
    ['ok', 'block block i32.const 0 br_table 0,1 end end'],
    ['WASM_TYPE_MISMATCH', 'i32.add drop'],
    ['WASM_TYPE_MISMATCH', 'i32.const 1'],
    ['WASM_TYPE_MISMATCH', 'i64.const 1 i32.eqz drop'],
    ['WASM_TYPE_MISMATCH', 'i32.const 1 if:i32 i32.const 1 end drop'],
    ['WASM_TYPE_MISMATCH', 'block:i32 i64.const 1 end drop'],
    ['WASM_TYPE_MISMATCH', 'i32.const 1 i64.const 1 i32.const 1 select drop'],
    ['WASM_TYPE_MISMATCH', 'unreachable i64.const 1 i32.add drop'],
    ['WASM_TYPE_MISMATCH', 'block:i32 i32.const 1 i32.const 0 br_table 0,1 end drop'],
    ['WASM_UNKNOWN_INDEX', 'local.get 0 drop'],
    ['WASM_UNKNOWN_INDEX', 'global.get 0 drop'],
    ['WASM_UNKNOWN_INDEX', 'br 1'],
    ['WASM_UNKNOWN_INDEX', 'call 5'],
    ['WASM_UNKNOWN_INDEX', 'i32.const 0 call_indirect i'],
    ['WASM_MALFORMED', 'else'],
    ['WASM_MALFORMED', 'end nop'],
  ])('%s: %s', (code, main) => {
    expect(check({ main })).toBe(code);
  });

  it('refuses a write to a constant global', () => {
    const globals = [{ type: I32, isMutable: false, value: 1n }] as const;
    expect(changed({ globals }, { main: 'i32.const 1 global.set 0' })).toBe('WASM_TYPE_MISMATCH');
  });

  it('refuses alignment above the natural one', () => {
    expect(verdict(withCode(0x41, 0, 0x28, 3, 0, 0x1a)).code).toBe('WASM_MALFORMED');
  });
});

describe('mutated modules', () => {
  /** Codes of rules that are ours; for the others WebAssembly.validate has to say no as well. */
  const ours =
    /TOO_|NO_|BAD_IMPORT|BAD_NAME|MULTI|FLOAT|SIMD|THREADS|EXCEPTIONS|TAIL|GC|REFERENCE|BULK|MEMORY64|START|UNSUPPORTED|SEGMENT/;

  const change = fc.record({
    at: fc.noBias(fc.nat()),
    byte: fc.noBias(fc.nat(255)),
    kind: fc.constantFrom('set', 'set', 'insert', 'remove'),
  });
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });

  function mutate(
    bytes: Uint8Array,
    from: number,
    list: readonly { at: number; byte: number; kind: string }[],
  ): Uint8Array {
    const out = [...bytes];
    for (const { at, byte, kind } of list) {
      const place = from + (at % (out.length - from));
      if (kind === 'set') out[place] = byte;
      else if (kind === 'insert') out.splice(place, 0, byte);
      else out.splice(place, 1);
    }
    return Uint8Array.from(out);
  }

  it.each(['module', 'body'])('never crash the validator, and what it accepts V8 accepts too (%s)', (where) => {
    const counts = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(fc.integer(), changes, (seed, list) => {
        const module = randomModule(seed);
        const [main, ...others] = module.bodies;
        const bytes =
          where === 'module'
            ? mutate(encodeModule(module), 8, list)
            : encodeModule({ ...module, bodies: [{ ...main!, code: mutate(main!.code, 0, list) }, ...others] });
        const { code } = verdict(bytes);
        if (code === 'ok') {
          counts.accepted++;
          expect(WebAssembly.validate(bytes)).toBe(true);
        } else {
          counts.refused++;
          if (!ours.test(code)) expect(WebAssembly.validate(bytes), code).toBe(false);
        }
      }),
      { seed: 1, numRuns: 3_000 },
    );
    expect(counts.accepted).toBeGreaterThan(60);
    expect(counts.refused).toBeGreaterThan(500);
  });

  it('truncated anywhere are accepted only where V8 accepts them', () => {
    const bytes = encodeModule(randomModule(99));
    for (let length = 0; length < bytes.length; length++) {
      const part = bytes.subarray(0, length);
      if (verdict(part).code === 'ok') expect(WebAssembly.validate(part), String(length)).toBe(true);
    }
  });
});
