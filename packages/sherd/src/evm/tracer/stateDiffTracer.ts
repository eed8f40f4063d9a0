/**
 * What of the state a transaction looks at, as it was before, and what it made of it: geth's prestateTracer. Accounts
 * and slots are read at the moment when an instruction first names them, before it runs.
 */
import { checkObject } from '../../base/arguments.ts';
import { type Address, addressFromWord, bytesToHex, EMPTY_BYTES, type Hex, wordToHex } from '../../base/index.ts';
import { OPCODES } from '../../protocol/index.ts';
import { createAddress } from '../createAddress.ts';
import { delegationTarget } from '../delegation.ts';
import type { Host } from '../host.ts';
import type { Tracer } from './tracer.ts';

/** What of the state is wanted, by geth's names. */
export interface StateDiffOptions {
  /** Only what changed, before and after. */
  readonly diffMode?: boolean;
  readonly disableCode?: boolean;
  readonly disableStorage?: boolean;
}

/** An account in geth's JSON form. Balance in wei as a hex quantity; slots and values with 64 digits. */
export interface StateDiffAccount {
  balance?: Hex;
  nonce?: number;
  code?: Hex;
  storage?: Record<Hex, Hex>;
}

/** Accounts as they were before, and in diff mode as they are behind. */
export interface StateDiff {
  readonly pre: Readonly<Record<Address, StateDiffAccount>>;
  /** Set in diff mode. */
  readonly post?: Readonly<Record<Address, StateDiffAccount>>;
}

/** A tracer whose result is a difference of states. */
export interface StateDiffTracer extends Tracer {
  /** Of the last transaction or call; undefined before one has ended. */
  readonly result: () => StateDiff | undefined;
}

type StateReader = Pick<Host, 'exists' | 'isSelfDestructed' | 'getBalance' | 'getNonce' | 'getCode' | 'getStorage'>;

/** What is read between transactions: nothing. */
const NO_STATE: StateReader = {
  exists: () => false,
  getBalance: () => 0n,
  getNonce: () => 0n,
  getCode: () => EMPTY_BYTES,
  getStorage: () => 0n,
};

interface Seen {
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly code: Uint8Array;
  /** Slots by their hex form. */
  readonly storage: Map<Hex, { readonly slot: bigint; readonly value: bigint }>;
}

const ACCOUNT_ON_TOP: ReadonlySet<number> = new Set([
  OPCODES.BALANCE.byte,
  OPCODES.EXTCODESIZE.byte,
  OPCODES.EXTCODECOPY.byte,
  OPCODES.EXTCODEHASH.byte,
  OPCODES.SELFDESTRUCT.byte,
]);
const CALLS: ReadonlySet<number> = new Set([
  OPCODES.CALL.byte,
  OPCODES.CALLCODE.byte,
  OPCODES.DELEGATECALL.byte,
  OPCODES.STATICCALL.byte,
]);

/** Watches transactions one after the other: geth's `prestateTracer`. */
export function createStateDiffTracer(options: StateDiffOptions = {}): StateDiffTracer {
  checkObject(options, 'options');
  const seen = new Map<Address, Seen>();
  let state: StateReader = NO_STATE;
  let result: StateDiff | undefined;

  function see(address: Address): Seen {
    let account = seen.get(address);
    if (account === undefined) {
      account = {
        balance: state.getBalance(address),
        nonce: state.getNonce(address),
        code: state.getCode(address),
        storage: new Map(),
      };
      seen.set(address, account);
    }
    return account;
  }

  /** A called account, and the one whose code it runs. */
  function seeCalled(address: Address): void {
    const target = delegationTarget(see(address).code);
    if (target !== undefined) see(target);
  }

  return {
    beginTransaction({ from, to, coinbase, authorities }, host) {
      state = host;
      seen.clear();
      see(from);
      if (to === undefined) see(createAddress(from, state.getNonce(from)));
      else seeCalled(to);
      see(coinbase);
      for (const authority of authorities) see(authority);
    },
    beforeStep({ op, stack, address }) {
      const top = stack.at(-1);
      if (top === undefined) return;
      if (op === OPCODES.SLOAD.byte || op === OPCODES.SSTORE.byte) {
        if (options.disableStorage === true) return;
        const { storage } = see(address);
        const key = wordToHex(top);
        if (!storage.has(key)) storage.set(key, { slot: top, value: state.getStorage(address, top) });
      } else if (ACCOUNT_ON_TOP.has(op)) see(addressFromWord(top));
      else if (CALLS.has(op) && stack.length >= 5) seeCalled(addressFromWord(stack.at(-2)!));
    },
    enter({ type, to }) {
      // The new account's address is known here; nothing of it has changed yet.
      if (type === 'CREATE' || type === 'CREATE2') see(to);
    },
    endTransaction() {
      result = options.diffMode === true ? difference(state, seen, options) : { pre: before(seen, options) };
      state = NO_STATE;
    },
    result: () => result,
  };
}

