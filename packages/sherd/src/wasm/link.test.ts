/** Modules linked with libraries: what runs, and what is refused. */
import { describe, expect, it } from 'vitest';
import { utf8ToBytes } from '../base/index.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { WASM_LIMITS } from './limits.ts';
import { linkModule } from './link.ts';
import { I32, type WasmModule } from './types.ts';

const BINARY = { parameters: [I32, I32], results: [I32] } as const;
const UNARY = { parameters: [I32], results: [I32] } as const;
const NOTHING = { parameters: [], results: [] } as const;
const VALUE = { parameters: [], results: [I32] } as const;

function module(parts: Partial<WasmModule>): WasmModule {
  const none = { imports: [], functions: [], globals: [], exports: [], elements: [], data: [], bodies: [] };
  return { types: [], table: undefined, memory: undefined, names: new Map(), ...none, ...parts };
}

const body = (...code: number[]) => ({ locals: [], code: Uint8Array.of(...code, 0x0b), offset: 0 });

/** twice(x) = x * factor, with a global of its own, by way of `add` of another library. */
const maths = encodeModule(
  module({
    types: [UNARY, BINARY],
    imports: [{ module: 'base', name: 'add', type: 1, offset: 0 }],
    functions: [0],
    globals: [{ type: I32, isMutable: false, value: 3n }],
    exports: [{ name: 'triplePlusThree', kind: 'function', index: 1 }],
    bodies: [body(0x20, 0, 0x23, 0, 0x6c, 0x23, 0, 0x10, 0)],
  }),
);
const base = encodeModule(
  module({
    types: [BINARY],
    functions: [0],
    exports: [{ name: 'add', kind: 'function', index: 0 }],
    bodies: [body(0x20, 0, 0x20, 1, 0x6a)],
  }),
);
const libraries = new Map([
  ['maths', maths],
  ['base', base],
]);

/** run(x) = triplePlusThree(x) + a global of 1000 + what the host says. */
function program(name = 'triplePlusThree', type: typeof UNARY | typeof BINARY = UNARY) {
  return encodeModule(
    module({
      types: [BINARY, UNARY, type],
      imports: [
        { module: 'maths', name, type: 2, offset: 0 },
        { module: 'host', name: 'ten', type: 1, offset: 0 },
      ],
      functions: [1],
      globals: [{ type: I32, isMutable: false, value: 1000n }],
      exports: [{ name: 'run', kind: 'function', index: 2 }],
      bodies: [body(0x20, 0, 0x10, 0, 0x23, 0, 0x6a, 0x41, 0, 0x10, 1, 0x6a)],
    }),
  );
}

