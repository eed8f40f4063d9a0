/** Functions of a system contract as one table: selectors, checks and gas derive from its rows. */
import { EMPTY_BYTES } from '../base/index.ts';
import type { MessageResult, SystemCall } from '../evm/message.ts';
import { OUTCOME } from '../evm/outcome.ts';
import { type AbiReader, type AbiValue, abiReader, encodeAbi, encodeError, selectorOf } from './evm/abi.ts';

/** One call of a system contract. */
export interface SystemRun {
  readonly message: SystemCall;
  readonly args: AbiReader;
  /** Gas left; {@link charge} lowers it. */
  gas: number;
}

export interface SystemFunction<R extends SystemRun> {
  readonly signature: string;
  readonly writes: boolean;
  readonly isPayable: boolean;
  /** Gas charged before the body. */
  readonly gas: number;
  readonly body: (run: R) => readonly AbiValue[];
}

/** Is told of each call of a function that exists; the answer is told how it ended, the values only when it returned. */
export type SystemWatcher = (
  entry: { readonly signature: string; readonly gas: number },
  run: SystemRun,
) => ((gasLeft: number, values?: readonly AbiValue[]) => void) | undefined;

/** Ends a system call early; caught in {@link createSystemTable}. */
export class Stop {
  readonly outcome: typeof OUTCOME.REVERT | typeof OUTCOME.OUT_OF_GAS | typeof OUTCOME.STATIC_WRITE;
  readonly output: Uint8Array;

  constructor(outcome: Stop['outcome'], output: Uint8Array = EMPTY_BYTES) {
    this.outcome = outcome;
    this.output = output;
  }
}

/** Solidity's Error(string), to be thrown. */
export function revert(message: string): Stop {
  return new Stop(OUTCOME.REVERT, encodeError(message));
}

/** @throws Stop out of gas */
export function charge(run: SystemRun, gas: number): void {
  if (gas > run.gas) throw new Stop(OUTCOME.OUT_OF_GAS);
  run.gas -= gas;
}

/** An argument that must be there. @throws Stop */
export function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw revert(`sherd: bad argument ${what}`);
  return value;
}

/** What every system contract is asked alike. */
export interface SystemTableOptions {
  /** Gas of a call that names no function: it is answered too, and so not for nothing. */
  readonly unknownGas: number;
}

const UNKNOWN_FUNCTION = encodeError('sherd: unknown function');
const NO_SELECTOR = -1;

/** Runs a call by the table; `makeRun` adds what the bodies work with, `watch` decides nothing. */
export function createSystemTable<R extends SystemRun>(
  functions: readonly SystemFunction<R>[],
  { unknownGas }: SystemTableOptions,
): (message: SystemCall, makeRun: (run: SystemRun) => R, watch?: SystemWatcher) => MessageResult {
  const bySelector = new Map(functions.map((entry) => [selectorOf(entry.signature), entry]));
  return (message, makeRun, watch) => {
    const { data } = message;
    const run = makeRun({ message, args: abiReader(data, 4), gas: message.gas });
    let ended: ReturnType<SystemWatcher>;
    try {
      const entry = bySelector.get(selectorIn(data));
      if (entry === undefined) {
        charge(run, unknownGas);
        throw new Stop(OUTCOME.REVERT, UNKNOWN_FUNCTION);
      }
      ended = watch?.(entry, run);
      charge(run, entry.gas);
      if (message.isDelegated) throw revert('sherd: no delegate calls');
      if (entry.writes && message.isStatic) throw new Stop(OUTCOME.STATIC_WRITE);
      if (!entry.isPayable && message.value !== 0n) throw revert('sherd: function takes no value');
      const values = entry.body(run);
      ended?.(run.gas, values);
      return { outcome: OUTCOME.RETURN, gasLeft: run.gas, output: encodeAbi(values) };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      const gasLeft = error.outcome === OUTCOME.REVERT ? run.gas : 0;
      ended?.(gasLeft);
      return { outcome: error.outcome, gasLeft, output: error.output };
    }
  };
}

function selectorIn(data: Uint8Array): number {
  if (data.length < 4) return NO_SELECTOR;
  return ((data[0]! << 24) | (data[1]! << 16) | (data[2]! << 8) | data[3]!) >>> 0;
}
