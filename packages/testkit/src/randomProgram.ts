/**
 * Random EVM programs that get somewhere: statements that keep the stack in order, relative jumps, loops that end,
 * calls, creations and pre-compiled contracts, with some noise. A program is a list of fragments that do not depend on
 * where they stand, so that a failing one can be made smaller by leaving fragments out.
 */
import { type ForkName, forkRules, type OpcodeName } from 'sherd/protocol';
import { type Bytecode, deployer, op, push, storeInMemory } from './bytecode.ts';
import type { Random } from './random.ts';
import { pickPrecompile, precompileInput } from './randomPrecompiles.ts';

export interface ProgramOptions {
  readonly fork: ForkName;
  /** Addresses that calls and account instructions may name, as hex. */
  readonly addresses: readonly string[];
}

const NULLARY = (
  'ADDRESS ORIGIN CALLER CALLVALUE CALLDATASIZE CODESIZE GASPRICE COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT PC ' +
  'MSIZE GAS RETURNDATASIZE CHAINID SELFBALANCE BASEFEE BLOBBASEFEE PUSH0'
).split(' ') as OpcodeName[];
const UNARY = 'ISZERO NOT CLZ CALLDATALOAD BLOCKHASH BLOBHASH'.split(' ') as OpcodeName[];
const BINARY = 'ADD MUL SUB DIV SDIV MOD SMOD EXP SIGNEXTEND LT GT SLT SGT EQ AND OR XOR BYTE SHL SHR SAR'.split(
  ' ',
) as OpcodeName[];
const TERNARY = ['ADDMOD', 'MULMOD'] as const;
const ACCOUNT = ['BALANCE', 'EXTCODESIZE', 'EXTCODEHASH'] as const;
const CALLS = ['CALL', 'CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'] as const;

const STORE_ONE: Bytecode = push(1) + push(0) + op.SSTORE;

/** Deepest nesting of expressions and blocks. */
const DEEPEST = 3;

export class ProgramWriter {
  readonly #random: Random;
  readonly #fork: ForkName;
  readonly #addresses: readonly string[];
  readonly #exists: (name: OpcodeName) => boolean;

  constructor(random: Random, { fork, addresses }: ProgramOptions) {
    const prices = forkRules(fork).gas;
    this.#random = random;
    this.#fork = fork;
    this.#addresses = addresses;
    this.#exists = (name) => prices[name] !== undefined || random.chance(1);
  }

