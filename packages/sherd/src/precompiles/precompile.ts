/** The shape of a pre-compiled contract, and the helpers that several of them need. */
import type { Address } from '../base/index.ts';

/** `Price` is what the fork block says: gas, base and gas per unit, or the name of a formula. */
export interface Precompile<Price> {
  readonly address: Address;
  /** Gas for an input; more than any frame has (Infinity at the extreme) when it cannot be paid. */
  readonly gas: (input: Uint8Array, price: Price) => number;
  /** The output; undefined when the contract fails, which burns all gas. The input must not be changed or kept. */
  readonly run: (input: Uint8Array, price: Price) => Uint8Array | undefined;
}

/** The address of a pre-compiled contract by its number. */
export function precompileAddress(number: number): Address {
  return `0x${number.toString(16).padStart(40, '0')}`;
}

/** Base price and price per 32-byte word begun. */
export function linearGas(input: Uint8Array, [base, perWord]: readonly [number, number]): number {
  return base + perWord * Math.ceil(input.length / 32);
}

export function constantGas(_input: Uint8Array, price: number): number {
  return price;
}

/** The first `length` bytes of the input, with zeros behind a shorter one. */
export function padRight(input: Uint8Array, length: number): Uint8Array {
  if (input.length >= length) return input.subarray(0, length);
  const out = new Uint8Array(length);
  out.set(input);
  return out;
}

/** 0 or 1 as a word. */
export function booleanWord(value: boolean): Uint8Array {
  const out = new Uint8Array(32);
  if (value) out[31] = 1;
  return out;
}
