/**
 * The machine's world while it runs a script of EVM bytecode: one account, the script's, whose slots are storage objects
 * of its region. Slots are written through, so that the system contract and the machine see the same objects; the
 * journal keeps what lives as long as the run: warmth, transient storage.
 */
import { type Address, bytesToBigInt, wordToBytes } from '../../base/index.ts';
import { keccak256 } from '../../crypto/hash.ts';
import { fault } from '../../scripts/hostRun.ts';
import type { ScriptWorld } from '../../scripts/world.ts';
import { Journal, type StateStore } from '../../state/index.ts';
import { SYSTEM_CONTRACT } from '../evm/systemContract.ts';

export interface CodeHostParts {
  readonly world: ScriptWorld;
  readonly script: number;
  readonly address: Address;
  readonly code: Uint8Array;
  /** Raw code has no region. */
  readonly isRawCode: boolean;
}

/** Bytes of a slot's object. */
const SLOT_BYTES = 32;

/** What the system contract has for code, so that Solidity finds a contract there: INVALID, as on every shard. */
const SYSTEM_CODE = Uint8Array.of(0xfe);
const SYSTEM_ACCOUNT = { nonce: 1n, balance: 0n, codeHash: bytesToBigInt(keccak256(SYSTEM_CODE)) };

/** The accounts that exist. A nonce of 1, as every contract has, makes the script's one do; the host has its code. */
function storeOf(address: Address): StateStore {
  const account = { nonce: 1n, balance: 0n, codeHash: 1n };
  return {
    getAccount: (asked) => (asked === address ? account : asked === SYSTEM_CONTRACT ? SYSTEM_ACCOUNT : undefined),
    getCode: () => SYSTEM_CODE,
    getStorage: () => 0n,
    hasStorage: () => false,
  };
}

export class CodeHost extends Journal {
  readonly #parts: CodeHostParts;
  readonly #marks: { readonly journal: number; readonly world: number }[] = [];
  /** Made once: a loop of EXTCODEHASH would hash kilobytes for a hundred gas. */
  #codeHash: bigint | undefined;
  /** Values that slots had before this run wrote to them, by key. */
  readonly #originals = new Map<string, bigint>();

  constructor(parts: CodeHostParts) {
    super(storeOf(parts.address));
    this.#parts = parts;
  }

  override getCode(address: Address): Uint8Array {
    return address === this.#parts.address ? this.#parts.code : super.getCode(address);
  }

  override getCodeHash(address: Address): bigint {
    if (address !== this.#parts.address) return super.getCodeHash(address);
    this.#codeHash ??= bytesToBigInt(keccak256(this.#parts.code));
    return this.#codeHash;
  }

  /** Of the script's own account: no other has code that could ask. @throws Halt PURE_CODE, NOT_A_WORD */
  override getStorage(_address: Address, slot: bigint): bigint {
    const { world, script, isRawCode } = this.#parts;
    if (isRawCode) throw fault('PURE_CODE', 'executed code has no region');
    const object = world.getObject(script, wordToBytes(slot));
    if (object === undefined) return 0n;
    if (object.storage.length > SLOT_BYTES) {
      throw fault(
        'NOT_A_WORD',
        `slot ${slot} is an object of ${object.storage.length} bytes, want at most ${SLOT_BYTES}`,
      );
    }
    return bytesToBigInt(object.storage);
  }

  override getOriginalStorage(address: Address, slot: bigint): bigint {
    return this.#originals.get(slot.toString(16)) ?? this.getStorage(address, slot);
  }

  /** A word that is there already is not written again: it costs no more than a look. */
  override setStorage(address: Address, slot: bigint, value: bigint): void {
    const before = this.getStorage(address, slot);
    if (before === value) return;
    const id = slot.toString(16);
    if (!this.#originals.has(id)) this.#originals.set(id, before);
    const { world, script } = this.#parts;
    if (value === 0n) world.removeObject(script, wordToBytes(slot));
    else world.setObject(script, wordToBytes(slot), wordToBytes(value));
  }

  /** @throws Halt NO_CREATE: a contract that is made here would be gone with the run. */
  override createContract(): void {
    throw fault('NO_CREATE', 'a script cannot create contracts; script 0 can');
  }

  /** @throws Halt NO_LOGS: outcomes of scripts have no place for logs, and what is dropped in silence would be missed. */
  override addLog(): void {
    throw fault('NO_LOGS', 'a script keeps no logs; it writes objects, saves receipts and returns data');
  }

  override snapshot(): number {
    this.#marks.push({ journal: super.snapshot(), world: this.#parts.world.snapshot() });
    return this.#marks.length - 1;
  }

  override revertTo(snapshot: number): void {
    const mark = this.#marks[snapshot];
    if (mark === undefined) throw new RangeError(`code host: no snapshot ${snapshot}`);
    this.#marks.length = snapshot + 1;
    super.revertTo(mark.journal);
    this.#parts.world.revertTo(mark.world);
  }
}