  /** A whole program: up to `most` statements and an end. */
  program(most: number): Bytecode[] {
    const r = this.#random;
    if (r.chance(2)) return [r.hex(r.below(80))];
    const fragments = Array.from({ length: 1 + r.below(most) }, () => this.statement(0));
    fragments.push(this.#end());
    return r.chance(40) ? [this.#answer(), ...fragments] : fragments;
  }

  /** Init code: a program, then code to deploy. */
  initCode(most: number): Bytecode[] {
    const r = this.#random;
    const before = Array.from({ length: r.below(most) }, () => this.statement(1));
    if (r.chance(25)) return [...before, this.#end()];
    const runtime = r.chance(5) ? `ef${r.hex(3)}` : this.program(2).join('');
    // The deployer copies by position: it has to know what stands before it.
    const prefix = before.join('');
    return [r.chance(60) ? deployer(runtime) : prefix + this.#returnedCode(runtime)];
  }

  statement(depth: number): Bytecode {
    const r = this.#random;
    const kind = r.weighted<() => Bytecode>([
      [18, () => this.#slotted('SSTORE', depth)],
      [4, () => this.#slotted('TSTORE', depth)],
      [this.#exists('TLOAD') ? 4 : 0, () => this.#slot() + op.TLOAD + this.#slot() + op.SSTORE],
      [8, () => this.#expression(depth) + this.#offset() + op.MSTORE],
      [3, () => this.#expression(depth) + this.#offset() + op.MSTORE8],
      [6, () => this.#expression(depth) + op.POP],
      [6, () => this.#log(depth)],
      [8, () => this.#copy()],
      [depth < DEEPEST ? 5 : 0, () => this.#branch(depth)],
      [depth < DEEPEST ? 3 : 0, () => this.#loop(depth)],
      [5, () => this.#shuffle(depth)],
      [12, () => this.#call() + this.#keep()],
      [7, () => this.precompile()],
      [5, () => this.#create() + this.#afterCreate()],
      [depth < DEEPEST ? 5 : 0, () => this.#ask(depth)],
      [depth < DEEPEST && this.#exists('CREATE2') ? 3 : 0, () => this.#createAgain()],
      [1, () => r.hex(1 + r.below(4))],
      [1, () => this.#end()],
    ]);
    return kind();
  }

  #expression(depth: number): Bytecode {
    const r = this.#random;
    const deeper = () => (depth < DEEPEST ? this.#expression(depth + 1) : push(r.word()));
    const kind = r.weighted<() => Bytecode>([
      [10, () => push(r.word())],
      [8, () => this.#existing(NULLARY)],
      [4, () => deeper() + this.#existing(UNARY)],
      [8, () => deeper() + deeper() + this.#existing(BINARY)],
      [2, () => deeper() + deeper() + deeper() + op[r.pick(TERNARY)]],
      [4, () => this.#address() + this.#existing(ACCOUNT)],
      [3, () => this.#offset() + op.MLOAD],
      [6, () => this.#slot() + op.SLOAD],
      [2, () => this.#slot() + this.#existing(['TLOAD', 'SLOAD'])],
      [2, () => this.#size() + this.#offset() + op.KECCAK256],
      [1, () => (depth === 0 ? this.#call() : push(1))],
    ]);
    return kind();
  }

  /** One of the instructions that the fork has. */
  #existing(names: readonly OpcodeName[]): Bytecode {
    for (;;) {
      const name = this.#random.pick(names);
      if (this.#exists(name)) return op[name];
    }
  }

  #slot(): Bytecode {
    return push(this.#random.chance(95) ? this.#random.below(4) : this.#random.word());
  }

  #slotted(store: 'SSTORE' | 'TSTORE', depth: number): Bytecode {
    const r = this.#random;
    const value = r.chance(50) ? push(r.below(3)) : this.#expression(depth + 1);
    return value + this.#slot() + this.#existing([store, 'SSTORE']);
  }

  #offset(): Bytecode {
    const r = this.#random;
    if (r.chance(90)) return push(r.below(0x80));
    return push(r.chance(70) ? r.below(0x3000) : r.word());
  }

  #size(): Bytecode {
    const r = this.#random;
    if (r.chance(90)) return push(r.below(0x50));
    return push(r.chance(70) ? r.below(0x800) : r.word());
  }

  #address(): Bytecode {
    const r = this.#random;
    if (r.chance(85)) return push(r.pick(this.#addresses));
    if (r.chance(50)) return push(pickPrecompile(r, this.#fork));
    // Bits above the address must not matter.
    if (r.chance(50)) return push(BigInt(r.pick(this.#addresses)) | ((r.word() << 160n) % (1n << 256n)));
    return op.ADDRESS;
  }

  #log(depth: number): Bytecode {
    const topics = this.#random.below(5);
    let code = '';
    for (let i = 0; i < topics; i++) code += this.#expression(depth + 1);
    return code + this.#size() + this.#offset() + op[`LOG${topics}` as 'LOG0'];
  }

  #copy(): Bytecode {
    const name = this.#random.pick(['CALLDATACOPY', 'CODECOPY', 'EXTCODECOPY', 'RETURNDATACOPY', 'MCOPY'] as const);
    if (!this.#exists(name)) return op.CALLDATASIZE + push(0) + push(0) + op.CALLDATACOPY;
    if (name === 'RETURNDATACOPY' && this.#random.chance(60)) {
      return op.RETURNDATASIZE + push(0) + this.#offset() + op.RETURNDATACOPY;
    }
    const operands = this.#size() + this.#offset() + this.#offset();
    return operands + (name === 'EXTCODECOPY' ? this.#address() : '') + op[name];
  }

  /** Jumps over a block when a condition holds; now and then beside its end. */
  #branch(depth: number): Bytecode {
    const body = this.statement(depth + 1);
    const wrong = this.#random.chance(3) ? 1 : 0;
    // condition, PC, distance, ADD, JUMPI, body, JUMPDEST: from PC it is 1 + 3 + 1 + 1 bytes to the body.
    const distance = 6 + body.length / 2 + wrong;
    const way = this.#random.chance(80) ? this.#expression(depth + 1) : push(1);
    return `${way}${op.PC}61${distance.toString(16).padStart(4, '0')}${op.ADD}${op.JUMPI}${body}${op.JUMPDEST}`;
  }

  /** A block two to four times. */
  #loop(depth: number): Bytecode {
    const body = this.statement(depth + 1);
    // count, JUMPDEST, body, 1, SWAP1, SUB, DUP1, distance, PC, SUB, JUMPI, POP: PC stands 8 bytes behind the body.
    const distance = 1 + body.length / 2 + 2 + 1 + 1 + 1 + 3;
    const back = `61${distance.toString(16).padStart(4, '0')}${op.PC}${op.SUB}${op.JUMPI}`;
    const count = 2 + this.#random.below(3);
    return push(count) + op.JUMPDEST + body + push(1) + op.SWAP1 + op.SUB + op.DUP1 + back + op.POP;
  }

  #shuffle(depth: number): Bytecode {
    const r = this.#random;
    const height = 1 + r.below(5);
    let code = '';
    let rise = height;
    for (let i = 0; i < height; i++) code += this.#expression(depth + 1);
    for (let i = r.below(5); i > 0; i--) {
      if (r.chance(50)) {
        code += (0x80 + r.below(r.chance(97) ? height : 16)).toString(16);
        rise++;
      } else code += (0x90 + r.below(r.chance(97) ? Math.max(1, height - 1) : 16)).toString(16);
    }
    return code + op.POP.repeat(r.chance(90) ? rise : r.below(rise));
  }

  /** A call that leaves its success on the stack. */
  #call(): Bytecode {
    const r = this.#random;
    const name = r.pick(CALLS);
    const input = r.chance(70) ? push(r.below(40)) + push(r.below(40)) : this.#size() + this.#offset();
    const output = r.chance(70) ? push(r.below(40)) + push(r.below(40)) : this.#size() + this.#offset();
    return this.#callTo(this.#exists(name) ? name : 'CALL', output + input, this.#address());
  }

  /** @param generous How often, against 40, all gas goes along. */
  #callTo(name: (typeof CALLS)[number], ranges: Bytecode, to: Bytecode, generous = 60): Bytecode {
    const r = this.#random;
    const hasValue = name === 'CALL' || name === 'CALLCODE';
    const value = hasValue ? push(r.chance(60) ? 0 : r.chance(80) ? r.below(4) : r.word()) : '';
    const gas = r.weighted([
      [generous, op.GAS],
      [20, push(r.below(60_000))],
      [6, push(r.below(3000))],
      // About the stipend, which an SSTORE must not live on (EIP-2200).
      [6, push(2300 + r.below(20))],
      [10, push(r.word())],
    ]);
    return ranges + value + to + gas + op[name];
  }

  /** Calls a pre-compiled contract and keeps whether it succeeded, mostly with a hash of what it returned. */
  precompile(): Bytecode {
    const r = this.#random;
    const precompile = pickPrecompile(r, this.#fork);
    const input = precompileInput(r, precompile);
    const name = r.pick(['CALL', 'CALL', 'STATICCALL', 'DELEGATECALL'] as const);
    // The output overlaps the input, and what lies behind it is read by later statements.
    const output = push(r.below(40));
    const ranges = push(r.chance(50) ? r.below(70) : 0x100) + output + push(input.length / 2) + push(0);
    const call = this.#callTo(this.#exists(name) ? name : 'CALL', ranges, push(precompile), 300);
    const size = this.#exists('RETURNDATASIZE') ? op.RETURNDATASIZE + op.ADD : '';
    const hash = r.chance(70) ? size + push(0x100) + output + op.KECCAK256 + op.XOR : '';
    return storeInMemory(0, input) + call + hash + this.#keep();
  }

  #returnedCode(runtime: Bytecode): Bytecode {
    return storeInMemory(0, runtime) + push(runtime.length / 2) + push(0) + op.RETURN;
  }

  /** A creation that leaves the address on the stack. */
  #create(): Bytecode {
    const r = this.#random;
    const small = this.#exists('PUSH0') && r.chance(50) ? '5f5ff3' : '60005360016000f3';
    const code = r.weighted([
      [25, small],
      [20, this.#returnedCode(this.statement(DEEPEST) + this.#end())],
      [15, this.statement(DEEPEST)],
      [10, `60ef60005360016000f3`],
      [10, `${push(r.chance(80) ? r.below(600) : 24_575 + r.below(3))}6000f3`],
      [10, '60006000fd'],
      [5, 'fe'],
      [5, '33ff'],
    ]);
    const value = push(r.chance(70) ? 0 : r.chance(90) ? r.below(3) : r.word());
    const size = r.weighted([
      [95, push(code.length / 2)],
      [3, this.#size()],
      [2, push(49_151 + r.below(3))],
    ]);
    const isSalted = r.chance(50) && this.#exists('CREATE2');
    const operands = (isSalted ? push(r.below(2)) : '') + size + push(0) + value;
    return storeInMemory(0, code) + operands + (isSalted ? op.CREATE2 : op.CREATE);
  }

  /** Calls what was made, or keeps its address. */
  #afterCreate(): Bytecode {
    if (this.#random.chance(50)) return this.#keep();
    const ranges = push(0).repeat(5);
    return ranges + op.DUP6 + op.GAS + op.CALL + this.#keep() + this.#keep();
  }

  /** Takes the top of the stack away, mostly into storage or memory. */
  #keep(): Bytecode {
    return this.#random.weighted([
      [50, this.#slot() + op.SSTORE],
      [30, push(this.#random.below(64)) + op.MSTORE],
      [20, op.POP],
    ]);
  }

  /** A slot's write and read: of storage, or of transient storage where the fork has it (EIP-1153). */
  #cell(): readonly [write: Bytecode, read: Bytecode] {
    const isTransient = this.#random.chance(75) && this.#exists('TSTORE') && this.#exists('TLOAD');
    return isTransient ? [op.TSTORE, op.TLOAD] : [op.SSTORE, op.SLOAD];
  }

  /**
   * What a program does when it is asked, by {@link #ask}, whose input is one byte: reads a slot, writes it or another,
   * and returns what it read. So the slots of caller, callee and origin meet in one transaction, also when the caller is
   * asked by its callee, runs borrowed code, or is an account that has delegated (EIP-7702).
   */
  #answer(): Bytecode {
    const r = this.#random;
    const [write, read] = this.#cell();
    const slot = push(r.below(2));
    const written = r.pick([push(r.below(3)), op.CALLER, op.ADDRESS, op.CALLVALUE, push(1) + slot + read + op.ADD]);
    const after = r.weighted([
      [50, push(32) + push(0) + op.RETURN],
      // What it wrote has to be undone, and be seen to be by whoever asked.
      [25, push(32) + push(0) + this.#existing(['REVERT', 'RETURN'])],
      [10, op.INVALID],
      [15, op.CALLER + op.SELFDESTRUCT],
    ]);
    const before = r.chance(20) ? this.#ask(DEEPEST) : '';
    const body = slot + read + push(0) + op.MSTORE + written + push(r.below(2)) + write + before + after;
    // Size of the input is not 1, PC, distance, ADD, JUMPI, body, JUMPDEST: as in #branch.
    const distance = (6 + body.length / 2).toString(16).padStart(4, '0');
    return `${push(1)}${op.CALLDATASIZE}${op.EQ}${op.ISZERO}${op.PC}61${distance}${op.ADD}${op.JUMPI}${body}${op.JUMPDEST}`;
  }

  /** Writes a slot, has another account (or the own one) answer, and keeps what it says and what the slot then holds. */
  #ask(depth: number): Bytecode {
    const r = this.#random;
    const [write, read] = this.#cell();
    const slot = push(r.below(2));
    const name = r.pick(CALLS);
    const to = r.chance(30) ? op.ADDRESS : r.chance(15) ? op.CALLER : push(r.pick(this.#addresses));
    const ranges = push(32) + push(0) + push(1) + push(0);
    const call = this.#callTo(this.#exists(name) ? name : 'CALL', ranges, to) + this.#keep();
    const said = push(0) + op.MLOAD + push(2) + op.SSTORE;
    const holds = slot + read + push(3) + op.SSTORE;
    const written = r.chance(50) ? push(1 + r.below(3)) : op.ADDRESS;
    const again = depth === 0 && r.chance(30) ? call : '';
    return written + slot + write + call + again + said + holds;
  }

  /** Creates twice at one address, with what the first contract does in between: mostly it destroys itself. */
  #createAgain(): Bytecode {
    const r = this.#random;
    const heir = r.pick([op.CALLER, op.ADDRESS, op.ORIGIN, push(r.pick(this.#addresses))]);
    const runtime = r.pick([
      heir + op.SELFDESTRUCT,
      heir + op.SELFDESTRUCT,
      STORE_ONE,
      this.#answer() + heir + op.SELFDESTRUCT,
    ]);
    const code = r.chance(80) ? deployer(runtime) : (r.chance(50) ? STORE_ONE : '') + heir + op.SELFDESTRUCT;
    const salt = push(r.below(2));
    const create = () =>
      storeInMemory(0, code) + salt + push(code.length / 2) + push(0) + push(r.below(2)) + op.CREATE2;
    const call = () => push(0).repeat(4) + push(r.below(3)) + op.DUP6 + op.GAS + op.CALL + this.#keep();
    const looks = () => op.DUP1 + this.#existing(['EXTCODEHASH', 'EXTCODESIZE', 'BALANCE']) + this.#keep();
    const between = (r.chance(70) ? call() : '') + (r.chance(50) ? looks() : '') + (r.chance(20) ? call() : '');
    return create() + between + this.#keep() + create() + (r.chance(40) ? call() + looks() : '') + this.#keep();
  }

  #end(): Bytecode {
    return this.#random.weighted([
      [25, op.STOP],
      [25, push(this.#random.below(70)) + push(this.#random.below(40)) + op.RETURN],
      [12, push(this.#random.below(70)) + push(this.#random.below(40)) + this.#existing(['REVERT', 'RETURN'])],
      [10, this.#address() + op.SELFDESTRUCT],
      [3, op.INVALID],
      [2, this.#size() + this.#offset() + op.RETURN],
      [2, op.JUMP],
      [10, ''],
    ]);
  }
}
