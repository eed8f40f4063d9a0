/** A function body: its locals, and where its instructions are. */
import { wasmError } from './errors.ts';
import type { WasmLimits } from './limits.ts';
import type { WasmReader } from './reader.ts';
import type { FunctionBody, ValueTypeByte } from './types.ts';
import { readValueType } from './vectors.ts';

/** Reads body number `index` of the function space. Locals are counted before they are laid out. */
export function readBody(reader: WasmReader, index: number, parameters: number, limits: WasmLimits): FunctionBody {
  const start = reader.offset;
  const size = reader.u32();
  if (size > limits.bodyBytes) {
    const message = `function body of ${size} bytes, want at most ${limits.bodyBytes}`;
    throw wasmError('WASM_TOO_LARGE', message, { offset: start, function: index });
  }
  if (size > reader.end - reader.position) {
    const message = `function body of ${size} bytes, ${reader.end - reader.position} left`;
    throw wasmError('WASM_MALFORMED', message, { offset: start, function: index });
  }
  const sectionEnd = reader.end;
  reader.end = reader.position + size;
  const locals: ValueTypeByte[] = [];
  for (let groups = reader.u32(); groups > 0; groups--) {
    const offset = reader.offset;
    const count = reader.u32();
    if (parameters + locals.length + count > limits.localsPerFunction) {
      const have = parameters + locals.length + count;
      const message = `${have} locals and parameters, want at most ${limits.localsPerFunction}`;
      throw wasmError('WASM_TOO_MANY_LOCALS', message, { offset, function: index });
    }
    const type = readValueType(reader, { function: index });
    for (let i = 0; i < count; i++) locals.push(type);
  }
  const offset = reader.offset;
  const code = reader.slice(reader.end - reader.position);
  if (code.length === 0 || code[code.length - 1] !== 0x0b) {
    throw wasmError('WASM_MALFORMED', 'function body without an end', { offset, function: index });
  }
  reader.end = sectionEnd;
  return { locals, code, offset };
}
