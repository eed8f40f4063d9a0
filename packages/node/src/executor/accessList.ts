/** The access list of a call (EIP-2930), found as geth finds it: announce what was touched until nothing new is. */
import { type Address, addressFromWord, ZERO_ADDRESS } from 'sherd/base';
import type { StepEvent, Tracer } from 'sherd/evm';
import { activePrecompiles } from 'sherd/precompiles';
import { OPCODES } from 'sherd/protocol';
import { type EvmCall, type EvmCallResult, evmCall, SHARD_FORK, type SimulationInput } from 'sherd/shard';
import type { AccessListEntry } from 'sherd/tx';

export interface AccessListResult extends EvmCallResult {
  readonly accessList: readonly AccessListEntry[];
}

/** Instructions that touch an account, by how far below the top of the stack its address lies. */
const ADDRESS_AT: ReadonlyMap<number, number> = new Map([
  [OPCODES.BALANCE.byte, 1],
  [OPCODES.EXTCODESIZE.byte, 1],
  [OPCODES.EXTCODECOPY.byte, 1],
  [OPCODES.EXTCODEHASH.byte, 1],
  [OPCODES.SELFDESTRUCT.byte, 1],
  [OPCODES.CALL.byte, 2],
  [OPCODES.CALLCODE.byte, 2],
  [OPCODES.DELEGATECALL.byte, 2],
  [OPCODES.STATICCALL.byte, 2],
]);

/** Slots by account; slots by their value, in the order in which they were met. */
type Touched = Map<Address, Map<string, bigint>>;

/**
 * Runs the call until its access list has all that it touches: a list can change the way that a call takes, because it
 * changes its gas. The sender, the target and pre-compiled contracts are warm anyway, and only listed for their slots.
 * @throws SherdError what evmCall throws.
 */
export function findAccessList(input: SimulationInput, call: EvmCall): AccessListResult {
  const touched: Touched = new Map();
  for (const { address, slots } of call.accessList ?? []) for (const slot of slots) addSlot(touched, address, slot);
  for (;;) {
    const before = countOf(touched);
    const warm = new Set<Address>([call.from ?? ZERO_ADDRESS, ...activePrecompiles(SHARD_FORK).keys()]);
    const tracer = accessTracer(touched, warm);
    const result = evmCall({ ...input, tracer }, { ...call, accessList: toList(touched) });
    // What was touched before it was known to be warm goes again, unless its slots are wanted.
    for (const address of warm) if (touched.get(address)?.size === 0) touched.delete(address);
    if (countOf(touched) === before) return { ...result, accessList: toList(touched) };
  }
}

function accessTracer(touched: Touched, warm: Set<Address>): Tracer {
  return {
    enter({ depth, to }) {
      if (depth === 0) warm.add(to);
    },
    step({ op, stack, address }: StepEvent) {
      if (op === OPCODES.SLOAD.byte || op === OPCODES.SSTORE.byte) {
        const slot = stack.at(-1);
        if (slot !== undefined) addSlot(touched, address, slot);
        return;
      }
      const position = ADDRESS_AT.get(op);
      const word = position === undefined ? undefined : stack.at(-position);
      if (word === undefined) return;
      const other = addressFromWord(word);
      if (!warm.has(other) && !touched.has(other)) touched.set(other, new Map());
    },
  };
}

function addSlot(touched: Touched, address: Address, slot: bigint): void {
  const slots = touched.get(address) ?? new Map<string, bigint>();
  slots.set(slot.toString(36), slot);
  touched.set(address, slots);
}

/** Entries only come in, but for those that {@link findAccessList} takes out before it counts. */
function countOf(touched: Touched): number {
  let count = touched.size;
  for (const slots of touched.values()) count += slots.size;
  return count;
}

function toList(touched: Touched): AccessListEntry[] {
  return [...touched].map(([address, slots]) => ({ address, slots: [...slots.values()] }));
}
