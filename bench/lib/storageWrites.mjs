/** What a write costs in all: the call, its path in the tree, and the root at the end of the block. */
import { excess, measure } from './measure.mjs';
import { createScripts, GAS, repeat } from './scripts.mjs';

/** Objects that are there already: they decide how long a path in the tree is. */
const OBJECTS = 4096;
const WRITES = 64;
const NO_BYTES = new Uint8Array(0);

/** Writes or removes another object at each turn; the counter of turns is its key. */
const script = (call) => ({
  imports: ['dataSize', 'storageWrite', 'storageRemove', 'saveReceipt'],
  locals: 'i32',
  main: repeat(`i32.const 0 local.get 0 i32.store ${call}`),
});

const KINDS = {
  'storageWrite of 32 bytes, with its root': script('i32.const 0 i32.const 0 i32.const 32 call $storageWrite'),
  'storageRemove, with its root': script('i32.const 0 call $storageRemove drop'),
  'saveReceipt of 32 bytes, with its root': script(
    'i32.const 0 i32.const 0 i32.const 0 i32.const 32 call $saveReceipt drop',
  ),
};

/** Entries `{name, ns, gas}` of one call each. */
export async function measureWrites({ quick, progress }) {
  const entries = Object.entries(KINDS);
  const results = [];
  for (const [index, [name, source]] of entries.entries()) {
    const { memory, world, start } = createScripts([source]);
    const key = new Uint8Array(32);
    for (let i = 0; i < (quick ? 64 : OBJECTS); i++) {
      new DataView(key.buffer).setUint32(0, i + 1, true);
      memory.setObject(1, key.slice(), new Uint8Array(32));
    }
    memory.slot += 1;
    const block = (data) => () => {
      const snapshot = world.snapshot();
      const { gasLeft } = start(1, data);
      memory.roots();
      world.revertTo(snapshot);
      return GAS - gasLeft;
    };
    const many = block(new Uint8Array(WRITES));
    const none = block(NO_BYTES);
    const times = await measure({ many, none }, { quick, rounds: 7, warmUp: 60e6, sample: 10e6 });
    results.push({ name, ns: excess(times.many, times.none) / WRITES, gas: (many() - none()) / WRITES });
    progress((index + 1) / entries.length);
  }
  return results;
}
