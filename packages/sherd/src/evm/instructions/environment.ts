/** What a frame can ask about itself, its call, and other accounts. */
import { type Address, addressFromWord, addressToWord, bytesToBigInt } from '../../base/index.ts';
import type { Frame } from '../frame.ts';
import { chargeAccountAccess, chargeMemory, chargeWords } from '../gas.ts';
import type { Instruction, Machine } from '../machine.ts';
import { OUTCOME, type Outcome } from '../outcome.ts';

/** Copies `size` bytes of `source` into memory, with zeros behind its end. */
function copyToMemory(f: Frame, m: Machine, to: bigint, source: Uint8Array, from: bigint, size: bigint): Outcome {
  if (!chargeMemory(f, m, to, size)) return OUTCOME.OUT_OF_GAS;
  const length = Number(size);
  if (!chargeWords(f, length, m.rules.copyWord)) return OUTCOME.OUT_OF_GAS;
  if (length === 0) return 0;
  const start = from > BigInt(source.length) ? source.length : Number(from);
  f.memory.store(Number(to), source, start, length);
  return 0;
}

/** CALLDATACOPY and its like: takes target, source offset and size from the stack. */
function copyFrom(source: (f: Frame) => Uint8Array): Instruction {
  return (f, m) => {
    const s = f.stack;
    f.sp -= 3;
    const sp = f.sp;
    return copyToMemory(f, m, s[sp + 2]!, source(f), s[sp + 1]!, s[sp]!);
  };
}

/** Words of addresses, the last of which is known: a loop asks for the same one at two gas a time. */
function wordsOfAddresses(): (address: Address) => bigint {
  let last: Address | undefined;
  let word = 0n;
  return (address) => {
    if (address !== last) {
      word = addressToWord(address);
      last = address;
    }
    return word;
  };
}

const ownWord = wordsOfAddresses();
const callerWord = wordsOfAddresses();

export const environment = {
  ADDRESS(f: Frame) {
    f.stack[f.sp++] = ownWord(f.address);
    return 0;
  },
  BALANCE(f: Frame, m: Machine) {
    const top = f.sp - 1;
    const address = addressFromWord(f.stack[top]!);
    if (!chargeAccountAccess(f, m, address)) return OUTCOME.OUT_OF_GAS;
    f.stack[top] = m.host.getBalance(address);
    return 0;
  },
  ORIGIN(f: Frame, m: Machine) {
    f.stack[f.sp++] = m.originWord;
    return 0;
  },
  CALLER(f: Frame) {
    f.stack[f.sp++] = callerWord(f.caller);
    return 0;
  },
  CALLVALUE(f: Frame) {
    f.stack[f.sp++] = f.value;
    return 0;
  },
  CALLDATALOAD(f: Frame) {
    const top = f.sp - 1;
    const offset = f.stack[top]!;
    const input = f.input;
    if (offset >= BigInt(input.length)) {
      f.stack[top] = 0n;
      return 0;
    }
    const start = Number(offset);
    // A copy: a look at so few bytes takes longer to make.
    const bytes = input.slice(start, start + 32);
    const word = bytesToBigInt(bytes);
    f.stack[top] = bytes.length === 32 ? word : word << BigInt(8 * (32 - bytes.length));
    return 0;
  },
  CALLDATASIZE(f: Frame) {
    f.stack[f.sp++] = BigInt(f.input.length);
    return 0;
  },
  CALLDATACOPY: copyFrom((f) => f.input),
  CODESIZE(f: Frame) {
    f.stack[f.sp++] = BigInt(f.analysis.length);
    return 0;
  },
  // Behind the code stand zeros, as CODECOPY reads them.
  CODECOPY: copyFrom((f) => f.code),
  GASPRICE(f: Frame, m: Machine) {
    f.stack[f.sp++] = m.transaction.gasPrice;
    return 0;
  },
  EXTCODESIZE(f: Frame, m: Machine) {
    const top = f.sp - 1;
    const address = addressFromWord(f.stack[top]!);
    if (!chargeAccountAccess(f, m, address)) return OUTCOME.OUT_OF_GAS;
    f.stack[top] = BigInt(m.host.getCode(address).length);
    return 0;
  },
  EXTCODECOPY(f: Frame, m: Machine) {
    const s = f.stack;
    f.sp -= 4;
    const sp = f.sp;
    const address = addressFromWord(s[sp + 3]!);
    if (!chargeAccountAccess(f, m, address)) return OUTCOME.OUT_OF_GAS;
    return copyToMemory(f, m, s[sp + 2]!, m.host.getCode(address), s[sp + 1]!, s[sp]!);
  },
  /** EIP-211. */
  RETURNDATASIZE(f: Frame) {
    f.stack[f.sp++] = BigInt(f.returnData.length);
    return 0;
  },
  /** Unlike the other copies, reading behind the end halts. */
  RETURNDATACOPY(f: Frame, m: Machine) {
    const s = f.stack;
    f.sp -= 3;
    const sp = f.sp;
    const data = f.returnData;
    const [to, from, size] = [s[sp + 2]!, s[sp + 1]!, s[sp]!];
    if (from + size <= BigInt(data.length)) return copyToMemory(f, m, to, data, from, size);
    const isPaid = chargeMemory(f, m, to, size) && chargeWords(f, Number(size), m.rules.copyWord);
    return isPaid ? OUTCOME.RETURN_DATA_OUT_OF_BOUNDS : OUTCOME.OUT_OF_GAS;
  },
  /** EIP-1052: 0 for an account that is absent or empty. */
  EXTCODEHASH(f: Frame, m: Machine) {
    const top = f.sp - 1;
    const address = addressFromWord(f.stack[top]!);
    if (!chargeAccountAccess(f, m, address)) return OUTCOME.OUT_OF_GAS;
    f.stack[top] = m.host.isEmpty(address) ? 0n : m.host.getCodeHash(address);
    return 0;
  },
  SELFBALANCE(f: Frame, m: Machine) {
    f.stack[f.sp++] = m.host.getBalance(f.address);
    return 0;
  },
} satisfies Record<string, Instruction>;
