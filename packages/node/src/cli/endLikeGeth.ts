/** How `t8n`, `t9n` and `b11r` end: what they write goes to the streams of this process, a fault is geth's line and code. */
import { t8nExit } from '../evmTool/t8n/faults.ts';
import type { T8nStreams } from '../evmTool/t8n/files.ts';

const STREAMS: T8nStreams = {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
};

/** @throws whatever is no fault of a file or a setting. */
export function endLikeGeth(run: (streams: T8nStreams) => void): void {
  try {
    run(STREAMS);
  } catch (error) {
    const exit = t8nExit(error);
    if (exit === undefined) throw error;
    console.error(exit.text);
    process.exitCode = exit.exitCode;
  }
}
