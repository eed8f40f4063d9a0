/**
 * The functions that Ewasm contracts import from `ethereum`: the Ethereum Environment Interface of 2018/19. Each charges
 * its gas before it acts. Addresses (20 bytes) and words (32 bytes) are big-endian in memory, amounts (16 bytes) and the
 * difficulty (32 bytes) little-endian. A pointer outside the memory, a copy from beyond the end of its source and a
 * write in a static call are failures: they end the run and burn its gas.
 */
import { addressToBytes, bigIntToBytes, EMPTY_BYTES } from '../../base/index.ts';
import { type HostImport, type HostInterface, I32, I64, type ValueTypeByte } from '../../wasm/index.ts';
import { ContractHalt, type ContractRun, failure, UINT128_LIMIT } from './contractRun.ts';
import type { ContractCallKind, NestedResult } from './frame.ts';

type ValueType = 'i32' | 'i64';
type Parameter = `${ValueType} ${string}`;
type Arguments<P extends readonly Parameter[]> = { [K in keyof P]: P[K] extends `i64 ${string}` ? bigint : number };
type Returned<R> = R extends 'i32' ? number : R extends 'i64' ? bigint : unknown;
/** As WebAssembly hands them over. */
export type Argument = number | bigint;

export interface ContractFunction {
  readonly parameters: readonly Parameter[];
  readonly result: ValueType | undefined;
  /** i32 arrive unsigned, i64 signed. */
  readonly body: (run: ContractRun, ...args: never[]) => unknown;
}

function eei<const P extends readonly Parameter[], const R extends ValueType | undefined>(
  parameters: P,
  result: R,
  body: (run: ContractRun, ...args: Arguments<P>) => Returned<R>,
): ContractFunction {
  return { parameters, result, body: body as ContractFunction['body'] };
}

/** A function that costs the base price and writes or returns something that is known. */
function read<const P extends readonly Parameter[], const R extends ValueType | undefined>(
  parameters: P,
  result: R,
  body: (run: ContractRun, ...args: Arguments<P>) => Returned<R>,
): ContractFunction {
  return eei(parameters, result, (run, ...args) => {
    run.charge(run.schedule.base);
    return body(run, ...args);
  });
}

function chargeCopy(run: ContractRun, price: number, length: number): void {
  run.charge(price + run.schedule.copyWord * Math.ceil(length / 32));
}

/** What calls and creations return to the contract. */
const SUCCESS = 0;
const FAILURE = 1;
const REVERT = 2;

/** Takes back what a nested run left, and says how it ended. @throws ContractHalt when all was stopped from outside */
function settle(run: ContractRun, { outcome, gasLeft, output }: NestedResult, keepsOutput: boolean): number {
  if (outcome === 'stopped') throw failure('STOPPED', 'the transaction was stopped', 'stopped');
  run.give(gasLeft);
  run.returnData = keepsOutput || outcome === 'revert' ? output : EMPTY_BYTES;
  return outcome === 'success' ? SUCCESS : outcome === 'revert' ? REVERT : FAILURE;
}

/** All but a 64th (EIP-150), and no more than was asked for. */
function lend(run: ContractRun, wanted = Number.MAX_SAFE_INTEGER): number {
  const gas = Math.min(wanted, run.gasLeft - Math.floor(run.gasLeft / 64));
  run.charge(gas);
  return gas;
}

/** Frames above the first, of contracts of any kind. */
const DEPTH_LIMIT = 1024;

/**
 * Whether something may run below this frame with that value. @throws ContractHalt TOO_LARGE: the interface counts
 * amounts with 128 bits, balances too.
 */
function mayBegin({ frame }: ContractRun, value: bigint): boolean {
  if (frame.depth >= DEPTH_LIMIT) return false;
  if (value === 0n) return true;
  const balance = frame.host.getBalance(frame.address);
  if (balance >= UINT128_LIMIT) throw failure('TOO_LARGE', `a balance of ${balance}, want less than 2^128`);
  return balance >= value;
}

/** A call or creation that could not begin. */
function refused(run: ContractRun): number {
  run.returnData = EMPTY_BYTES;
  return FAILURE;
}

