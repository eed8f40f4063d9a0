/** Accounts as the caller of a simulated call wants to find them (the state overrides of eth_call). */
import { type Address, bytesToBigInt, SherdError } from '../../base/index.ts';
import { keccak256 } from '../../crypto/hash.ts';
import type { StateStore } from '../../state/index.ts';

export interface AccountOverride {
  readonly address: Address;
  /** Wei. */
  readonly balance?: bigint;
  readonly nonce?: bigint;
  readonly code?: Uint8Array;
  /** All of the storage; what is not in here reads as 0. */
  readonly state?: readonly (readonly [slot: bigint, value: bigint])[];
  /** Some slots of the storage. */
  readonly stateDiff?: readonly (readonly [slot: bigint, value: bigint])[];
}

/** An override with its slots by their number in base 36. */
interface Entry {
  readonly override: AccountOverride;
  readonly slots: ReadonlyMap<string, bigint>;
}

/**
 * The store as a call with these overrides sees it; later ones of the same account win.
 * @throws SherdError BAD_OVERRIDE for an account with both `state` and `stateDiff`.
 */
export function overrideStore(store: StateStore, overrides: readonly AccountOverride[]): StateStore {
  if (overrides.length === 0) return store;
  const entries = new Map<Address, Entry>();
  for (const override of overrides) entries.set(override.address, entryOf(override));
  return {
    getAccount(address) {
      const account = store.getAccount(address);
      const override = entries.get(address)?.override;
      if (override === undefined) return account;
      const { balance = account?.balance ?? 0n, nonce = account?.nonce ?? 0n, code } = override;
      const codeHash = code === undefined && account !== undefined ? account.codeHash : hashOf(code);
      return { balance, nonce, codeHash };
    },
    getCode: (address) => entries.get(address)?.override.code ?? store.getCode(address),
    getStorage(address, slot) {
      const entry = entries.get(address);
      const value = entry?.slots.get(slot.toString(36));
      if (value !== undefined) return value;
      return entry?.override.state === undefined ? store.getStorage(address, slot) : 0n;
    },
    hasStorage(address) {
      const entry = entries.get(address);
      for (const value of entry?.slots.values() ?? []) if (value !== 0n) return true;
      return entry?.override.state === undefined && store.hasStorage(address);
    },
  };
}

function entryOf(override: AccountOverride): Entry {
  const { address, state, stateDiff } = override;
  if (state !== undefined && stateDiff !== undefined) {
    throw new SherdError('BAD_OVERRIDE', `account ${address} has both state and stateDiff`, { address });
  }
  const slots = new Map((state ?? stateDiff ?? []).map(([slot, value]) => [slot.toString(36), value] as const));
  return { override, slots };
}

/** Keccak-256 of the code, of nothing by default, as a word. */
function hashOf(code: Uint8Array = new Uint8Array(0)): bigint {
  return bytesToBigInt(keccak256(code));
}
