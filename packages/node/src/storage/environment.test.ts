import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { open } from 'lmdb';
import { SherdError, utf8ToBytes } from 'sherd/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanStore } from './check.ts';
import { crc32 } from './crc32.ts';
import { openEnvironment, TABLES } from './environment.ts';
import { lockDirectory } from './lock.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sherd-test-'));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const key = Uint8Array.of(1, 2, 3);
const bytes = (text: string) => utf8ToBytes(text);

describe('the store', () => {
  it('keeps what was written, and lets a reader see it after a refresh', async () => {
    const writer = openEnvironment(directory);
    writer.write(() => writer.tables.objects.put(key, bytes('first')));
    const reader = openEnvironment(directory, { readOnly: true });
    expect(reader.tables.objects.get(key)).toEqual(bytes('first'));
    writer.write(() => writer.tables.objects.put(key, bytes('second')));
    reader.refresh();
    expect(reader.tables.objects.get(key)).toEqual(bytes('second'));
    await reader.close();
    await writer.close();
    const again = openEnvironment(directory);
    expect(again.tables.objects.get(key)).toEqual(bytes('second'));
    await again.close();
  });

  it('writes all of a transaction or nothing', async () => {
    const store = openEnvironment(directory);
    const change = () => {
      store.tables.objects.put(key, bytes('half'));
      store.tables.receipts.put(key, bytes('half'));
      throw new Error('stop');
    };
    expect(() => store.write(change)).toThrow('stop');
    store.refresh();
    expect(store.tables.objects.get(key)).toBeUndefined();
    expect(store.tables.receipts.get(key)).toBeUndefined();
    await store.close();
  });

  it('reads what an older program wrote, which had fewer tables, but not what has lost one', async () => {
    const without = async (missing: readonly string[]): Promise<string> => {
      const path = mkdtempSync(join(directory, 'old-'));
      const old = open({ path, keyEncoding: 'binary', encoding: 'binary', maxDbs: 64 });
      for (const name of TABLES) if (!missing.includes(name)) old.openDB({ name });
      await old.close();
      return path;
    };
    const damaged = await without(['scriptForms', 'scriptUse', 'objects']);
    expect(() => openEnvironment(damaged, { readOnly: true })).toThrow('no table objects');
    const reader = openEnvironment(await without(['scriptForms', 'scriptUse']), { readOnly: true });
    expect(reader.tables.scriptUse.get(key)).toBeUndefined();
    expect(scanStore(reader)).toBe(0);
    await reader.close();
  });

  it('gives ranges in the order of the keys', async () => {
    const store = openEnvironment(directory);
    store.write(() => {
      for (const byte of [3, 1, 2, 5]) store.tables.logs.put(Uint8Array.of(7, byte), Uint8Array.of(byte));
    });
    const values = (...range: [Uint8Array, Uint8Array?, number?]) =>
      [...store.tables.logs.range(...range)].map(([, value]) => value[0]);
    expect(values(Uint8Array.of(7))).toEqual([1, 2, 3, 5]);
    expect(values(Uint8Array.of(7, 2), Uint8Array.of(7, 5))).toEqual([2, 3]);
    expect(values(Uint8Array.of(7), undefined, 2)).toEqual([1, 2]);
    await store.close();
  });

  it('refuses a value in which a bit has flipped', async () => {
    const store = openEnvironment(directory);
    store.write(() => store.tables.objects.put(key, bytes('precious and quite unmistakable')));
    expect(scanStore(store)).toBe(1);
    await store.close();
    const file = join(directory, 'data.mdb');
    const content = readFileSync(file);
    const at = content.indexOf('precious and quite');
    content[at]! ^= 1;
    writeFileSync(file, content);
    const damaged = openEnvironment(directory);
    const refused = [() => damaged.tables.objects.get(key), () => scanStore(damaged)];
    for (const read of refused) expect(read).toThrow(SherdError);
    for (const read of refused) expect(read).toThrow('fails its checksum');
    await damaged.close();
  });

  it('refuses a file that is no database', () => {
    writeFileSync(join(directory, 'data.mdb'), 'this is not a database, whatever its name says'.repeat(1000));
    expect(() => openEnvironment(directory)).toThrow(SherdError);
  });
});

describe('the lock', () => {
  it('lets one owner in at a time', async () => {
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toThrow(`is in use by process ${process.pid}`);
    await lock.release();
    await (await lockDirectory(directory)).release();
  });
});

describe('crc32', () => {
  it('agrees with zlib, also in parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500, size: 'max' }), fc.nat(1500), (data, cut) => {
        expect(crc32(data)).toBe(zlibCrc32(data));
        const part = data.subarray(0, cut);
        // Of nothing, zlib forgets the sum before.
        expect(crc32(data, 7, part.length)).toBe(part.length === 0 ? 7 : zlibCrc32(part, 7));
        expect(crc32(data.subarray(cut), crc32(data.subarray(0, cut)))).toBe(zlibCrc32(data));
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
