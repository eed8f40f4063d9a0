/** Modules linked with libraries: what runs, and what is refused. */
import { describe, expect, it } from 'vitest';
import { encodeModule } from './encode.ts';
import { linkModule } from './link.ts';
import { I32, type WasmModule } from './types.ts';

const BINARY = { parameters: [I32, I32], results: [I32] } as const;
const UNARY = { parameters: [I32], results: [I32] } as const;

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
    const withMemory = encodeModule(module({ memory: { initial: 1, maximum: 1 } }));
    expect(code(program(), new Map([['maths', withMemory]]))).toBe('LIBRARY_NOT_PURE');
    expect(code(program(), new Map([['maths', Uint8Array.of(1, 2, 3)]]))).toBe('WASM_MALFORMED');
  });
});
