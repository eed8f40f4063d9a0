/** State overrides of a call: the store with some accounts as the caller wants to find them. */
import {
  type Address,
  bigIntToBytes,
  bigIntToMinimalBytes,
  bytesToBigInt,
  bytesToHex,
  concatBytes,
  type Hex,
  SherdError,
} from 'sherd/base';
import { keccak256 } from 'sherd/crypto';
import {
  accountKey,
  codeKey,
  decodeObject,
  EVM_SCRIPT,
  encodeObject,
  FOREVER,
  type ShardStore,
  slotKey,
} from 'sherd/shard';

export interface AccountOverride {
  readonly address: Address;
  /** Wei. */
  readonly balance?: bigint;
  readonly nonce?: bigint;
  readonly code?: Uint8Array;
  /** All of the storage. */
  readonly state?: readonly (readonly [slot: bigint, value: bigint])[];
  /** Some slots of the storage. */
  readonly stateDiff?: readonly (readonly [slot: bigint, value: bigint])[];
}

/** nonce u64, slot count u64, code hash; the balance follows (see the EVM script's account objects). */
const FIXED_BYTES = 48;

/** The store as calls with these overrides see it. */
export function overrideStore(store: ShardStore, overrides: readonly AccountOverride[]): ShardStore {
  if (overrides.length === 0) return store;
  const objects = new Map<Hex, Uint8Array | undefined>();
  const cleared = new Set<Address>();
  for (const override of overrides) {
    if (override.state !== undefined && override.stateDiff !== undefined) {
      throw new SherdError('BAD_OVERRIDE', `account ${override.address} has both state and stateDiff`);
    }
    if (override.state !== undefined) cleared.add(override.address);
    overrideAccount(store, objects, override);
  }
  if (cleared.size > 0) {
    throw new SherdError('OVERRIDE_NOT_SUPPORTED', 'overrides of all storage are not supported: use stateDiff', {
      addresses: [...cleared],
    });
  }
  return {
    ...store,
    getObject(script, key) {
      const id = bytesToHex(key);
      return script === EVM_SCRIPT && objects.has(id) ? objects.get(id) : store.getObject(script, key);
    },
  };
}

function overrideAccount(
  store: ShardStore,
  objects: Map<Hex, Uint8Array | undefined>,
  { address, balance, nonce, code, stateDiff = [] }: AccountOverride,
): void {
  const put = (key: Uint8Array, storage: Uint8Array) =>
    objects.set(bytesToHex(key), encodeObject({ version: 1, storage, ttl: FOREVER }));
  const bytes = store.getObject(EVM_SCRIPT, accountKey(address));
  const old = bytes === undefined ? EMPTY_ACCOUNT : decodeObject(bytes).storage;
  let slotCount = bytesToBigInt(old.subarray(8, 16));
  for (const [slot, value] of stateDiff) {
    const key = slotKey(address, slot);
    const hadValue = store.getObject(EVM_SCRIPT, key) !== undefined;
    slotCount += BigInt(Number(value !== 0n) - Number(hadValue));
    if (value === 0n) objects.set(bytesToHex(key), undefined);
    else put(key, bigIntToMinimalBytes(value));
  }
  if (code !== undefined) {
    if (code.length === 0) objects.set(bytesToHex(codeKey(address)), undefined);
    else put(codeKey(address), code);
  }
  put(
    accountKey(address),
    concatBytes(
      nonce === undefined ? old.subarray(0, 8) : bigIntToBytes(nonce, 8),
      bigIntToBytes(slotCount, 8),
      code === undefined ? old.subarray(16, FIXED_BYTES) : keccak256(code),
      balance === undefined ? old.subarray(FIXED_BYTES) : bigIntToMinimalBytes(balance),
    ),
  );
}

const EMPTY_ACCOUNT = concatBytes(new Uint8Array(16), keccak256(new Uint8Array(0)));
