/** Bytes per second that scripts read from storage and write to it, in memory and through the node's database. */
import { assembleModule } from '../packages/testkit/dist/index.js';
import { excess, measure } from './lib/measure.mjs';
import { part } from './lib/progress.mjs';
import { repeat } from './lib/scripts.mjs';
import { createBlocks, openDatabase } from './lib/shardBlocks.mjs';

export const question = 'How fast does a script read and write its storage, by the size of the objects?';

const SIZES = [32, 256, 1024, 4096, 16_384, 65_536];
/** Objects in one transaction: as many as fit into this many bytes, within bounds. */
const BYTES = 1 << 20;

const READ = 1;
const WRITE = 2;
/** The first byte of the data says what to do; the others are counted: an object for each. Keys are numbers. */
function source(size) {
  const key = 'i32.const 0 local.get 0 i32.store';
  const read = `i32.const 0 i32.const 64 i32.const 0 i32.const ${size} call $storageRead i32.const ${size} i32.ne if unreachable end`;
  const write = `i32.const 0 i32.const 64 i32.const ${size} call $storageWrite`;
  return {
    imports: ['dataSize', 'dataCopy', 'storageRead', 'storageWrite'],
    locals: 'i32',
    main: `i32.const 32 i32.const 0 i32.const 1 call $dataCopy i32.const 32 i32.load8_u i32.const ${READ} i32.eq if ${repeat(`${key} ${read}`)} else ${repeat(`${key} ${write}`)} end`,
    memory: [2, 2],
  };
}

const data = (kind, count) => Uint8Array.from({ length: count }, (_, i) => (i === 0 ? kind : 0));

async function measureSize(size, { quick, progress }) {
  const count = quick ? 2 : Math.max(16, Math.min(512, Math.floor(BYTES / size)));
  const blocks = createBlocks(assembleModule(source(size)));
  // Blocks are built on one and committed to the other, which moves on.
  const [database, taker] = [openDatabase(blocks), openDatabase(blocks)];
  try {
    const transactions = (kind, objects) => [blocks.transaction(data(kind, objects))];
    const filled = blocks.accept(transactions(WRITE, count));
    for (const each of [database, taker]) each.commit(filled);
    const { build } = blocks;
    const writes = build(transactions(WRITE, count));
    const one = build(transactions(WRITE, 1));
    const subjects = {
      readMemory: () => build(transactions(READ, count)),
      readMemoryOne: () => build(transactions(READ, 1)),
      readDatabase: () => build(transactions(READ, count), database.store),
      readDatabaseOne: () => build(transactions(READ, 1), database.store),
      writeMemory: () => build(transactions(WRITE, count)),
      writeMemoryOne: () => build(transactions(WRITE, 1)),
      writeDatabase: () => build(transactions(WRITE, count), database.store),
      writeDatabaseOne: () => build(transactions(WRITE, 1), database.store),
      commit: () => taker.commit(writes),
      commitOne: () => taker.commit(one),
    };
    const times = await measure(subjects, { quick, progress, rounds: 5, warmUp: 60e6, sample: 10e6 });
    const each = (name) => excess(times[name], times[`${name}One`]) / (count - 1 || 1);
    const speed = (ns) => (ns > 0 ? (size / ns) * 1000 : 0);
    const writeDatabase = each('writeDatabase') + each('commit');
    return {
      size,
      readMemory: speed(each('readMemory')),
      readDatabase: speed(each('readDatabase')),
      writeMemory: speed(each('writeMemory')),
      writeDatabase: speed(writeDatabase),
      readMicroseconds: each('readDatabase') / 1000,
      writeMicroseconds: writeDatabase / 1000,
    };
  } finally {
    for (const each of [database, taker]) await each.close();
  }
}

export async function run({ quick, progress }) {
  const rows = [];
  const sizes = quick ? SIZES.slice(0, 2) : SIZES;
  for (const [i, size] of sizes.entries()) {
    rows.push(await measureSize(size, { quick, progress: part(progress, i / sizes.length, (i + 1) / sizes.length) }));
  }
  const columns = [
    { key: 'size', title: 'bytes' },
    { key: 'readMemory', title: 'read, memory, MB/s', digits: 1 },
    { key: 'readDatabase', title: 'read, database, MB/s', digits: 1 },
    { key: 'writeMemory', title: 'write, memory, MB/s', digits: 1 },
    { key: 'writeDatabase', title: 'write, database, MB/s', digits: 1 },
    { key: 'readMicroseconds', title: 'read, database, microseconds', digits: 1 },
    { key: 'writeMicroseconds', title: 'write, database, microseconds', digits: 1 },
  ];
  const last = rows.at(-1);
  return {
    tables: [{ columns, rows }],
    summary: [
      `Objects of ${last.size} bytes through the database: ${last.readDatabase.toFixed(0)} MB/s read, ${last.writeDatabase.toFixed(0)} MB/s written.`,
    ],
    notes: [
      'One transaction reads or overwrites up to 512 objects (1 MiB), each once, in a block of its own; a block with one object is taken off.',
      'Writing counts all that a block does for it: the path in the tree, the roots, and, with the database, the checksums, the history and the durable commit (CPU time: waiting for the disk is not in it).',
    ],
  };
}
