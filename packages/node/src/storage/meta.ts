/** What a data directory says about itself: the format, and the chain that is in it. */
import { deserialize, serialize } from 'node:v8';
import type { Address } from 'sherd/base';
import { bytesToHex, equalBytes, type Hex, SherdError, utf8ToBytes } from 'sherd/base';
import type { ChainParams } from 'sherd/beacon';
import type { Environment } from './environment.ts';

/** Changes when older programs could no longer read what is written, or the reverse. */
export const FORMAT_VERSION = 1;

const FORMAT_KEY = utf8ToBytes('format');
const GENESIS_KEY = utf8ToBytes('genesis');
const RULES_KEY = utf8ToBytes('meteringRules');

/** Everything that the first state follows from. */
export interface GenesisRecord {
  readonly params: ChainParams;
  /** Unix seconds of slot 0. */
  readonly genesisTime: bigint;
  readonly validators: readonly {
    readonly pubkey: Uint8Array;
    readonly withdrawalCredentials: Uint8Array;
    /** gwei. */
    readonly balance: bigint;
  }[];
  /** Funded on every shard; wei. */
  readonly accounts: readonly { readonly address: Address; readonly balance: bigint }[];
  /** Root of the first beacon state. */
  readonly root: Uint8Array;
}

/**
 * The chain in the store; undefined in a new one.
 * @throws SherdError STORE_FORMAT for a directory of another version of the program.
 */
export function readGenesis({ tables, directory }: Environment): GenesisRecord | undefined {
  const format = tables.meta.get(FORMAT_KEY);
  if (format === undefined) return undefined;
  const version = deserialize(format) as number;
  if (version !== FORMAT_VERSION) {
    throw new SherdError('STORE_FORMAT', `${directory} has format ${version}, this program reads ${FORMAT_VERSION}`, {
      have: version,
      want: FORMAT_VERSION,
    });
  }
  const genesis = tables.meta.get(GENESIS_KEY);
  if (genesis === undefined) throw new SherdError('STORE_DAMAGED', `${directory} has a format but no genesis`);
  return deserialize(genesis) as GenesisRecord;
}

/** Inside a transaction. */
export function writeGenesis({ tables }: Environment, genesis: GenesisRecord, meteringRules: number): void {
  tables.meta.put(FORMAT_KEY, serialize(FORMAT_VERSION));
  tables.meta.put(GENESIS_KEY, serialize(genesis));
  tables.meta.put(RULES_KEY, serialize(meteringRules));
}

/** Version of the rules by which the metered codes in the store were made. */
export function readMeteringRules({ tables }: Environment): number | undefined {
  const bytes = tables.meta.get(RULES_KEY);
  return bytes === undefined ? undefined : (deserialize(bytes) as number);
}

/**
 * Refuses to continue a chain under other rules or with other validators.
 * @throws SherdError DATA_DIR_OTHER_CHAIN, naming the first difference.
 */
export function checkSameChain(directory: string, have: GenesisRecord, want: Omit<GenesisRecord, 'root'>): void {
  for (const name of Object.keys(have.params) as (keyof ChainParams)[]) {
    if (have.params[name] !== want.params[name]) {
      otherChain(directory, name, String(have.params[name]), String(want.params[name]));
    }
  }
  if (have.validators.length !== want.validators.length) {
    otherChain(directory, 'validators', String(have.validators.length), String(want.validators.length));
  }
  have.validators.forEach(({ pubkey }, index) => {
    const other = want.validators[index]!.pubkey;
    if (!equalBytes(pubkey, other)) {
      otherChain(directory, `validator ${index}`, short(pubkey), `${short(other)} (another mnemonic)`);
    }
  });
}

function otherChain(directory: string, what: string, have: string, want: string): never {
  throw new SherdError(
    'DATA_DIR_OTHER_CHAIN',
    `${directory} holds another chain: ${what} is ${have} there, asked for ${want}`,
    { directory, what, have, want },
  );
}

function short(bytes: Uint8Array): Hex {
  return bytesToHex(bytes.subarray(0, 8));
}
