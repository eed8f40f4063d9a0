/** Runs many fixture files on several worker threads. */
import { Worker } from 'node:worker_threads';
import { type FileReport, runFixtureFile, type SuiteName, type SuiteOptions } from './suites.ts';

export interface PoolOptions extends SuiteOptions {
  /** Threads; 1 runs in this thread. */
  readonly jobs: number;
}

/** Runs `paths` and reports each file once, in the order in which they end. */
export async function runFixtureFiles(
  suite: SuiteName,
  paths: readonly string[],
  options: PoolOptions,
  onReport: (report: FileReport) => void,
): Promise<void> {
  const jobs = Math.max(1, Math.min(options.jobs, paths.length));
  if (jobs === 1) {
    for (const path of paths) {
      onReport(runFixtureFile(suite, path, options));
      // Lets a progress bar draw and a signal through.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return;
  }
  let next = 0;
  const threads = Array.from({ length: jobs }, () => runThread(suite, options, () => paths[next++], onReport));
  await Promise.all(threads);
}

function runThread(
  suite: SuiteName,
  options: SuiteOptions,
  take: () => string | undefined,
  onReport: (report: FileReport) => void,
): Promise<void> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), { workerData: { suite, options } });
  return new Promise((resolve, reject) => {
    const step = () => {
      const path = take();
      if (path !== undefined) worker.postMessage(path);
      else void worker.terminate().then(() => resolve());
    };
    worker.on('message', (report: FileReport) => {
      onReport(report);
      step();
    });
    worker.on('error', reject);
    step();
  });
}
