/** From a directory to a chain that can go on: locked, opened, made where it is new, and checked where it is not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SherdError } from 'sherd/base';
import type { BeaconState } from 'sherd/beacon';
import { RULES_VERSION } from 'sherd/scripts';
import {
  commitGenesis,
  createGenesis,
  createNetworkKeys,
  describeGenesis,
  type NetworkKeys,
} from '../genesis/index.ts';
import {
  checkDatabaseFile,
  checkHeads,
  checkSameChain,
  type Environment,
  type GenesisRecord,
  hasDatabase,
  lockDirectory,
  openEnvironment,
  probeStore,
  readGenesis,
  readMeteringRules,
} from '../storage/index.ts';
import { chosenChain, type NodeOptions } from './options.ts';

export interface OpenChain {
  readonly directory: string;
  readonly isEphemeral: boolean;
  /** True when the directory held no chain before. */
  readonly isNew: boolean;
  readonly environment: Environment;
  readonly genesis: GenesisRecord;
  readonly keys: NetworkKeys;
  /** Newest beacon state. */
  readonly state: BeaconState;
  /** Closes the store, gives the lock up, and removes an ephemeral directory. */
  close(): Promise<void>;
}

/**
 * Opens the chain, or makes its genesis at `now` (Unix seconds).
 * @throws SherdError DATA_DIR_IN_USE, DATA_DIR_NOT_USABLE, DATA_DIR_OTHER_CHAIN, STORE_FORMAT, STORE_RULES,
 * STORE_DAMAGED, UNKNOWN_PRESET, BAD_OPTION, BAD_MNEMONIC.
 */
export async function openChain(options: NodeOptions, now: bigint): Promise<OpenChain> {
  const isEphemeral = options.directory === undefined;
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'sherd-'));
  const lock = await lockDirectory(directory);
  let environment: Environment | undefined;
  const close = async () => {
    await environment?.close();
    await lock.release();
    if (isEphemeral) rmSync(directory, { recursive: true, force: true });
  };
  try {
    const keys = createNetworkKeys(options.mnemonic);
    if (hasDatabase(directory)) {
      checkDatabaseFile(directory);
      await probeStore(directory);
    }
    environment = openEnvironment(directory, { ephemeral: isEphemeral });
    const stored = readGenesis(environment);
    if (stored !== undefined) checkRules(environment);
    const { params, validators } = chosenChain(options, stored);
    const wanted = describeGenesis(params, keys, validators, stored?.genesisTime ?? now);
    if (stored !== undefined) checkSameChain(directory, stored, wanted);
    else commitGenesis(environment, createGenesis(wanted));
    const genesis = stored ?? readGenesis(environment)!;
    const state = checkHeads(environment, genesis.params);
    return { directory, isEphemeral, isNew: stored === undefined, environment, genesis, keys, state, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A chain goes on under the rules of its blocks: under others they could not be run again.
 * @throws SherdError STORE_RULES
 */
function checkRules(environment: Environment): void {
  const have = readMeteringRules(environment);
  if (have === RULES_VERSION) return;
  const { directory } = environment;
  throw new SherdError(
    'STORE_RULES',
    `the chain in ${directory} runs scripts under rules ${have}, this program has rules ${RULES_VERSION}`,
    { directory, have, want: RULES_VERSION },
  );
}
