/** Worker thread of {@link ./pool.ts}: runs the fixture files that it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { runFixtureFile, type SuiteName, type SuiteOptions } from './suites.ts';

const { suite, options } = workerData as { suite: SuiteName; options: SuiteOptions };

parentPort?.on('message', (path: string) => parentPort?.postMessage(runFixtureFile(suite, path, options)));
