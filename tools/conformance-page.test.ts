import { describe, expect, it } from 'vitest';
import * as protocol from '../packages/sherd/src/protocol/index.ts';
import { conformancePage } from './conformance-page.mjs';

type Forks = Record<string, { passed: number; failed: number }>;

function run(forks: Forks, failures: string[] = []) {
  return { files: 3, seconds: 1.25, jobs: 2, commit: 'abc1234', day: '2026-01-02', forks, failures };
}

const results = [
  {
    suite: { title: 'State tests', kind: 'state', path: 'suite/a' },
    result: run({ Cancun: { passed: 1000, failed: 1 }, EIP150: { passed: 7, failed: 0 } }, [
      'test Cancun: a | b',
      'file.json: no such file',
    ]),
    slow: { loop: { ...run({ Cancun: { passed: 3, failed: 0 } }), files: 1, seconds: 90 } },
  },
  {
    suite: { title: 'Draft', kind: 'state', path: 'suite/b', forkAs: { prague: 'pragueDraft2024' } },
    result: run({ Prague: { passed: 5, failed: 0 } }),
    slow: {},
  },
  { suite: { title: 'Blocks', kind: 'block', path: 'suite/c', files: /^x/ }, result: undefined, slow: {} },
];

describe('the page of conformance', () => {
  const page = conformancePage(results, ['loop'], protocol);
  const lines = page.split('\n');

  it('sums up everything, slow files and files that could not be read among it', () => {
    expect(page).toContain('**1,015 passed, 2 failed** (2026-01-02;');
    expect(lines).toContain('| State tests<br>suite/a | 3 | 1,007 | 2 | 1.3 | abc1234 |');
    expect(lines).toContain('| Blocks<br>suite/c (x*) | not run | | | | |');
  });

  it('names the rules that stand in place of a fork', () => {
    expect(lines).toContain('| Draft<br>suite/b, prague as pragueDraft2024 | 3 | 5 | 0 | 1.3 | abc1234 |');
    expect(lines).toContain('| Draft | pragueDraft2024 | 5 | 0 |');
  });

  it('has a table of slow files, and says when they were not run', () => {
    expect(lines).toContain('| loop<br>suite/a | 3 | 0 | 90.0 | abc1234 |');
    expect(page).not.toContain('Not run: loop');
    expect(conformancePage(results.slice(1), ['loop'], protocol)).toContain('Not run: loop.');
  });

  it('adds up forks under our names, oldest first, slow files among them', () => {
    const rows = lines.filter((line) => line.startsWith('| State tests | '));
    expect(rows).toEqual(['| State tests | tangerineWhistle | 7 | 0 |', '| State tests | cancun | 1,003 | 1 |']);
  });

  it('lists what failed, with bars that do not break the table', () => {
    expect(lines).toContain('- State tests: test Cancun: a \\| b');
    expect(conformancePage(results.slice(1), [], protocol)).not.toContain('## Failures');
  });
});