interface CallOperands {
  readonly gas: bigint;
  readonly addressPtr: number;
  readonly valuePtr?: number;
  readonly dataPtr: number;
  readonly dataLength: number;
}

/** What goes along with a call or creation. Whoever gets it may keep it, so that it is copied. */
function readInput(run: ContractRun, ptr: number, length: number): Uint8Array {
  run.charge(run.schedule.inputWord * Math.ceil(length / 32));
  return run.read(ptr, length);
}

function call(run: ContractRun, kind: ContractCallKind, operands: CallOperands): number {
  const { frame, schedule } = run;
  if (operands.gas < 0n) throw failure('NEGATIVE_GAS', `a call with ${operands.gas} gas`);
  const to = run.readAddress(operands.addressPtr);
  const value = operands.valuePtr === undefined ? 0n : run.readUint128(operands.valuePtr);
  if (kind === 'call' && value !== 0n) run.mayWrite('a transfer');
  const input = readInput(run, operands.dataPtr, operands.dataLength);
  run.charge(schedule.call);
  if (value !== 0n) {
    run.charge(schedule.callValue);
    if (kind === 'call' && frame.host.isEmpty(to)) run.charge(schedule.callNewAccount);
  }
  if (!mayBegin(run, value)) return refused(run);
  const lent = lend(run, Number(operands.gas));
  const gas = lent + (value === 0n ? 0 : schedule.callStipend);
  return settle(run, frame.call({ kind, to, value, input, gas }), true);
}

function create(run: ContractRun, valuePtr: number, dataPtr: number, dataLength: number, resultPtr: number): number {
  run.mayWrite('a creation');
  const value = run.readUint128(valuePtr);
  const initCode = readInput(run, dataPtr, dataLength);
  run.charge(run.schedule.create);
  if (!mayBegin(run, value)) return refused(run);
  const result = run.frame.create(value, initCode, lend(run));
  const status = settle(run, result, false);
  if (status === SUCCESS) run.write(resultPtr, addressToBytes(result.address));
  return status;
}

function log(run: ContractRun, dataPtr: number, length: number, topics: readonly number[]): void {
  const { schedule, frame } = run;
  run.charge(schedule.log + schedule.logTopic * topics.length + schedule.logByte * length);
  run.mayWrite('a log');
  const data = run.read(dataPtr, length);
  frame.host.addLog({ address: frame.address, topics: topics.map((topic) => run.readWord(topic)), data });
}

function storageStore(run: ContractRun, slotPtr: number, valuePtr: number): void {
  const { schedule, frame } = run;
  run.mayWrite('a store');
  const slot = run.readWord(slotPtr);
  const value = run.readWord(valuePtr);
  const before = frame.host.getStorage(frame.address, slot);
  run.charge(before === 0n && value !== 0n ? schedule.storageCreate : schedule.storageChange);
  if (before !== 0n && value === 0n) frame.host.addRefund(schedule.storageClearRefund);
  frame.host.setStorage(frame.address, slot, value);
}

function selfDestruct(run: ContractRun, addressPtr: number): void {
  const { schedule, frame } = run;
  const { host, address } = frame;
  run.mayWrite('a self-destruction');
  const heir = run.readAddress(addressPtr);
  run.charge(schedule.selfDestruct);
  if (host.isEmpty(heir)) run.charge(schedule.callNewAccount);
  const balance = host.getBalance(address);
  host.subBalance(address, balance);
  host.addBalance(heir, balance);
  if (host.markSelfDestructed(address)) host.addRefund(schedule.selfDestructRefund);
  // An account that names itself as heir takes its ether along.
  if (heir === address) host.subBalance(address, balance);
  throw new ContractHalt('finished', EMPTY_BYTES);
}

function end(run: ContractRun, outcome: 'finished' | 'reverted', ptr: number, length: number): void {
  throw new ContractHalt(outcome, run.read(ptr, length));
}

