/** A bar on a terminal, and nothing anywhere else. */
import { SingleBar } from 'cli-progress';

/**
 * Undefined where standard error is no terminal. The library's own way to end on Ctrl-C would take the signal and let
 * the command go on; it is left alone, and lines stay wrapped, so that there is nothing to put right afterwards.
 */
export function createProgressBar(format: string): SingleBar | undefined {
  return process.stderr.isTTY ? new SingleBar({ format, gracefulExit: false, linewrap: true }) : undefined;
}
