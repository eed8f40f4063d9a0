/** The built program as the tests use it: one command as a child process, with what it printed and how it ended. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What runs as `sherd`. */
export const PROGRAM = fileURLToPath(new URL('../packages/node/bin/sherd.js', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function sherd(...args: readonly string[]): Promise<CommandResult> {
  return sherdWithInput(undefined, ...args);
}

/** The same with text on its standard input. */
export function sherdWithInput(input: string | undefined, ...args: readonly string[]): Promise<CommandResult> {
  return run({}, input, args);
}

/** The same with more in its environment. */
export function sherdWith(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
  return run(environment, undefined, args);
}

function run(
  environment: Readonly<Record<string, string>>,
  input: string | undefined,
  args: readonly string[],
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      stdio: [stdin, 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    // A command that ends without reading closes the pipe: what it printed is what counts.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
