/**
 * Metering by an imported function, as Ewasm's tools of 2018 did it: before each run of instructions that can only be
 * entered at its start stands a call that hands over its price. What comes out runs wherever there is such a function
 * (Ewasm contracts: `ethereum.useGas`). Scripts are metered by `meter.ts`, which is several times faster and bounds the
 * stack as well.
 */
import { SherdError } from '../base/index.ts';
import { INSTRUCTIONS, OPCODE } from './instructions.ts';
import { skipImmediates } from './meterBody.ts';
import { WasmReader } from './reader.ts';
import { type FunctionBody, type FunctionType, functionType, I32, I64, type WasmModule } from './types.ts';
import { WasmWriter } from './writer.ts';

/** What is charged, in the units of the imported function. */
export interface ImportMeterPrices {
  /** An instruction by its name in the text format; those after the prefix 0xfc have the name of their group. */
  readonly instruction: (name: string) => number;
  /** Each parameter and each result of a function, when it is entered. */
  readonly parameter: number;
  readonly result: number;
}

/** The cost table that the tools of 2018 shipped: one for everything. */
export const UNIT_PRICES: ImportMeterPrices = { instruction: () => 1, parameter: 1, result: 1 };

export interface ImportMeterOptions {
  /** The function that is imported, behind the module's own imports. */
  readonly module: string;
  readonly name: string;
  /** Type of its one parameter; i64 by default, as Ewasm contracts have it. */
  readonly parameter?: 'i32' | 'i64';
  readonly prices?: ImportMeterPrices;
}

/** A run of instructions ends behind these. */
const ENDS_RUN = new Set(['memory.grow', 'end', 'br', 'br_table', 'br_if', 'if', 'else', 'return', 'loop']);
const PREFIX = 0xfc;
const CALL = OPCODE['call']!;

/**
 * The metered module. Functions behind the new import are renumbered.
 * @throws SherdError METER_BAD_CODE for an opcode that this toolbox does not know: the module was not validated.
 */
export function meterByImport(source: WasmModule, options: ImportMeterOptions): WasmModule {
  const { module, name, parameter = 'i64', prices = UNIT_PRICES } = options;
  const useGas: FunctionType = { parameters: [parameter === 'i32' ? I32 : I64], results: [] };
  const constant = OPCODE[`${parameter}.const`]!;
  const meter = source.imports.length;
  const moved = (index: number): number => (index < meter ? index : index + 1);
  return {
    ...source,
    types: [...source.types, useGas],
    imports: [...source.imports, { module, name, type: source.types.length, offset: 0 }],
    exports: source.exports.map((each) => (each.kind === 'function' ? { ...each, index: moved(each.index) } : each)),
    elements: source.elements.map((each) => ({ ...each, functions: each.functions.map(moved) })),
    bodies: source.bodies.map((body, i) => {
      const { parameters, results } = functionType(source, meter + i)!;
      const entry = prices.parameter * parameters.length + prices.result * results.length;
      return { ...body, code: meterCode(body, { meter, constant, prices, entry }) };
    }),
    names: new Map([...source.names].map(([index, text]) => [moved(index), text])),
  };
}

interface BodyPrices {
  /** Number of the function that is called. */
  readonly meter: number;
  /** Opcode that puts the price on the stack. */
  readonly constant: number;
  readonly prices: ImportMeterPrices;
  /** What the first run costs besides its instructions. */
  readonly entry: number;
}

function meterCode(body: FunctionBody, { meter, constant, prices, entry }: BodyPrices): Uint8Array {
  const reader = new WasmReader(body.code, body.offset);
  const out = new WasmWriter(2 * body.code.length + 16);
  const run = new WasmWriter();
  // The call that charges is charged too.
  const overhead = prices.instruction(INSTRUCTIONS[constant]!.name) + prices.instruction('call');
  let price = entry;
  while (!reader.atEnd) {
    const start = reader.position;
    const opcode = reader.u8();
    const name = opcode === PREFIX ? 'memory' : INSTRUCTIONS[opcode]?.name;
    if (name === undefined) {
      throw new SherdError('METER_BAD_CODE', `opcode ${opcode} at byte ${body.offset + start}`, { opcode });
    }
    price += prices.instruction(name);
    if (opcode === CALL) {
      const callee = reader.u32();
      run.u8(CALL).u32(callee < meter ? callee : callee + 1);
    } else {
      skipImmediates(reader, opcode);
      run.bytes(reader.bytes.subarray(start, reader.position));
    }
    if (!ENDS_RUN.has(name)) continue;
    if (price !== 0)
      out
        .u8(constant)
        .signed(price + overhead)
        .u8(CALL)
        .u32(meter);
    out.append(run);
    run.clear();
    price = 0;
  }
  return out.finish();
}
