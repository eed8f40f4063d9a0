/** The instructions that run other code, make contracts, and remove them. */
import { type Address, addressFromWord, addressToWord, EMPTY_BYTES } from '../../base/index.ts';
import { beginCall, beginCreate, type CreateRequest, deliver } from '../calls.ts';
import { create2Address, createAddress } from '../createAddress.ts';
import { delegationTarget } from '../delegation.ts';
import type { Frame } from '../frame.ts';
import { charge, chargeAccountAccess, chargeMemory, chargeWords } from '../gas.ts';
import { joinGas, takeGas } from '../largeGas.ts';
import { type Instruction, type Machine, type Step, SUSPENDED } from '../machine.ts';
import { OUTCOME } from '../outcome.ts';
import { reportStep } from '../tracer/traceFrame.ts';

type CallKind = 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL';

/** The code that an account runs, with the account it came from paid for when it is delegated (EIP-7702). */
function codeToRun(f: Frame, m: Machine, address: Address): Uint8Array | undefined {
  const code = m.host.getCode(address);
  if (!m.rules.delegations) return code;
  const target = delegationTarget(code);
  if (target === undefined) return code;
  const price = m.host.warmAddress(target) ? m.rules.coldAccount : m.rules.warmRead;
  if (!charge(f, price)) return undefined;
  return m.host.getCode(target);
}

/** True when a call to `to` must pay for a new account. */
function makesAccount(m: Machine, to: Address, value: bigint): boolean {
  if (m.rules.newAccountCharge === 'absent') return !m.host.exists(to);
  return value !== 0n && m.host.isEmpty(to);
}

function call(kind: CallKind): Instruction {
  const hasValue = kind === 'CALL' || kind === 'CALLCODE';
  const operands = hasValue ? 7 : 6;
  return (f, m) => {
    const { rules } = m;
    const s = f.stack;
    f.sp -= operands;
    const sp = f.sp;
    const wanted = s[sp + operands - 1]!;
    const to = addressFromWord(s[sp + operands - 2]!);
    const value = hasValue ? s[sp + 4]! : 0n;
    const [inOffset, inSize, outOffset, outSize] = [s[sp + 3]!, s[sp + 2]!, s[sp + 1]!, s[sp]!];

    if (!chargeMemory(f, m, inOffset, inSize)) return OUTCOME.OUT_OF_GAS;
    if (!chargeMemory(f, m, outOffset, outSize)) return OUTCOME.OUT_OF_GAS;
    if (!chargeAccountAccess(f, m, to)) return OUTCOME.OUT_OF_GAS;
    if (value !== 0n && !charge(f, rules.callValue)) return OUTCOME.OUT_OF_GAS;
    if (kind === 'CALL' && makesAccount(m, to, value) && !charge(f, rules.callNewAccount)) return OUTCOME.OUT_OF_GAS;
    const code = codeToRun(f, m, to);
    if (code === undefined) return OUTCOME.OUT_OF_GAS;
    const taken = takeGas(f, wanted, rules.keepsOne64th);
    if (taken === undefined) return OUTCOME.OUT_OF_GAS;
    if (kind === 'CALL' && value !== 0n && f.isStatic) return OUTCOME.STATIC_WRITE;

    f.returnData = EMPTY_BYTES;
    f.creating = undefined;
    f.resultOffset = outSize === 0n ? 0 : Number(outOffset);
    f.resultSize = Number(outSize);
    const isDelegate = kind === 'DELEGATECALL';
    const runs = beginCall(
      m,
      {
        type: kind,
        caller: isDelegate ? f.caller : f.address,
        address: isDelegate || kind === 'CALLCODE' ? f.address : to,
        codeAddress: to,
        value: isDelegate ? f.value : value,
        // No copy: this memory stands still while the callee runs, and a call of 100 gas may name megabytes of it.
        input: inSize === 0n ? EMPTY_BYTES : f.memory.peek(Number(inOffset), Number(inSize)),
        gas: taken.gas + (value !== 0n ? rules.callStipend : 0),
        reserve: taken.reserve,
        isStatic: f.isStatic || kind === 'STATICCALL',
      },
      code,
    );
    if (runs) return SUSPENDED;
    deliver(m, f);
    return 0;
  };
}

