/** The process that looks at a store before anybody relies on it. Started with the directory as its argument. */
import { isSherdError } from 'sherd/base';
import { checkHeads, scanStore } from './check.ts';
import { databaseBytes, type ProbeAnswer } from './databaseFile.ts';
import { openEnvironment } from './environment.ts';
import { readGenesis } from './meta.ts';

/** Larger stores are checked where they are read: a start must not take long. */
const SCANNED_BYTES = 64 * 1024 * 1024;

function probe(directory: string): ProbeAnswer {
  try {
    const environment = openEnvironment(directory, { readOnly: true });
    const genesis = readGenesis(environment);
    if (genesis !== undefined) checkHeads(environment, genesis.params);
    return { entries: databaseBytes(directory) <= SCANNED_BYTES ? scanStore(environment) : 0 };
  } catch (error) {
    if (isSherdError(error)) return { error: { code: error.code, message: error.message } };
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: 'STORE_DAMAGED', message: `the store cannot be read: ${message}` } };
  }
}

process.send?.(probe(process.argv[2] ?? '.'), () => process.exit(0));
