/** Worker thread of {@link ./pool.ts}: runs the fixture files that it is sent, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadSuite, type SuiteName, type SuiteOptions } from './suites.ts';

const { suite, options } = workerData as { suite: SuiteName; options: SuiteOptions };
const runFile = await loadSuite(suite);

parentPort?.on('message', (path: string) => parentPort?.postMessage(runFile(path, options)));