export const CONTRACT_FUNCTIONS = {
  useGas: eei(['i64 gas'], undefined, (run, gas) => {
    if (gas < 0n) throw failure('NEGATIVE_GAS', `useGas of ${gas}`);
    run.charge(Number(gas));
  }),
  getGasLeft: read([], 'i64', (run) => BigInt(run.gasLeft)),
  getAddress: read(['i32 outPtr'], undefined, (run, out) => run.write(out, addressToBytes(run.frame.address))),
  getCaller: read(['i32 outPtr'], undefined, (run, out) => run.write(out, addressToBytes(run.frame.caller))),
  getCallValue: read(['i32 outPtr'], undefined, (run, out) => run.writeUint128(out, run.frame.value)),
  getCallDataSize: read([], 'i32', (run) => run.frame.input.length),
  callDataCopy: eei(['i32 outPtr', 'i32 offset', 'i32 length'], undefined, (run, out, offset, length) => {
    chargeCopy(run, run.schedule.veryLow, length);
    run.copyOut(run.frame.input, 'call data', out, offset, length);
  }),
  getCodeSize: read([], 'i32', (run) => run.frame.code.length),
  codeCopy: eei(['i32 outPtr', 'i32 offset', 'i32 length'], undefined, (run, out, offset, length) => {
    chargeCopy(run, run.schedule.veryLow, length);
    run.copyOut(run.frame.code, 'code', out, offset, length);
  }),
  getExternalCodeSize: eei(['i32 addressPtr'], 'i32', (run, ptr) => {
    run.charge(run.schedule.externalCode);
    return run.frame.host.getCode(run.readAddress(ptr)).length;
  }),
  externalCodeCopy: eei(
    ['i32 addressPtr', 'i32 outPtr', 'i32 offset', 'i32 length'],
    undefined,
    (run, ptr, out, offset, length) => {
      chargeCopy(run, run.schedule.externalCode, length);
      run.copyOut(run.frame.host.getCode(run.readAddress(ptr)), 'code', out, offset, length);
    },
  ),
  getExternalBalance: eei(['i32 addressPtr', 'i32 outPtr'], undefined, (run, ptr, out) => {
    run.charge(run.schedule.balance);
    run.writeUint128(out, run.frame.host.getBalance(run.readAddress(ptr)));
  }),
  getBlockHash: eei(['i64 number', 'i32 outPtr'], 'i32', (run, number, out) => {
    const { host, block } = run.frame;
    run.charge(run.schedule.blockHash);
    const known = number >= 0n && number < block.number && number + 256n >= block.number;
    const hash = known ? host.blockHash(number) : 0n;
    if (hash === 0n) return FAILURE;
    run.writeWord(out, hash);
    return SUCCESS;
  }),
  getBlockCoinbase: read(['i32 outPtr'], undefined, (run, out) =>
    run.write(out, addressToBytes(run.frame.block.coinbase)),
  ),
  getBlockDifficulty: read(['i32 outPtr'], undefined, (run, out) =>
    run.write(out, bigIntToBytes(run.frame.block.difficulty, 32).reverse()),
  ),
  getBlockGasLimit: read([], 'i64', (run) => BigInt.asIntN(64, run.frame.block.gasLimit)),
  getBlockNumber: read([], 'i64', (run) => BigInt.asIntN(64, run.frame.block.number)),
  getBlockTimestamp: read([], 'i64', (run) => BigInt.asIntN(64, run.frame.block.timestamp)),
  getTxGasPrice: read(['i32 outPtr'], undefined, (run, out) => run.writeUint128(out, run.frame.transaction.gasPrice)),
  getTxOrigin: read(['i32 outPtr'], undefined, (run, out) =>
    run.write(out, addressToBytes(run.frame.transaction.origin)),
  ),
  storageStore: eei(['i32 slotPtr', 'i32 valuePtr'], undefined, storageStore),
  storageLoad: eei(['i32 slotPtr', 'i32 outPtr'], undefined, (run, slotPtr, out) => {
    const { host, address } = run.frame;
    run.charge(run.schedule.storageLoad);
    run.writeWord(out, host.getStorage(address, run.readWord(slotPtr)));
  }),
  log: eei(
    ['i32 dataPtr', 'i32 length', 'i32 topics', 'i32 topic1', 'i32 topic2', 'i32 topic3', 'i32 topic4'],
    undefined,
    (run, dataPtr, length, count, ...topics) => {
      if (count > 4) throw failure('TOO_MANY_TOPICS', `${count} topics, want at most 4`);
      log(run, dataPtr, length, topics.slice(0, count));
    },
  ),
  call: eei(
    ['i64 gas', 'i32 addressPtr', 'i32 valuePtr', 'i32 dataPtr', 'i32 dataLength'],
    'i32',
    (run, gas, addressPtr, valuePtr, dataPtr, dataLength) =>
      call(run, 'call', { gas, addressPtr, valuePtr, dataPtr, dataLength }),
  ),
  callCode: eei(
    ['i64 gas', 'i32 addressPtr', 'i32 valuePtr', 'i32 dataPtr', 'i32 dataLength'],
    'i32',
    (run, gas, addressPtr, valuePtr, dataPtr, dataLength) =>
      call(run, 'callCode', { gas, addressPtr, valuePtr, dataPtr, dataLength }),
  ),
  callDelegate: eei(
    ['i64 gas', 'i32 addressPtr', 'i32 dataPtr', 'i32 dataLength'],
    'i32',
    (run, gas, addressPtr, dataPtr, dataLength) => call(run, 'callDelegate', { gas, addressPtr, dataPtr, dataLength }),
  ),
  callStatic: eei(
    ['i64 gas', 'i32 addressPtr', 'i32 dataPtr', 'i32 dataLength'],
    'i32',
    (run, gas, addressPtr, dataPtr, dataLength) => call(run, 'callStatic', { gas, addressPtr, dataPtr, dataLength }),
  ),
  create: eei(['i32 valuePtr', 'i32 dataPtr', 'i32 dataLength', 'i32 resultPtr'], 'i32', create),
  getReturnDataSize: read([], 'i32', (run) => run.returnData.length),
  returnDataCopy: eei(['i32 outPtr', 'i32 offset', 'i32 length'], undefined, (run, out, offset, length) => {
    chargeCopy(run, run.schedule.veryLow, length);
    run.copyOut(run.returnData, 'return data', out, offset, length);
  }),
  finish: eei(['i32 ptr', 'i32 length'], undefined, (run, ptr, length) => end(run, 'finished', ptr, length)),
  revert: eei(['i32 ptr', 'i32 length'], undefined, (run, ptr, length) => end(run, 'reverted', ptr, length)),
  selfDestruct: eei(['i32 addressPtr'], undefined, selfDestruct),
} as const satisfies Readonly<Record<string, ContractFunction>>;
export type ContractFunctionName = keyof typeof CONTRACT_FUNCTIONS;

