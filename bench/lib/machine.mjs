/** What the figures of a run belong to: a speed without its machine says nothing. */
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Processors busy in the last minute, on average. */
export function load() {
  return Math.round(loadavg()[0] * 100) / 100;
}

export function machine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
  };
}
