/** The part of an instruction's gas that depends on its operands. Each function charges, and says whether it sufficed. */
import type { Address } from '../base/index.ts';
import type { Frame } from './frame.ts';
import type { Machine } from './machine.ts';
import { MAX_SMALL, smallWord } from './smallWord.ts';

/** Offsets and sizes above this cost more gas than there can be (8.8e12), and squares stay exact below it. */
const MAX_MEMORY = MAX_SMALL;

export function charge(frame: Frame, gas: number): boolean {
  frame.gas -= gas;
  return frame.gas >= 0;
}

/** Pays for memory up to offset + size and makes it; both are small enough to be exact. */
export function expandMemory(frame: Frame, machine: Machine, offset: number, size: number): boolean {
  const memory = frame.memory;
  const end = offset + size;
  if (end <= memory.size) return true;
  if (end > MAX_MEMORY) return false;
  const { memoryWord, memoryQuadDivisor } = machine.rules;
  const words = Math.ceil(end / 32);
  const cost = words * memoryWord + Math.floor((words * words) / memoryQuadDivisor);
  frame.gas -= cost - memory.paid;
  if (frame.gas < 0) return false;
  memory.paid = cost;
  memory.grow(words * 32);
  return true;
}

/** Pays for the memory from `offset` on, `size` bytes; nothing for size 0, wherever the offset lies. */
export function chargeMemory(frame: Frame, machine: Machine, offset: bigint, size: bigint): boolean {
  if (size === 0n) return true;
  const start = smallWord(offset);
  const length = smallWord(size);
  return start >= 0 && length >= 0 && expandMemory(frame, machine, start, length);
}

/** Pays for `size` bytes (one or 32) at `offset`; gives the offset as a number, or -1 when the gas does not suffice. */
export function chargeMemoryAt(frame: Frame, machine: Machine, offset: bigint, size: number): number {
  const start = smallWord(offset);
  return start >= 0 && expandMemory(frame, machine, start, size) ? start : -1;
}

/** Pays `perWord` for each word that `size` bytes fill; the size has been paid for as memory, so it is small. */
export function chargeWords(frame: Frame, size: number, perWord: number): boolean {
  return charge(frame, Math.ceil(size / 32) * perWord);
}

/** Pays what a first touch of an account costs above the constant price (EIP-2929), and warms it. */
export function chargeAccountAccess(frame: Frame, machine: Machine, address: Address): boolean {
  const rules = machine.rules;
  if (!rules.accessLists || !machine.host.warmAddress(address)) return true;
  return charge(frame, rules.coldAccount - rules.warmRead);
}

/** Gas that a frame hands to what it calls when it asks for `wanted`: at most all but one 64th (EIP-150). */
export function allButOne64th(gas: number): number {
  return gas - Math.floor(gas / 64);
}

/**
 * Pays for SSTORE of `value` and counts the refund: Frontier's rule, or the net one of EIP-1283 and EIP-2200 with the
 * parameters that EIP-2929 and EIP-3529 changed. The slot is warm after this.
 */
export function chargeStore(frame: Frame, machine: Machine, slot: bigint, value: bigint): boolean {
  const { host, rules } = machine;
  const address = frame.address;
  if (rules.storeSentry > 0 && frame.gas <= rules.storeSentry) return false;
  const cold = rules.accessLists && host.warmSlot(address, slot) ? rules.coldSlot : 0;
  const current = host.getStorage(address, slot);

  if (rules.storageMetering === 'simple') {
    if (!charge(frame, current === 0n && value !== 0n ? rules.storeSet : rules.storeReset)) return false;
    if (current !== 0n && value === 0n) host.addRefund(rules.storeClearRefund);
    return true;
  }

  if (current === value) return charge(frame, cold + rules.storeDirty);
  const original = host.getOriginalStorage(address, slot);
  if (original === current) {
    if (!charge(frame, cold + (original === 0n ? rules.storeSet : rules.storeReset))) return false;
    if (original !== 0n && value === 0n) host.addRefund(rules.storeClearRefund);
    return true;
  }
  if (!charge(frame, cold + rules.storeDirty)) return false;
  let refund = 0;
  if (original !== 0n) {
    if (current === 0n) refund -= rules.storeClearRefund;
    else if (value === 0n) refund += rules.storeClearRefund;
  }
  if (original === value) refund += (original === 0n ? rules.storeSet : rules.storeReset) - rules.storeDirty;
  if (refund !== 0) host.addRefund(refund);
  return true;
}
