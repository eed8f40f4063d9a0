/** Runs the tests of a script with Node's own runner. */
import { spawn } from 'node:child_process';
import { SherdError } from 'sherd/base';
import { type ScriptProject, testFiles } from './project.ts';

/** Lets tests anywhere on the disk import this program's packages. */
const HOOK = new URL('./registerHook.js', import.meta.url).href;

/** Runs test/*.test.mjs; the runner talks to the terminal. @throws SherdError TESTS_FAILED, NO_TESTS */
export async function runTests(project: ScriptProject): Promise<void> {
  const files = testFiles(project);
  const child = spawn(process.execPath, ['--import', HOOK, '--test', '--test-reporter=spec', ...files], {
    cwd: project.directory,
    stdio: 'inherit',
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new SherdError('TESTS_FAILED', `tests of ${project.name} failed`, { code });
}
