/** Official Ethereum suites through the built program: what the tests of this folder share. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sherd } from './cli.ts';

const FIXTURES = process.env['SHERD_FIXTURES'];

/** The folder of a suite, or undefined with a message when the suites are not there. */
export function suiteFolder(...path: readonly string[]): string | undefined {
  const folder = FIXTURES === undefined ? undefined : join(FIXTURES, ...path);
  if (folder !== undefined && existsSync(folder)) return folder;
  const reason = folder === undefined ? 'SHERD_FIXTURES is not set' : `no folder ${folder}`;
  console.warn(`skipped ${path.join('/')}: ${reason}; it names a folder with the unpacked official suites`);
  return undefined;
}

export interface SuiteCounts {
  readonly passed: number;
  readonly failed: number;
  /** The first few failures, for the test's message. */
  readonly failures: readonly string[];
}

/** Runs a suite's command over a folder, in worker threads on all cores. */
export async function runSuite(command: string, folder: string, ...options: readonly string[]): Promise<SuiteCounts> {
  const { code, stdout, stderr } = await sherd(command, folder, '--json', ...options);
  let results: { name: string; pass: boolean; fork: string; error: string }[];
  try {
    results = JSON.parse(stdout);
  } catch {
    throw new Error(`${command} ${folder}: exit code ${code}, no JSON: ${stderr.slice(0, 2000)}`);
  }
  const failures = results.filter((result) => !result.pass);
  const lines = failures.slice(0, 20).map(({ name, fork, error }) => `${name} ${fork}: ${error}`);
  if (stderr.trim() !== '') lines.push(stderr.trim().slice(0, 2000));
  const counts = { passed: results.length - failures.length, failed: failures.length, failures: lines };
  console.log(`${command} ${folder}: ${counts.passed} passed, ${counts.failed} failed`);
  return counts;
}
