/** Scout's test files: the example holds, and whatever is changed in it is noticed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assemble } from '@sherd/testkit';
import { isSherdError } from 'sherd/base';
import { SCOUT_MODULE } from 'sherd/scripts';
import { encodeModule } from 'sherd/wasm';
import { afterAll, describe, expect, it } from 'vitest';
import { readScoutFile } from './file.ts';
import { runScoutTest } from './run.ts';

const folder = fileURLToPath(new URL('../../../../execution-scripts/scout-ledger/', import.meta.url));
const example = readFileSync(join(folder, 'ledger.yaml'), 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'sherd-scout-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The example with a piece of its text replaced, as a file. */
function changed(from: string | RegExp, to: string): string {
  const text = example.replace(from, to);
  expect(text).not.toBe(example);
  const file = join(scratch, 'changed.yaml');
  writeFileSync(
    file,
    text.replaceAll(/(scout-ledger|fees)\.wasm/g, (name) => join(folder, name)),
  );
  return file;
}

const run = (file: string) => runScoutTest(readScoutFile(file));

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (isSherdError(error)) return error.code;
    throw error;
  }
}

describe('a test file', () => {
  it('holds: blocks run, roots and deposits are as it says, and scripts print', () => {
    const printed: string[] = [];
    const test = readScoutFile(join(folder, 'ledger.yaml'));
    const report = runScoutTest(test, { onDebug: (text) => printed.push(text) });
    expect(report.mismatches).toEqual([]);
    expect(report.blocks.map(({ outcome }) => outcome)).toEqual(['finished', 'finished']);
    expect(printed).toEqual(['997', '497']);
  });

  it('does not hold with another state root, deposit or block', () => {
    expect(run(changed('"f101', '"f201')).mismatches).toMatchObject([/state root of env 0: have 0xf101.* want 0xf201/]);
    expect(run(changed('amount: 500', 'amount: 501')).mismatches).toMatchObject([/^deposit 0: /]);
    expect(run(changed(/deposit_receipts:[\s\S]*/, 'deposit_receipts: []')).mismatches).toMatchObject([
      /^deposit 0: have 0xaa.* want nothing/,
    ]);
    expect(run(changed('data: "e803', 'data: "e903')).mismatches.length).toBe(1);
    expect(run(changed(/data: "e803\d+"/, 'data: "00"')).mismatches).toMatchObject([
      /^block 0 \(env 0\) trapped/,
      /^state root of env 0/,
    ]);
  });

  it('may leave quotes out, also around digits that YAML would take for a number', () => {
    const test = readScoutFile(changed(/"/g, ''));
    expect(test.preStates[0]!.slice(0, 2)).toEqual(Uint8Array.of(7, 0));
    expect(runScoutTest(test).mismatches).toEqual([]);
  });

  it('without deposits to compare says nothing about them', () => {
    expect(run(changed(/deposit_receipts:[\s\S]*/, '')).mismatches).toEqual([]);
  });

  it('fails a block that runs out of gas', () => {
    const test = readScoutFile(join(folder, 'ledger.yaml'));
    expect(runScoutTest(test, { gas: 20_000 }).mismatches[0]).toMatch(/^block 0 \(env 0\) outOfGas/);
  });

  it('runs modules as tools of the time made them: no maximum of the memory', () => {
    const source = assemble({
      host: SCOUT_MODULE,
      imports: ['eth2_blockDataCopy', 'eth2_savePostStateRoot'],
      main: 'i32.const 0 i32.const 0 i32.const 32 call $eth2_blockDataCopy i32.const 0 call $eth2_savePostStateRoot',
    });
    const module = encodeModule({ ...source, memory: { initial: 17, maximum: undefined } });
    writeFileSync(join(scratch, 'plain.wasm'), module);
    const root = '12'.repeat(32);
    const states = (word: string) => `\n  exec_env_states: ["${word}"]`;
    const file = join(scratch, 'plain.yaml');
    writeFileSync(
      file,
      `beacon_state:\n  execution_scripts: [plain.wasm]
shard_pre_state:${states('00'.repeat(32))}
shard_blocks:\n  - { env: 0, data: "${root}" }
shard_post_state:${states(root)}\n`,
    );
    expect(run(file).mismatches).toEqual([]);
  });

  it('is refused when it says something that is not understood', () => {
    const refused = (from: string | RegExp, to: string) => codeOf(() => run(changed(from, to)));
    expect(refused('shard_blocks:', 'shard_block:')).toBe('SCOUT_FILE');
    expect(refused('env: 0', 'env: 1')).toBe('SCOUT_FILE');
    expect(refused('env: 0', 'env: zero')).toBe('SCOUT_FILE');
    expect(refused('amount: 500', 'amount: -1')).toBe('SCOUT_FILE');
    expect(refused('"f101', '"f1')).toBe('SCOUT_FILE');
    expect(refused('"f101', '"f1zz')).toBe('SCOUT_FILE');
    expect(refused('beacon_state:', 'beacon_state: [')).toBe('SCOUT_FILE');
    expect(refused('- scout-ledger.wasm', '- nothing.wasm')).toBe('FILE_NOT_READ');
    expect(refused('name: fees', 'name: costs')).toBe('CODE_REFUSED');
    expect(refused('script: fees.wasm', 'script: scout-ledger.wasm')).toBe('LIBRARY_CYCLE');
    expect(refused('  libraries:', '  libraries:\n    - fees.wasm')).toBe('SCOUT_FILE');
  });

  it('says where, also in fields that may have several forms', () => {
    const message = (from: string | RegExp, to: string) => {
      try {
        readScoutFile(changed(from, to));
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message('amount: 500', 'amount: -1')).toMatch(/: deposit_receipts\.0\.amount: want a whole number$/);
    expect(message('amount: 500', 'sum: 500')).toMatch(/: deposit_receipts\.0\.amount: /);
    expect(message(/deposit_receipts:[\s\S]*/, 'deposit_receipts: [abcd]')).toMatch(
      /: deposit_receipts\.0: want 184 bytes/,
    );
    expect(message('name: fees', 'title: fees')).toMatch(/: beacon_state\.libraries\.0\.name: /);
    expect(message(/[\s\S]*/, '')).toMatch(/changed\.yaml: Invalid input: expected object/);
  });
});
