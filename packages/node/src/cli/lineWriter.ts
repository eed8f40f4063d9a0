/**
 * Lines to standard output or standard error, in large pieces and at once. The streams of the platform would not do for
 * traces: a run is synchronous, so that they would hear only at its end that nobody reads any more.
 */
import { writeSync } from 'node:fs';
import { EXIT_PIPE } from './output.ts';

export interface LineWriter {
  write(line: string): void;
  /** What is kept goes out. Before anybody else writes to the same place, and at the end. */
  flush(): void;
}

const PIECE = 1 << 16;
/** Milliseconds to wait for a slow reader of a pipe that does not block. */
const PAUSE = 5;

export function createLineWriter(descriptor: 1 | 2): LineWriter {
  let kept: string[] = [];
  let size = 0;

  function flush(): void {
    if (size === 0) return;
    writeAll(descriptor, Buffer.from(kept.join('')));
    kept = [];
    size = 0;
  }

  // What a fault has interrupted still says how far it came.
  process.once('exit', flush);
  return {
    write(line) {
      kept.push(line, '\n');
      size += line.length + 1;
      if (size >= PIECE) flush();
    },
    flush,
  };
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') process.exit(EXIT_PIPE);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
