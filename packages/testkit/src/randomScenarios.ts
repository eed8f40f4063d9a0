/**
 * Situations that random programs hardly ever meet, because several accounts or transactions have to fit together: who
 * may write below a static call, what a failed call leaves in transient storage, what one transaction leaves to the
 * next, creations where something stands already. A scenario is the beginning of one contract's code and the accounts
 * that it needs; its details are random, and it stores what it saw.
 */
import { type Address, addressFromWord, hexToBytes } from 'sherd/base';
import { create2Address, createAddress } from 'sherd/evm';
import { type ForkName, forkRules, type OpcodeName } from 'sherd/protocol';
import { type Bytecode, callTo, deployer, op, push, returnTop, storeInMemory } from './bytecode.ts';
import type { Random } from './random.ts';
import type { FuzzAccount } from './randomCase.ts';
import type { ProgramWriter } from './randomProgram.ts';

export interface Scenario {
  /** Pieces of code to stand first in the contract. */
  readonly code: readonly Bytecode[];
  readonly accounts: readonly FuzzAccount[];
  /** It takes a second transaction to see it. */
  readonly isForTwo: boolean;
}

interface Options {
  readonly random: Random;
  readonly fork: ForkName;
  readonly writer: ProgramWriter;
  /** Whose code begins with the scenario. */
  readonly main: Address;
}

type CallName = 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL';

/** Accounts of the scenarios; programs do not name them. */
const HELPERS: readonly Address[] = [0xd1n, 0xd2n, 0xd3n, 0xd4n].map((n) => addressFromWord(0xc0de00n + n));
const WRITER = HELPERS[0]!;
const HEIR = addressFromWord(0xe14n);

const SUCCEED: Bytecode = push(7) + returnTop();

export function randomScenario(options: Options): Scenario {
  const { random, fork } = options;
  const has = (name: OpcodeName) => forkRules(fork).gas[name] !== undefined;
  const scenario = random.weighted<(options: Options, has: Has) => Scenario>([
    [20, writeBelow],
    [has('TSTORE') ? 15 : 0, undone],
    [has('TSTORE') ? 12 : 0, forgotten],
    [has('CREATE2') ? 8 : 0, destroyedLater],
    [12, taken],
    [5, touched],
    [45, preCompiled],
  ])(options, has);
  // Mostly nothing comes behind it that could spoil it.
  return random.chance(70) ? { ...scenario, code: [...scenario.code, op.STOP] } : scenario;
}

type Has = (name: OpcodeName) => boolean;

function contract(address: Address, code: Bytecode, balance = 5n): FuzzAccount {
  return { address, balance, nonce: 1n, code: [code], storage: [] };
}

function pickCall(random: Random, has: Has, names: readonly CallName[]): CallName {
  const name = random.pick(names);
  return has(name) ? name : 'CALL';
}

/** Stores the top of the stack and a hash of the first 64 bytes of memory, as one word. */
function keepWith(slot: number): Bytecode {
  return push(64) + push(0) + op.KECCAK256 + op.XOR + push(slot) + op.SSTORE;
}

/** Jumps over the body when the condition holds; see ProgramWriter for the distance. */
function unless(condition: Bytecode, body: Bytecode): Bytecode {
  const distance = (6 + body.length / 2).toString(16).padStart(4, '0');
  return `${condition}${op.PC}61${distance}${op.ADD}${op.JUMPI}${body}${op.JUMPDEST}`;
}

/** Gas that a callee may burn without taking the rest of the transaction along. */
function someGas(random: Random): { gas?: number } {
  return random.chance(75) ? { gas: 50_000 + random.below(60_000) } : {};
}

