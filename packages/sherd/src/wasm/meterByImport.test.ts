import { assemble, execute, type ModuleSource } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { OUTCOME } from '../evm/index.ts';
import { SCHEDULE_2019 } from '../scripts/index.ts';
import { createEwasmContracts } from '../shard/index.ts';
import { decodeModule } from './decode.ts';
import { encodeModule } from './encode.ts';
import { WASM_LIMITS } from './limits.ts';
import { meterByImport, UNIT_PRICES } from './meterByImport.ts';

const HOST = 'ethereum';
const meter = { module: HOST, name: 'useGas' };

/** Gas of the contract, with and without its metering; 2019 charged for the interface alone. */
function used(source: Omit<ModuleSource, 'host'>, prices = UNIT_PRICES) {
  const module = assemble({ host: HOST, ...source });
  const foreignCode = createEwasmContracts({ schedule: SCHEDULE_2019 });
  const run = (bytes: Uint8Array) => execute(bytesToHex(bytes).slice(2), { fork: 'byzantium', foreignCode });
  const metered = encodeModule(meterByImport(module, { ...meter, prices }));
  // Through the decoder, so that what was made is what any tool reads.
  expect(encodeModule(decodeModule(metered, WASM_LIMITS))).toEqual(metered);
  return { plain: run(encodeModule(module)), metered: run(metered) };
}

/** What the call that charges costs itself. */
const EACH = 2;

describe('metering by an imported function', () => {
  it('charges each run of instructions, and itself', () => {
    const { plain, metered } = used({ imports: ['finish'], main: 'i32.const 1 drop nop' });
    expect(plain.gasUsed).toBe(0);
    expect(metered.gasUsed).toBe(3 + 1 + EACH);
  });

  it('charges what runs: turns of a loop, the branch that is taken', () => {
    const loop = 'i32.const 3 local.set 0 loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end';
    const { metered } = used({ main: loop, locals: 'i32' });
    // Up to and with `loop`; three turns; `end` of the loop, `end` of the function.
    expect(metered.gasUsed).toBe(3 + EACH + 3 * (5 + EACH) + (1 + EACH) + (1 + EACH));
    const branch = (condition: number) => `i32.const ${condition} if nop nop nop else nop end`;
    const [yes, no] = [1, 0].map((condition) => used({ main: branch(condition) }).metered.gasUsed);
    expect(yes! - no!).toBe(2);
  });

  it('renumbers functions: calls, exports and the table', () => {
    const { metered } = used({
      imports: ['finish'],
      main: 'call $one i32.const 1 call_indirect > i32.const 0 i32.const 1 call $finish',
      functions: {
        one: { code: 'i32.const 0 i32.const 1 i32.store8' },
        two: { code: 'i32.const 0 i32.const 0 i32.load8_u i32.const 6 i32.add i32.store8' },
      },
      table: ['one', 'two'],
    });
    expect(metered).toMatchObject({ outcome: OUTCOME.RETURN, output: Uint8Array.of(7) });
  });

  it('charges by the prices that it is given, and nothing where all is free', () => {
    const prices = { parameter: 10, result: 0, instruction: (name: string) => (name === 'nop' ? 5 : 0) };
    const one = { parameters: 'i32 i32', code: 'nop' };
    const source = { main: 'i32.const 0 i32.const 0 call $one', functions: { one } };
    expect(used(source, prices).metered.gasUsed).toBe(2 * 10 + 5);
    const module = assemble({ host: HOST, main: 'nop' });
    const free = meterByImport(module, { ...meter, prices: { ...prices, instruction: () => 0 } });
    expect(free.bodies[0]!.code).toEqual(module.bodies[0]!.code);
  });

  it('ends a contract that never ends, when its gas does', () => {
    expect(used({ main: 'loop br 0 end' }).metered.outcome).toBe(OUTCOME.OUT_OF_GAS);
  });
});
