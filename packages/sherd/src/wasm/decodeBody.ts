/** A function body: its locals, and where its instructions are. */
import { type WasmPlace, wasmError } from './errors.ts';
import type { WasmLimits } from './limits.ts';
import type { WasmReader } from './reader.ts';
import type { FunctionBody, ValueTypeByte } from './types.ts';
import { readValueType } from './vectors.ts';

/** Reads the body of the function at `place`. Locals are counted before they are laid out. */
export function readBody(reader: WasmReader, place: WasmPlace, parameters: number, limits: WasmLimits): FunctionBody {
  const start = reader.offset;
  const size = reader.u32();
  if (size > limits.bodyBytes) {
    const message = `function body of ${size} bytes, want at most ${limits.bodyBytes}`;
    throw wasmError('WASM_TOO_LARGE', message, { offset: start, ...place });
  }
  if (size > reader.end - reader.position) {
    const message = `function body of ${size} bytes, ${reader.end - reader.position} left`;
    throw wasmError('WASM_MALFORMED', message, { offset: start, ...place });
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
      throw wasmError('WASM_TOO_MANY_LOCALS', message, { offset, ...place });
    }
    const type = readValueType(reader, place);
    for (let i = 0; i < count; i++) locals.push(type);
  }
  const offset = reader.offset;
  const code = reader.slice(reader.end - reader.position);
  if (code.length === 0 || code[code.length - 1] !== 0x0b) {
    throw wasmError('WASM_MALFORMED', 'function body without an end', { offset, ...place });
  }
  reader.end = sectionEnd;
  return { locals, code, offset };
}