/** Module that contracts import from. */
export const CONTRACT_MODULE = 'ethereum';

function signature({ parameters, result }: ContractFunction): HostImport['type'] {
  const type = (text: string): ValueTypeByte => (text.startsWith('i32') ? I32 : I64);
  return { parameters: parameters.map(type), results: result === undefined ? [] : [type(result)] };
}

/** What a contract may import. Functions charge for themselves, so that the metering adds nothing to their calls. */
export const CONTRACT_INTERFACE: HostInterface = {
  module: CONTRACT_MODULE,
  memoryMaximum: 'capped',
  functions: new Map(
    Object.entries(CONTRACT_FUNCTIONS).map(([name, row]): [string, HostImport] => [
      name,
      { type: signature(row), gas: 0 },
    ]),
  ),
};

type Callable = (...args: Argument[]) => unknown;

/** The functions in `names`, bound to `run`. */
export function bindContract(run: ContractRun, names: readonly string[]): Record<string, Callable> {
  const bound: Record<string, Callable> = {};
  for (const name of names) {
    const body = CONTRACT_FUNCTIONS[name as ContractFunctionName].body as unknown as (
      run: ContractRun,
      ...args: Argument[]
    ) => unknown;
    bound[name] = (...args) => {
      for (let i = 0; i < args.length; i++) {
        const value = args[i]!;
        if (typeof value === 'number') args[i] = value >>> 0;
      }
      return body(run, ...args);
    };
  }
  return bound;
}
