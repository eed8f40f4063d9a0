/** Ethereum's accounts over the storage objects of region 0: the store under the EVM's journal, and its writer. */
import {
  type Address,
  assert,
  bigIntToBytes,
  bigIntToMinimalBytes,
  bytesToBigInt,
  concatBytes,
  EMPTY_BYTES,
  SherdError,
  wordToBytes,
} from '../../base/index.ts';
import type { ScriptWorld } from '../../scripts/world.ts';
import type { Account, AccountChange, StateChanges, StateStore } from '../../state/index.ts';
import { EVM_SCRIPT } from '../journal.ts';
import { accountKey, codeKey, slotKey } from './keys.ts';

type Region = Pick<ScriptWorld, 'getObject' | 'setObject' | 'removeObject'>;

/** An account and the number of its slots that are not 0. */
interface RegionAccount extends Account {
  readonly slotCount: number;
}

/** nonce u64, slot count u64, code hash: the fixed part of an account object; the balance follows without zeros. */
const FIXED_BYTES = 48;

function encodeAccountObject({ nonce, slotCount, codeHash, balance }: RegionAccount): Uint8Array {
  return concatBytes(
    bigIntToBytes(nonce, 8),
    bigIntToBytes(BigInt(slotCount), 8),
    wordToBytes(codeHash),
    bigIntToMinimalBytes(balance),
  );
}

function decodeAccountObject(bytes: Uint8Array): RegionAccount {
  if (bytes.length < FIXED_BYTES || bytes.length > FIXED_BYTES + 32) {
    throw new SherdError('BAD_ACCOUNT_OBJECT', `account object of ${bytes.length} bytes`, { length: bytes.length });
  }
  return {
    nonce: bytesToBigInt(bytes.subarray(0, 8)),
    slotCount: Number(bytesToBigInt(bytes.subarray(8, 16))),
    codeHash: bytesToBigInt(bytes.subarray(16, FIXED_BYTES)),
    balance: bytesToBigInt(bytes.subarray(FIXED_BYTES)),
  };
}

function readAccount(region: Pick<Region, 'getObject'>, address: Address): RegionAccount | undefined {
  const object = region.getObject(EVM_SCRIPT, accountKey(address));
  return object === undefined ? undefined : decodeAccountObject(object.storage);
}

/** Reads of the EVM's journal. Follows the region as it changes. */
export function createRegionStore(region: Pick<Region, 'getObject'>): StateStore {
  return {
    getAccount: (address) => readAccount(region, address),
    getCode: (address) => region.getObject(EVM_SCRIPT, codeKey(address))?.storage ?? EMPTY_BYTES,
    getStorage(address, slot) {
      const object = region.getObject(EVM_SCRIPT, slotKey(address, slot));
      return object === undefined ? 0n : bytesToBigInt(object.storage);
    },
    hasStorage: (address) => (readAccount(region, address)?.slotCount ?? 0) > 0,
  };
}

/** Writes what the EVM's journal drained. Returns by how much the sum of all balances changed, in wei. */
export function writeChanges(region: Region, changes: StateChanges): bigint {
  let supply = 0n;
  for (const address of [...changes.keys()].sort()) supply += writeAccount(region, address, changes.get(address)!);
  return supply;
}

function writeAccount(region: Region, address: Address, change: AccountChange): bigint {
  const before = readAccount(region, address);
  const slotsBefore = before?.slotCount ?? 0;
  // Creation alone clears storage, and since EIP-7610 never where there is any; so slots need not be enumerable.
  assert(
    !change.storageCleared || slotsBefore === 0,
    `account ${address} is cleared while it has ${slotsBefore} slots`,
  );
  const balanceBefore = before?.balance ?? 0n;
  const { account } = change;
  if (account === undefined) {
    region.removeObject(EVM_SCRIPT, accountKey(address));
    region.removeObject(EVM_SCRIPT, codeKey(address));
    return -balanceBefore;
  }
  let slotCount = slotsBefore;
  for (const [slot, value] of change.storage) slotCount += writeSlot(region, slotKey(address, slot), value);
  if (change.code !== undefined) {
    if (change.code.length === 0) region.removeObject(EVM_SCRIPT, codeKey(address));
    else region.setObject(EVM_SCRIPT, codeKey(address), change.code);
  }
  const { nonce, balance, codeHash } = account;
  region.setObject(EVM_SCRIPT, accountKey(address), encodeAccountObject({ nonce, balance, codeHash, slotCount }));
  return balance - balanceBefore;
}

/** Returns by how much the number of slots that are not 0 changed. */
function writeSlot(region: Region, key: Uint8Array, value: bigint): number {
  if (value === 0n) return region.removeObject(EVM_SCRIPT, key) ? -1 : 0;
  const isNew = region.getObject(EVM_SCRIPT, key) === undefined;
  region.setObject(EVM_SCRIPT, key, bigIntToMinimalBytes(value));
  return isNew ? 1 : 0;
}
