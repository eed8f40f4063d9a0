/** Runs many fixture files on several worker threads. */
import { Worker } from 'node:worker_threads';
import { type FileReport, loadSuite, type SuiteName, type SuiteOptions } from './suites.ts';

export interface PoolOptions extends SuiteOptions {
  /** Threads; 1 runs in this thread, but for suites that need more native stack than it has. */
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
  // Contracts of WebAssembly nest on the native stack, deeper than that of this thread.
  const isDeep = suite === 'ewasm' && options.trace === undefined;
  if (jobs === 1 && !isDeep) {
    const runFile = await loadSuite(suite);
    for (const path of paths) {
      onReport(runFile(path, options));
      // Lets a progress bar draw and a signal through.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return;
  }
  let next = 0;
  const threads = Array.from({ length: jobs }, () => runThread(suite, options, () => paths[next++], onReport));
  await Promise.all(threads);
}

/** One thread after the other: a file that kills its thread (out of memory) is a fault, and the rest goes on. */
async function runThread(
  suite: SuiteName,
  options: SuiteOptions,
  take: () => string | undefined,
  onReport: (report: FileReport) => void,
): Promise<void> {
  let path = take();
  while (path !== undefined) {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { suite, options } });
    try {
      while (path !== undefined) {
        onReport(await ask(worker, path));
        path = take();
      }
    } catch (error) {
      onReport({ path: path ?? '', results: [], fault: `the thread died: ${(error as Error).message}` });
      path = take();
    } finally {
      await worker.terminate();
    }
  }
}

function ask(worker: Worker, path: string): Promise<FileReport> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (report: FileReport) => {
      worker.off('error', reject);
      resolve(report);
    });
    worker.postMessage(path);
  });
}