/** One thing that a static call forbids, or that it only seems to forbid. */
function effect(random: Random, has: Has): Bytecode {
  const value = random.below(3);
  const slot = push(random.below(2));
  const create = push(0).repeat(3) + op.CREATE + op.POP;
  const create2 = push(0).repeat(4) + op.CREATE2 + op.POP;
  const topics = random.below(5);
  return random.weighted<Bytecode>([
    [3, push(value) + slot + op.SSTORE],
    [has('TSTORE') ? 3 : 0, push(value) + slot + op.TSTORE],
    [2, push(topics).repeat(topics) + push(20) + push(0) + op[`LOG${topics}` as 'LOG0']],
    [2, has('CREATE2') && random.chance(50) ? create2 : create],
    [2, callTo('CALL', { to: HEIR, value: random.below(2) }) + op.POP],
    // Moves nothing, and is allowed.
    [1, callTo('CALLCODE', { to: HEIR, value: 1 }) + op.POP],
    [2, push(HEIR) + op.SELFDESTRUCT],
    [1, slot + op.SLOAD + op.POP],
  ]);
}

/** A call, mostly static, whose callee hands on to others until one has an effect. */
function writeBelow({ random }: Options, has: Has): Scenario {
  const accounts = [contract(WRITER, effect(random, has) + SUCCEED)];
  const hops = random.pick([0, 1, 1, 1, 2, 3]);
  for (let i = 1; i <= hops; i++) {
    const name = pickCall(random, has, ['CALL', 'CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']);
    const handOn = callTo(name, { to: HELPERS[i - 1]!, output: [0, 32], ...someGas(random) });
    // Here the effect may come behind a call that has ended.
    const after = random.chance(15) ? effect(random, has) : '';
    accounts.push(contract(HELPERS[i]!, `${handOn + push(32) + op.MSTORE + after + push(64) + push(0)}${op.RETURN}`));
  }
  const outer = pickCall(random, has, ['STATICCALL', 'STATICCALL', 'STATICCALL', 'STATICCALL', 'CALL']);
  const call = callTo(outer, { to: HELPERS[hops]!, output: [0, 64], gas: 100_000 + random.below(50_000) });
  return { code: [call + keepWith(20)], accounts, isForTwo: false };
}

/** Calls that fail, or the calls below which do, after they wrote to transient storage (EIP-1153). */
function undone({ random }: Options, has: Has): Scenario {
  const slot = push(random.below(2));
  const setter = push(2 + random.below(3)) + slot + op.TSTORE + (random.chance(30) ? effect(random, has) : '');
  const ends = () =>
    random.weighted<Bytecode>([
      [4, push(32) + push(0) + op.REVERT],
      [1, op.INVALID],
      [1, op.POP],
      [1, push(0) + op.JUMP],
      [2, SUCCEED],
    ]);
  // Asked with one byte, the callee says what its own slot holds.
  const answers = unless(push(1) + op.CALLDATASIZE + op.EQ + op.ISZERO, slot + op.TLOAD + returnTop());
  const kinds = ['DELEGATECALL', 'DELEGATECALL', 'CALLCODE', 'CALL', 'CALL'] as const;
  const accounts = [contract(WRITER, answers + setter + ends())];
  let top = WRITER;
  if (random.chance(40)) {
    top = HELPERS[1]!;
    const inner = callTo(random.pick(kinds), { to: WRITER, ...someGas(random) });
    accounts.push(contract(top, answers + inner + op.POP + ends()));
  }
  const attempt = random.chance(80)
    ? callTo(random.pick(kinds), { to: top, ...someGas(random) })
    : creating(callTo(random.pick(kinds), { to: top, ...someGas(random) }) + ends(), op.CREATE);
  const before = random.chance(60) ? push(1) + slot + op.TSTORE : '';
  const own = slot + op.TLOAD + op.XOR;
  const others = callTo('CALL', { to: WRITER, input: [0, 1], output: [0, 32] }) + op.XOR;
  return { code: [before + attempt + own + others + keepWith(22)], accounts, isForTwo: random.chance(20) };
}

function creating(initCode: Bytecode, create: Bytecode): Bytecode {
  return storeInMemory(0, initCode) + push(initCode.length / 2) + push(0) + push(0) + create;
}

/** Transient storage is empty when a transaction begins. */
function forgotten({ random }: Options): Scenario {
  const slot = push(random.below(2));
  const write = push(1 + random.below(3)) + slot + op.TSTORE;
  if (random.chance(50)) {
    const tells = slot + op.TLOAD + push(0) + op.MSTORE + write + push(32) + push(0) + op.RETURN;
    const call = callTo('CALL', { to: WRITER, output: [0, 32] });
    return { code: [call + keepWith(23)], accounts: [contract(WRITER, tells)], isForTwo: true };
  }
  return { code: [slot + op.TLOAD + push(23) + op.SSTORE + write], accounts: [], isForTwo: true };
}