/** CREATE and CREATE2 behind their operands. */
function create(f: Frame, m: Machine, value: bigint, offset: bigint, size: bigint, salt: bigint | undefined): Step {
  const { host, rules } = m;
  if (!chargeMemory(f, m, offset, size)) return OUTCOME.OUT_OF_GAS;
  const length = Number(size);
  if (length > rules.maxInitCodeSize) return OUTCOME.INIT_CODE_TOO_LARGE;
  const perWord = rules.initCodeWord + (salt === undefined ? 0 : rules.keccakWord);
  if (!chargeWords(f, length, perWord)) return OUTCOME.OUT_OF_GAS;

  f.returnData = EMPTY_BYTES;
  const creator = f.address;
  const initCode = length === 0 ? EMPTY_BYTES : f.memory.peek(Number(offset), length);
  const nonce = host.getNonce(creator);
  const address = salt === undefined ? createAddress(creator, nonce) : create2Address(creator, salt, initCode);
  f.creating = addressToWord(address);
  // A step costs what it takes itself; the gas of the init code is not part of that.
  if (m.tracer !== undefined) reportStep(m);
  const { gas, reserve } = takeGas(f, joinGas(f.gas, f.reserve), rules.keepsOne64th)!;
  const type = salt === undefined ? 'CREATE' : 'CREATE2';
  const request: CreateRequest = { type, creator, address, value, initCode, gas, reserve };
  if (beginCreate(m, request, true)) return SUSPENDED;
  deliver(m, f);
  return 0;
}

export const system = {
  CALL: call('CALL'),
  CALLCODE: call('CALLCODE'),
  DELEGATECALL: call('DELEGATECALL'),
  STATICCALL: call('STATICCALL'),
  CREATE(f: Frame, m: Machine) {
    f.sp -= 3;
    const sp = f.sp;
    return create(f, m, f.stack[sp + 2]!, f.stack[sp + 1]!, f.stack[sp]!, undefined);
  },
  CREATE2(f: Frame, m: Machine) {
    f.sp -= 4;
    const sp = f.sp;
    return create(f, m, f.stack[sp + 3]!, f.stack[sp + 2]!, f.stack[sp + 1]!, f.stack[sp]!);
  },
  SELFDESTRUCT(f: Frame, m: Machine) {
    const { host, rules } = m;
    const heir = addressFromWord(f.stack[--f.sp]!);
    if (rules.accessLists && host.warmAddress(heir) && !charge(f, rules.coldAccount)) return OUTCOME.OUT_OF_GAS;
    const self = f.address;
    const balance = host.getBalance(self);
    if (makesAccount(m, heir, balance) && !charge(f, rules.selfDestructNewAccount)) return OUTCOME.OUT_OF_GAS;

    host.subBalance(self, balance);
    host.addBalance(heir, balance);
    if (rules.selfDestruct === 'always' || host.isCreatedInTransaction(self)) {
      if (host.markSelfDestructed(self) && rules.selfDestructRefund > 0) host.addRefund(rules.selfDestructRefund);
      // An account that names itself as heir takes its ether along.
      if (heir === self) host.subBalance(self, balance);
    }
    if (m.tracer !== undefined) {
      reportStep(m);
      const depth = m.depth + 1;
      m.tracer.enter?.({
        type: 'SELFDESTRUCT',
        depth,
        from: self,
        to: heir,
        value: balance,
        gas: 0,
        input: EMPTY_BYTES,
        isPrecompile: false,
      });
      m.tracer.exit?.({ depth, outcome: OUTCOME.STOP, gasUsed: 0, output: EMPTY_BYTES });
    }
    return OUTCOME.SELFDESTRUCT;
  },
} satisfies Record<string, Instruction>;
