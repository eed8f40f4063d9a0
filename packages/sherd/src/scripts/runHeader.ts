/**
 * What the engine has to know of a metered module before it makes an instance: a custom section at the module's end,
 * written by `checkModule` alone. Its version says by which rules the module was metered; another one is not run.
 */
import { SherdError } from '../base/index.ts';
import { type Bounds, WasmReader, WasmWriter } from '../wasm/index.ts';
import { RULES_VERSION } from './rules.ts';

export interface RunHeader {
  /** Pages of 64 KiB. */
  readonly memory: Bounds;
  /** Gas of starting an instance. */
  readonly startGas: number;
}

const NAME = 'sherd.run';

/** The custom section. */
export function encodeRunHeader({ memory, startGas }: RunHeader): Uint8Array {
  const content = new WasmWriter().name(NAME).u32(RULES_VERSION).u32(memory.initial).u32(memory.maximum).u32(startGas);
  return new WasmWriter().u8(0).u32(content.length).append(content).finish();
}

/**
 * Reads it back.
 * @throws SherdError NOT_METERED when there is none; STALE_METERED_CODE when other rules were in force.
 */
export function decodeRunHeader(metered: Uint8Array): RunHeader {
  const reader = new WasmReader(metered);
  reader.slice(Math.min(8, metered.length));
  let found: Uint8Array | undefined;
  while (!reader.atEnd) {
    const id = reader.u8();
    const section = reader.slice(reader.u32());
    found = id === 0 ? section : undefined;
  }
  const header = new WasmReader(found ?? new Uint8Array([0]));
  if (header.name() !== NAME) {
    throw new SherdError('NOT_METERED', `code of ${metered.length} bytes did not come from checkModule`);
  }
  const version = header.u32();
  if (version !== RULES_VERSION) {
    const message = `code metered under rules ${version}, want ${RULES_VERSION}: check the module again`;
    throw new SherdError('STALE_METERED_CODE', message, { have: version, want: RULES_VERSION });
  }
  return { memory: { initial: header.u32(), maximum: header.u32() }, startGas: header.u32() };
}