/** A contract that one transaction makes and the next lets destroy itself (EIP-6780), or make again. */
function destroyedLater({ random, main }: Options): Scenario {
  const heir = random.pick([op.CALLER, op.ADDRESS, push(HEIR)]);
  const initCode = deployer(push(1) + push(0) + op.SSTORE + heir + op.SELFDESTRUCT);
  const child = create2Address(main, 0n, hexToBytes(initCode));
  const create = push(0) + push(initCode.length / 2) + push(0) + push(random.below(3)) + op.CREATE2 + op.POP;
  const call = callTo('CALL', { to: child, value: random.below(2) });
  const once = storeInMemory(0, initCode) + create + (random.chance(30) ? call + op.POP : '') + op.STOP;
  const looks = push(child) + random.pick([op.EXTCODEHASH, op.BALANCE, op.EXTCODESIZE]) + op.XOR;
  return {
    code: [unless(push(child) + op.EXTCODESIZE, once) + call + looks + push(24) + op.SSTORE],
    accounts: [],
    isForTwo: true,
  };
}

/** A creation at an address that has ether, a nonce, code, or storage alone (EIP-684, EIP-7610). */
function taken({ random }: Options, has: Has): Scenario {
  const initCode = random.chance(50) ? deployer(op.STOP) : push(1) + push(1) + op.SSTORE;
  const isSalted = has('CREATE2') && random.chance(60);
  const address = isSalted ? create2Address(WRITER, 0n, hexToBytes(initCode)) : createAddress(WRITER, 1n);
  const operands = (isSalted ? push(0) : '') + push(initCode.length / 2) + push(0) + push(random.below(2));
  const create = storeInMemory(0, initCode) + operands + (isSalted ? op.CREATE2 : op.CREATE);
  const nothing: FuzzAccount = { address, balance: 0n, nonce: 0n, code: [], storage: [] };
  const storage = [[BigInt(random.below(3)), 1n]] as const;
  const standing = random.weighted<FuzzAccount>([
    [3, { ...nothing, storage }],
    [3, { ...nothing, storage, balance: 1n }],
    [1, { ...nothing, balance: 1n }],
    [1, { ...nothing, nonce: 1n }],
    [1, { ...nothing, nonce: 1n, code: [op.STOP] }],
  ]);
  const call = callTo('CALL', { to: WRITER, gas: 120_000 + random.below(20_000), output: [0, 32] });
  const looks = push(address) + random.pick([op.EXTCODESIZE, op.BALANCE]) + op.XOR;
  return {
    code: [call + looks + keepWith(25)],
    accounts: [contract(WRITER, create + returnTop()), standing],
    isForTwo: false,
  };
}

/**
 * Empty accounts that a call touches, and that call or one above it fails: they stay, but for the contract 3, which goes
 * (EIP-161, and what happened to it on the main chain).
 */
function touched({ random }: Options, has: Has): Scenario {
  const names = [addressFromWord(3n), addressFromWord(2n), HEIR];
  const touches = Array.from({ length: 1 + random.below(2) }, () => {
    const name = pickCall(random, has, ['CALL', 'CALL', 'STATICCALL']);
    return callTo(name, { to: random.pick(names), gas: random.pick([0, 30, 5000]) }) + op.POP;
  });
  const end = random.pick([op.INVALID, op.POP, SUCCEED]);
  const empty = names.map((address) => ({ address, balance: 0n, nonce: 0n, code: [], storage: [] }));
  const call = callTo('CALL', { to: WRITER, ...someGas(random) });
  return {
    code: [call + push(26) + op.SSTORE],
    accounts: [contract(WRITER, touches.join('') + end), ...empty.filter(() => random.chance(60))],
    isForTwo: false,
  };
}

function preCompiled({ random, writer }: Options): Scenario {
  return {
    code: Array.from({ length: 1 + random.below(2) }, () => writer.precompile()),
    accounts: [],
    isForTwo: false,
  };
}
