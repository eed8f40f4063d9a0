/**
 * Ewasm contracts as accounts beside EVM contracts: the contract face of `scripts/` behind the EVM's port for code that
 * is not its own. Code that begins with the four bytes of WebAssembly is taken for a contract of this kind.
 */
import {
  type ForeignCall,
  type ForeignCode,
  type ForeignFrame,
  isRevert,
  isSuccess,
  type MessageResult,
  OUTCOME,
  type Outcome,
} from '../evm/index.ts';
import {
  type ContractCall,
  type ContractCallKind,
  ContractEngine,
  type ContractEngineOptions,
  type ContractFrame,
  type ContractOutcome,
  isWasmCode,
  type NestedResult,
} from '../scripts/index.ts';

const OUTCOMES: Readonly<Record<ContractOutcome, Outcome>> = {
  finished: OUTCOME.RETURN,
  reverted: OUTCOME.REVERT,
  outOfGas: OUTCOME.OUT_OF_GAS,
  staticWrite: OUTCOME.STATIC_WRITE,
  failed: OUTCOME.FOREIGN_CODE_FAILURE,
  stopped: OUTCOME.ABORTED,
};

const CALL_TYPES = {
  call: 'CALL',
  callCode: 'CALLCODE',
  callDelegate: 'DELEGATECALL',
  callStatic: 'STATICCALL',
} as const satisfies Record<ContractCallKind, ForeignCall['type']>;

/**
 * For `Environment.foreignCode` (`extras` of a transaction). One serves any number of transactions, one at a time, and
 * keeps the compiled contracts.
 */
export function createEwasmContracts(options: ContractEngineOptions): ForeignCode {
  const engine = new ContractEngine(options);
  return {
    takes: isWasmCode,
    run(frame) {
      const { outcome, gasLeft, output } = engine.run(contractFrame(frame));
      return { outcome: OUTCOMES[outcome], gasLeft, output };
    },
  };
}

function contractFrame(frame: ForeignFrame): ContractFrame {
  const { depth, host, block, transaction, code, address, caller, value, gas, isStatic } = frame;
  return {
    ...{ depth, host, block, transaction, code, address, caller, value, gas, isStatic },
    isCreation: frame.kind === 'create',
    // A look at the caller's memory, which stands still while this runs.
    input: frame.input,
    call: (request) => nested(frame.call(foreignCall(frame, request))),
    create(endowment, initCode, lent) {
      const made = frame.create({ value: endowment, initCode, gas: lent });
      return { ...nested(made), address: made.address };
    },
  };
}

function foreignCall(frame: ForeignFrame, { kind, to, value, input, gas }: ContractCall): ForeignCall {
  const isDelegate = kind === 'callDelegate';
  return {
    type: CALL_TYPES[kind],
    caller: isDelegate ? frame.caller : frame.address,
    address: isDelegate || kind === 'callCode' ? frame.address : to,
    codeAddress: to,
    value: isDelegate ? frame.value : value,
    input,
    gas,
    isStatic: frame.isStatic || kind === 'callStatic',
  };
}

function nested({ outcome, gasLeft, output }: MessageResult): NestedResult {
  if (outcome === OUTCOME.ABORTED) return { outcome: 'stopped', gasLeft, output };
  // Refusals before a frame runs (no balance, too deep) are in the range of reverts, and no revert of anybody's.
  const kind = isSuccess(outcome) ? 'success' : outcome === OUTCOME.REVERT ? 'revert' : 'failure';
  return { outcome: kind, gasLeft: isSuccess(outcome) || isRevert(outcome) ? gasLeft : 0, output };
}
