/** The machine with everything that its fork has. */
import { checkObject } from '../base/arguments.ts';
import { activePrecompiles } from '../precompiles/index.ts';
import { createEvmWith, type Evm, type EvmOptions } from './evm.ts';
import type { Host } from './host.ts';
import type { Environment } from './message.ts';

/** A machine over `host`; one can serve many messages of the same transaction, one after the other. */
export function createEvm(host: Host, environment: Environment, options: EvmOptions = {}): Evm {
  checkObject(environment, 'environment');
  return createEvmWith(activePrecompiles(environment.fork), host, environment, options);
}
