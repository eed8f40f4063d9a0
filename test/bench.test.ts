/** Every benchmark runs and gives its fields. Never how fast: that is what `npm run bench` is for. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { page } from '../bench/lib/page.mjs';

const program = fileURLToPath(new URL('../bench/run.mjs', import.meta.url));

function bench(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    env: { ...process.env, ...env },
  });
}

interface Result {
  readonly name: string;
  readonly question: string;
  readonly loadBefore: number;
  readonly tables: readonly {
    readonly columns: readonly { readonly key: string }[];
    readonly rows: readonly Readonly<Record<string, unknown>>[];
  }[];
  readonly summary: readonly string[];
  readonly notes: readonly string[];
}

/** Fields of each row of the first table, and how many rows there are at the least. */
const ROWS: Readonly<Record<string, readonly [fields: readonly string[], rows: number]>> = {
  'script-metering': [['kernel', 'plainMs', 'meteredMs', 'ratio', 'nsPerGas'], 6],
  'script-calls': [['what', 'microseconds', 'perSecond'], 7],
  'host-functions': [['name', 'ns', 'gas'], 34],
  'script-storage': [['size', 'readMemory', 'readDatabase', 'writeMemory', 'writeDatabase'], 2],
  transfers: [['where', 'included', 'excluded'], 2],
  'worst-blocks': [['kind', 'name', 'gas', 'took', 'ms'], 6],
  'gas-calibration': [['kind', 'name', 'nsPerGas', 'timesMedian'], 150],
};

describe('npm run bench', () => {
  test.each(Object.entries(ROWS))('%s', (name, [fields, count]) => {
    const { status, stdout, stderr } = bench([name, '--quick', '--json', '--built']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as { machine: Record<string, unknown>; benches: Result[] };
    expect(Object.keys(report.machine)).toEqual(['processor', 'processors', 'memoryGiB', 'system', 'node', 'v8']);
    const [result] = report.benches as [Result];
    expect(result).toMatchObject({ name, loadBefore: expect.any(Number) });
    expect(result.question.endsWith('?') || result.question.endsWith(')')).toBe(true);
    const [table] = result.tables;
    expect(table!.rows.length).toBeGreaterThanOrEqual(count);
    for (const row of table!.rows) {
      for (const field of fields) expect(row[field], `${field} of ${JSON.stringify(row)}`).toBeDefined();
    }
    for (const { key } of table!.columns) expect(table!.rows.some((row) => row[key] !== undefined)).toBe(true);
    expect(result.summary.length + result.notes.length).toBeGreaterThan(1);
  });

  test('evm says where it looked when the benchmarks are not there', () => {
    const { status, stdout } = bench(['evm', '--quick', '--built'], { SHERD_BENCHMARKS: '/nowhere/at/all' });
    expect(status).toBe(0);
    expect(stdout).toContain('No benchmarks in /nowhere/at/all: set SHERD_BENCHMARKS');
  });

  test('evm checks what a benchmark gives, and measures it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sherd-bench-test-'));
    const benchmark = {
      name: 'zz_empty',
      // PUSH1 7, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN
      code: '0x60075f5260205ff3',
      calldata: '0x',
      from: '0x1000000000000000000000000000000000000001',
      to: '0x2000000000000000000000000000000000000002',
      gasLimit: '100000',
      fork: 'prague',
      expectedStatus: 'success',
      expectedGasUsed: '16',
      expectedReturn: `0x${'07'.padStart(64, '0')}`,
      instructions: '6',
    };
    const file = join(folder, 'return7.json');
    try {
      writeFileSync(file, JSON.stringify(benchmark));
      const good = bench(['evm', '--quick', '--json', '--built'], { SHERD_BENCHMARKS: folder });
      const [result] = (JSON.parse(good.stdout) as { benches: [Result] }).benches;
      expect(result.tables[0]!.rows).toMatchObject([{ name: 'zz_empty', megagas: expect.any(Number) }]);
      writeFileSync(file, JSON.stringify({ ...benchmark, expectedGasUsed: '17' }));
      const bad = bench(['evm', '--quick', '--built'], { SHERD_BENCHMARKS: folder });
      expect(bad.status).toBe(1);
      expect(bad.stderr).toContain('error BENCH_FAILED: zz_empty on sherd: gasUsed 16, want 17');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a page keeps what was not measured again, in the order of the names', () => {
    const machine = { processor: 'P', processors: 2, memoryGiB: 8, system: 's', node: '20', v8: '11' };
    const report = (name: string, ns: number) => ({
      machine,
      began: '2026-11-21T00:00:00.000Z',
      benches: [
        {
          name,
          question: 'How fast?',
          loadBefore: 1,
          loadAfter: 2,
          tables: [{ columns: [{ key: 'ns', title: 'ns' }], rows: [{ ns }] }],
          summary: [],
          notes: [],
        },
      ],
    });
    const names = ['one', 'two'];
    const first = page(report('two', 22), names);
    const both = page(report('one', 11), names, first);
    expect([...both.matchAll(/^## (.*)|^\| (\d+) \|/gm)].map(([, name, ns]) => name ?? ns)).toEqual([
      'one',
      '11',
      'two',
      '22',
    ]);
    expect(page(report('two', 33), names, both)).toBe(both.replace('| 22 |', '| 33 |'));
  });

  test('tells how it is used', () => {
    expect(bench(['--help']).stdout).toContain('npm run bench -- script-metering');
    expect(bench(['--list']).stdout.trim().split('\n')).toEqual([...Object.keys(ROWS), 'evm']);
    const wrong = bench(['no-such-bench']);
    expect(bench(['--write', '--quick']).stderr).toContain('BENCH_USAGE: --write wants real figures');
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('BENCH_USAGE: no benchmark no-such-bench'),
    ]);
  });
});
