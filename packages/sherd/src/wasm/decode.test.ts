import { assembleModule, randomModule } from '@sherd/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, isSherdError, utf8ToBytes } from '../base/index.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { WASM_LIMITS } from './limits.ts';
import { WasmReader } from './reader.ts';
import { WasmWriter } from './writer.ts';

const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const section = (id: number, ...bytes: number[]) => Uint8Array.of(id, bytes.length, ...bytes);
const custom = (name: string, content: Uint8Array) => {
  const body = new WasmWriter().name(name).bytes(content);
  return new WasmWriter().u8(0).u32(body.length).append(body).finish();
};

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'ok';
  } catch (error) {
    if (!isSherdError(error)) throw error;
    return error.code;
  }
}

const decode = (...parts: Uint8Array[]) => codeOf(() => decodeModule(concatBytes(HEADER, ...parts), WASM_LIMITS));

describe('integers', () => {
  const u32 = (...bytes: number[]) => new WasmReader(Uint8Array.from(bytes)).u32();
  const signed = (bits: 32 | 64, ...bytes: number[]) => new WasmReader(Uint8Array.from(bytes)).signed(bits);

  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), (small, large) => {
        const reader = new WasmReader(new WasmWriter().u32(small).signed(large).finish());
        expect(reader.u32()).toBe(small);
        expect(reader.signed(64)).toBe(large);
        expect(reader.atEnd).toBe(true);
      }),
      { seed: 3 },
    );
  });

  it('may be padded, but not beyond their size', () => {
    expect(u32(0x80, 0x80, 0x80, 0x80, 0x00)).toBe(0);
    expect(u32(0xff, 0xff, 0xff, 0xff, 0x0f)).toBe(0xffff_ffff);
    expect(codeOf(() => u32(0xff, 0xff, 0xff, 0xff, 0x1f))).toBe('WASM_MALFORMED');
    expect(codeOf(() => u32(0x80, 0x80, 0x80, 0x80, 0x80, 0x00))).toBe('WASM_MALFORMED');
    expect(signed(32, 0xff, 0xff, 0xff, 0xff, 0x7f)).toBe(-1n);
    expect(codeOf(() => signed(32, 0xff, 0xff, 0xff, 0xff, 0x4f))).toBe('WASM_MALFORMED');
    expect(signed(64, ...Array(9).fill(0x80), 0x7f)).toBe(-(1n << 63n));
    expect(codeOf(() => signed(64, ...Array(9).fill(0x80), 0x01))).toBe('WASM_MALFORMED');
    expect(codeOf(() => u32(0x80))).toBe('WASM_MALFORMED');
  });
});

describe('sections', () => {
  it('stand in their order, once, and are as long as they say', () => {
    const types = section(1, 1, 0x60, 0, 0);
    const memory = section(5, 1, 1, 1, 1);
    expect(decode(types, memory)).toBe('ok');
    expect(decode(memory, types)).toBe('WASM_MALFORMED');
    expect(decode(types, types)).toBe('WASM_MALFORMED');
    expect(decode(section(1, 0, 0))).toBe('WASM_MALFORMED');
    expect(decode(Uint8Array.of(1, 9, 0))).toBe('WASM_MALFORMED');
    expect(decode(section(77))).toBe('WASM_MALFORMED');
    expect(decode(types, section(3, 1, 0))).toBe('WASM_MALFORMED');
  });

  it('announce data segments truly, or not at all', () => {
    const memory = section(5, 1, 1, 1, 1);
    const data = section(11, 1, 0, 0x41, 0, 0x0b, 1, 7);
    expect(decode(memory, section(12, 1), data)).toBe('ok');
    expect(decode(memory, section(12, 2), data)).toBe('WASM_MALFORMED');
  });

  it('of other tools are passed over', () => {
    expect(decode(custom('producers', utf8ToBytes('anything')), section(1, 0), custom('x', new Uint8Array(9)))).toBe(
      'ok',
    );
    expect(decode(section(0))).toBe('WASM_MALFORMED');
    // No UTF-8: engines refuse the module.
    expect(decode(section(0, 2, 0xff, 0xfe))).toBe('WASM_BAD_NAME');
    expect(WebAssembly.validate(concatBytes(HEADER, section(0, 2, 0xff, 0xfe)))).toBe(false);
  });
});

describe('names', () => {
  const named = (...names: [number, string][]) => {
    const map = new WasmWriter().u32(names.length);
    for (const [index, name] of names) map.u32(index).u32(utf8ToBytes(name).length).bytes(utf8ToBytes(name));
    return custom('name', new WasmWriter().u8(1).u32(map.length).append(map).finish());
  };
  const bad = assembleModule({ main: 'nop', functions: { f: { code: 'i32.const 1' } } });
  const namesOf = (part: Uint8Array) => decodeModule(concatBytes(bad, part), WASM_LIMITS).names;

  it('come from the name section, then from the exports', () => {
    expect(namesOf(named([1, 'helper']))).toEqual(
      new Map([
        [1, 'helper'],
        [0, 'main'],
      ]),
    );
  });

  it('are shown without what could confuse a terminal, and cut', () => {
    expect(namesOf(named([1, 'a\u001b[31mb'])).get(1)).toBe('a?[31mb');
    expect(namesOf(named([1, 'x'.repeat(500)])).get(1)).toHaveLength(64);
  });

  it('that are broken are no error', () => {
    expect(namesOf(custom('name', Uint8Array.of(1, 200, 200))).get(0)).toBe('main');
  });
});

describe('a refusal names the function', () => {
  const text = (name: string) => [name.length, ...utf8ToBytes(name)];
  const names = custom('name', Uint8Array.of(1, 10, 1, 1, ...text('average')));
  /** Two functions; the second one has this type, and this body behind its size. */
  const module = (type: readonly number[], body: readonly number[], more: Uint8Array = names) =>
    concatBytes(
      HEADER,
      section(1, 2, 0x60, 0, 0, 0x60, ...type),
      section(3, 2, 0, 1),
      section(10, 2, 2, 0, 0x0b, body.length, ...body),
      more,
    );
  const refusal = (bytes: Uint8Array) => {
    try {
      decodeModule(bytes, WASM_LIMITS);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  it.each([
    ['parameter', [1, 0x7d, 0], [0, 0x0b], 'f32'],
    ['result', [0, 1, 0x7c], [0, 0x0b], 'f64'],
    ['local', [0, 0], [1, 1, 0x7c, 0x0b], 'f64'],
  ])('that has a float: %s', (_, type, body, float) => {
    expect(refusal(module(type, body))).toMatchObject({
      code: 'WASM_FLOAT',
      message: expect.stringMatching(`^type ${float}, want i32 or i64 in function 1 \\(average\\) at byte \\d+$`),
      data: { function: 1, name: 'average' },
    });
    expect(refusal(module(type, body, new Uint8Array(0)))).toMatchObject({ code: 'WASM_FLOAT', data: { function: 1 } });
  });

  it('or none, where no function has the type', () => {
    const unused = concatBytes(HEADER, section(1, 1, 0x60, 1, 0x7b, 0));
    expect(refusal(unused)).toMatchObject({ code: 'WASM_SIMD', message: 'type v128, want i32 or i64 at byte 13' });
  });
});

describe('encoding', () => {
  it('gives back the module that was decoded (random modules)', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const bytes = encodeModule(randomModule(seed));
        expect(encodeModule(decodeModule(bytes, WASM_LIMITS))).toEqual(bytes);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});
