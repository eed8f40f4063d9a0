/** Worker thread of {@link ./pool.ts}: runs the fixture files that it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { type FileReport, runFixtureFile, type SuiteName, type SuiteOptions } from './suites.ts';

const { suite, options } = workerData as { suite: SuiteName; options: SuiteOptions };

parentPort?.on('message', (path: string) => {
  let report: FileReport;
  try {
    report = runFixtureFile(suite, path, options);
  } catch (error) {
    report = { path, results: [], fault: `internal error: ${(error as Error).stack}` };
  }
  parentPort?.postMessage(report);
});
