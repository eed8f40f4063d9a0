// npm test [-- vitest arguments]: set everything up, run every suite, end with "N passed, N failed".
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedFixtures } from './fixtures.mjs';
import { bin, build, ensureInstalled, root, run } from './run.mjs';

ensureInstalled();
build();
// Says what is missing; with CI set, installs it. Without a browser its tests are skipped.
run(process.execPath, [join(root, 'tools', 'browser.mjs')], { stdio: ['ignore', 2, 2] });
const fixtures = unpackedFixtures();
const env = { ...process.env, ...(fixtures === undefined ? {} : { SHERD_FIXTURES: fixtures }) };
if (fixtures === undefined) delete env.SHERD_FIXTURES;

const reports = join(root, 'node_modules', '.cache', 'sherd-test');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs one vitest project and adds its counts; a suite that could not even load counts as a failure. */
function suite(project, args) {
  const file = join(reports, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = run(bin('vitest'), ['run', '--project', project, ...reporters, ...args], { env });
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    totals.failed += 1;
    return;
  }
  const broken = report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0).length;
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests + broken;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  if (code !== 0 && report.numFailedTests + broken === 0 && report.numTotalTests > 0) totals.failed += 1;
}

const args = process.argv.slice(2);
// Units run side by side. Tests that start whole networks, and the official suites, spread over the cores themselves.
suite('unit', ['--passWithNoTests', ...args]);
suite('system', ['--passWithNoTests', ...args]);

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