/** Accounts that were there, as they were. */
function before(seen: ReadonlyMap<Address, Seen>, options: StateDiffOptions): Record<Address, StateDiffAccount> {
  const pre: Record<Address, StateDiffAccount> = {};
  for (const [address, account] of seen) {
    if (wasThere(account)) pre[address] = accountJson(account, account.storage.entries(), options);
  }
  return pre;
}

function wasThere({ balance, nonce, code }: Seen): boolean {
  return balance !== 0n || nonce !== 0n || code.length > 0;
}

type Slots = Iterable<readonly [Hex, { readonly value: bigint }]>;

function accountJson(account: Omit<Seen, 'storage'>, slots: Slots, options: StateDiffOptions): StateDiffAccount {
  const out: StateDiffAccount = { balance: `0x${account.balance.toString(16)}` };
  if (account.code.length > 0 && options.disableCode !== true) out.code = bytesToHex(account.code);
  if (account.nonce !== 0n) out.nonce = Number(account.nonce);
  const storage = Object.fromEntries([...slots].map(([slot, { value }]) => [slot, wordToHex(value)]));
  if (Object.keys(storage).length > 0) out.storage = storage;
  return out;
}

function difference(state: StateReader, seen: ReadonlyMap<Address, Seen>, options: StateDiffOptions): StateDiff {
  const pre: Record<Address, StateDiffAccount> = {};
  const post: Record<Address, StateDiffAccount> = {};
  for (const [address, account] of seen) {
    const after = changesOf(state, address, account, options);
    if (after === undefined) continue;
    if (wasThere(account)) {
      const slots = [...account.storage];
      const changed = slots.filter(([, { slot, value }]) => value !== 0n && state.getStorage(address, slot) !== value);
      pre[address] = accountJson(account, after === 'removed' ? slots : changed, options);
    }
    // What is gone stands in `pre` alone.
    if (after !== 'removed') post[address] = after;
  }
  return { pre, post };
}

/** Fields that are not as they were; undefined when there are none. */
function changesOf(
  state: StateReader,
  address: Address,
  account: Seen,
  options: StateDiffOptions,
): StateDiffAccount | 'removed' | undefined {
  // A call is not settled: what self-destructed in it is still there.
  const isGone = !state.exists(address) || state.isSelfDestructed?.(address) === true;
  if (isGone) return wasThere(account) ? 'removed' : undefined;
  const out: StateDiffAccount = {};
  const balance = state.getBalance(address);
  const nonce = state.getNonce(address);
  const code = state.getCode(address);
  if (balance !== account.balance) out.balance = `0x${balance.toString(16)}`;
  const isNewCode = bytesToHex(code) !== bytesToHex(account.code);
  if (isNewCode && options.disableCode !== true) out.code = bytesToHex(code);
  if (nonce !== account.nonce) out.nonce = Number(nonce);
  const storage: Record<Hex, Hex> = {};
  let isChanged = isNewCode || out.balance !== undefined || out.nonce !== undefined;
  for (const [key, { slot, value }] of account.storage) {
    const now = state.getStorage(address, slot);
    if (now === value) continue;
    isChanged = true;
    if (now !== 0n) storage[key] = wordToHex(now);
  }
  if (Object.keys(storage).length > 0) out.storage = storage;
  return isChanged ? out : undefined;
}