describe('a linked module', () => {
  it('does what the parts do together', () => {
    const linked = linkModule(program(), libraries);
    const imports = { host: { ten: () => 10 } };
    const { run } = new WebAssembly.Instance(new WebAssembly.Module(linked), imports).exports as {
      run: (x: number) => number;
    };
    expect(run(5)).toBe(5 * 3 + 3 + 1000 + 10);
  });

  it('is the module itself when it uses no library', () => {
    expect(linkModule(base, libraries)).toBe(base);
  });

  it('is refused when a function is missing, of another type, or no function', () => {
    const code = (bytes: Uint8Array, from: ReadonlyMap<string, Uint8Array> = libraries) => {
      try {
        linkModule(bytes, from);
        return 'linked';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(code(program('nothing'))).toBe('LIBRARY_FUNCTION_MISSING');
    expect(code(program('triplePlusThree', BINARY))).toBe('LIBRARY_FUNCTION_TYPE');
    const withTable = encodeModule(module({ table: { initial: 1, maximum: 1 } }));
    expect(code(program(), new Map([['maths', withTable]]))).toBe('LIBRARY_NOT_PURE');
    expect(code(program(), new Map([['maths', Uint8Array.of(1, 2, 3)]]))).toBe('WASM_MALFORMED');
  });
});

describe('the memory of linked modules', () => {
  const store = (at: number, value: number) => [0x41, at, 0x41, value, 0x3a, 0, 0];
  const load = (at: number) => [0x41, at, 0x2d, 0, 0];
  const memory = { initial: 1, maximum: 2 };
  const exported = { name: 'memory', kind: 'memory', index: 0 } as const;
  const text = (name: string) => [name.length, ...utf8ToBytes(name)];

  /** What `encodeModule` does not write: an import section that begins with a memory. */
  function importingMemory(bytes: Uint8Array, from: string, bounds: readonly number[]): Uint8Array {
    const source = decodeModule(bytes, WASM_LIMITS);
    const entries = [
      [...text(from), ...text('memory'), 2, ...bounds],
      ...source.imports.map(({ module: host, name, type }) => [...text(host), ...text(name), 0, type]),
    ].flat();
    const count = source.imports.length + 1;
    const section = [2, entries.length + 1, count, ...entries];
    const { imports: _, ...rest } = source;
    const encoded = encodeModule({ ...rest, imports: [] });
    // Behind the header and the type section.
    const at = 8 + 2 + encoded[9]!;
    return Uint8Array.from([...encoded.subarray(0, at), ...section, ...encoded.subarray(at)]);
  }

  /** Fills its memory with data, and its function stores at 1. */
  const owner = module({
    types: [NOTHING],
    functions: [0],
    memory,
    exports: [exported, { name: 'fill', kind: 'function', index: 0 }],
    data: [{ start: 0, bytes: Uint8Array.of(7, 7, 7) }],
    bodies: [body(...store(1, 8))],
  });
  /** Calls the library, and adds what is at 0, 1 and 2. */
  const user = module({
    types: [NOTHING, VALUE],
    imports: [{ module: 'owner', name: 'fill', type: 0, offset: 0 }],
    functions: [1],
    exports: [exported, { name: 'run', kind: 'function', index: 1 }],
    data: [{ start: 2, bytes: Uint8Array.of(9) }],
    bodies: [body(0x10, 0, ...load(0), ...load(1), 0x6a, ...load(2), 0x6a)],
  });
  // Exports of a memory that is imported, and data for it, are what the decoder of plain modules lets pass.
  const script = (bounds: readonly number[] = [0, 1]) => importingMemory(encodeModule(user), 'owner', bounds);
  const link = (bytes: Uint8Array, ...named: readonly (readonly [string, Uint8Array])[]) => {
    try {
      return linkModule(bytes, new Map(named));
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  it("is the library's that the script imports: one for both, filled by the library first", () => {
    const linked = link(script(), ['owner', encodeModule(owner)]) as Uint8Array;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(linked), {});
    expect((instance.exports['run'] as () => number)()).toBe(7 + 8 + 9);
    expect(decodeModule(linked, WASM_LIMITS).memory).toMatchObject(memory);
    expect((instance.exports['memory'] as WebAssembly.Memory).buffer.byteLength).toBe(65_536);
  });

  it('must be as large as the script asks for, and there', () => {
    const library = ['owner', encodeModule(owner)] as const;
    expect(link(script([1, 1, 2]), library)).toBeInstanceOf(Uint8Array);
    expect(link(script([0, 2]), library)).toBe('LIBRARY_MEMORY_TYPE');
    expect(link(script([1, 1, 1]), library)).toBe('LIBRARY_MEMORY_TYPE');
    const hidden = encodeModule({ ...owner, exports: owner.exports.slice(1) });
    expect(link(script(), ['owner', hidden])).toBe('LIBRARY_MEMORY_MISSING');
    expect(link(importingMemory(encodeModule(user), 'env', [0, 1]), library)).toBe('WASM_BAD_IMPORT');
  });

  it('is one: a library with another memory than the script is refused', () => {
    const own = encodeModule({ ...user, memory });
    expect(link(own, ['owner', encodeModule(owner)])).toBe('LIBRARY_NOT_PURE');
    expect(link(encodeModule(user), ['owner', encodeModule(owner)])).toBe('LIBRARY_NOT_PURE');
    const { memory: _, ...withoutMemory } = owner;
    const dataOnly = encodeModule({ ...withoutMemory, memory: undefined, exports: owner.exports.slice(1) });
    expect(link(own, ['owner', dataOnly])).toBe('LIBRARY_NOT_PURE');
  });

  it('is not imported by modules that are not linked', () => {
    expect(() => decodeModule(script(), WASM_LIMITS)).toThrow(/import of a memory owner.memory/);
  });

  it('has libraries started before those that use them, which no cycle can be', () => {
    const other = { module: 'b', name: 'x', type: 0, offset: 0 };
    const one = (from: string) =>
      encodeModule(
        module({
          types: [NOTHING],
          imports: [{ ...other, module: from }],
          functions: [0],
          exports: [{ name: 'x', kind: 'function', index: 1 }],
          bodies: [body(0x10, 0)],
        }),
      );
    expect(link(one('a'), ['a', one('b')], ['b', one('a')])).toBe('LIBRARY_CYCLE');
  });
});
