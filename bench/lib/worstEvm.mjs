/**
 * Contracts that do one thing until their gas is nearly gone: the cheapest way to each instruction of the EVM, with the
 * operands that take it longest.
 */
import { forkRules, OPCODE_NAMES, OPCODES } from 'sherd/protocol';
import { SHARD_FORK, SYSTEM_CONTRACT } from 'sherd/shard';
import { encodeCall } from '../../packages/sherd/dist/shard/evm/abi.js';
import { op, push, pushN, storeInMemory } from '../../packages/testkit/dist/index.js';

/** Gas at which a loop ends, so that what it has done stands. */
const RESERVE = 60_000;
const MAX_CODE = 24_000;

/** Slots and accounts that are there, enough for each to be looked at once by a block. */
export const SLOTS = 16_384;
export const ACCOUNTS = 12_288;
/** Contracts of the largest size: a block could look at ten times as many, which would take long to set up. */
export const LARGE = 1_024;
export const LARGE_BYTES = 24_576;
export const ACCOUNT_BASE = 0xacc0_0000_0000n;
export const LARGE_BASE = 0x1a46_0000_0000n;
/** Where nothing is. */
const NOWHERE = 1n << 128n;

export const WORD = 0xf1d2_c3b4_a596_8778_695a_4b3c_2d1e_0f01_1032_5476_98ba_dcfe_0123_4567_89ab_cdefn;
const WORD2 = 0xc6a4_a793_5bd1_e995_9e37_79b9_7f4a_7c15_bf58_476d_1ce4_e5b9_94d0_49bb_1331_11ebn;
const WORD3 = 0x8765_4321_0fed_cba9_8765_4321_0fed_cba9_1234_5678_9abc_def0_1234_5678_9abc_def1n;
const MAX = (1n << 256n) - 1n;

/**
 * `setup`, then `body` again and again while more than `reserve` gas is left, or while the top of the stack is below `stop`.
 * The body finds the stack as setup, or the body before it, has left it.
 */
export function loop({ setup = '', body, most = 512, reserve = RESERVE, stop }) {
  const start = setup.length / 2;
  const times = Math.max(1, Math.min(most, Math.floor((MAX_CODE - start - 64) / (body.length / 2))));
  const goesOn = stop === undefined ? push(reserve) + op.GAS + op.GT : push(stop) + op.DUP2 + op.LT;
  return setup + op.JUMPDEST + body.repeat(times) + goesOn + pushN(2, start) + op.JUMPI;
}

/** Operands stay on the stack, the first on top, and are copied for each turn; results are dropped. */
function pure(name, operands, setup = '') {
  const { pops, pushes } = OPCODES[name];
  const copies = pops === 0 ? '' : op[`DUP${pops}`].repeat(pops);
  return loop({
    setup: setup + [...operands].reverse().map(push).join(''),
    body: copies + op[name] + op.POP.repeat(pushes),
  });
}

/** The counter on the stack starts at the number in the calldata: one for each transaction of a block. */
const COUNTER = push(0) + op.CALLDATALOAD;
const NEXT = push(1) + op.ADD;
/** The contract as its own callee: where `condition` holds it does `inner` and stops. */
function innerWhen(condition, inner) {
  const head = (target) => condition + op.ISZERO + pushN(2, target) + op.JUMPI + inner + op.STOP;
  return head(head(0).length / 2) + op.JUMPDEST;
}

const sstoreAt = (slot) => push(WORD) + push(slot) + op.SSTORE;

/** Uses the counter once for each turn. */
function counting(body, options = {}) {
  return loop({
    setup: (options.setup ?? '') + COUNTER + (options.after ?? ''),
    body: body + NEXT,
    most: 8,
    reserve: 400_000,
    ...options.loop,
  });
}

const ARITHMETIC = {
  ADD: [MAX, WORD],
  MUL: [WORD, WORD2],
  SUB: [WORD2, WORD],
  DIV: [MAX, WORD2 >> 128n],
  SDIV: [WORD, WORD2 >> 128n],
  MOD: [MAX, WORD2 >> 128n],
  SMOD: [WORD, WORD2 >> 128n],
  ADDMOD: [MAX, WORD, WORD2 >> 128n],
  MULMOD: [MAX, WORD, WORD2],
  EXP: [WORD, MAX],
  SIGNEXTEND: [15, WORD],
  BYTE: [5, WORD],
  SHL: [5, WORD],
  SHR: [5, WORD],
  SAR: [5, WORD],
  CLZ: [1],
  BLOBHASH: [0],
  CALLDATALOAD: [0],
  BLOCKHASH: [0],
};
const OTHER_WORDS = [WORD, WORD2, WORD3];

/** Instructions that have loops of their own below, or end a frame. */
const OWN = new Set([
  ...['STOP', 'RETURN', 'REVERT', 'INVALID', 'SELFDESTRUCT', 'JUMP', 'JUMPI', 'JUMPDEST', 'POP'],
  ...['KECCAK256', 'CALLDATACOPY', 'CODECOPY', 'EXTCODECOPY', 'RETURNDATACOPY', 'MCOPY', 'MLOAD', 'MSTORE', 'MSTORE8'],
  ...['BALANCE', 'EXTCODESIZE', 'EXTCODEHASH', 'SLOAD', 'SSTORE', 'TLOAD', 'TSTORE'],
  ...['LOG0', 'LOG1', 'LOG2', 'LOG3', 'LOG4', 'CREATE', 'CREATE2', 'CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'],
]);

function pureRow(name) {
  const { pops } = OPCODES[name];
  const family = /^(PUSH|DUP|SWAP)\d/.test(name);
  const filled = OTHER_WORDS.map(push).join('') + push(WORD).repeat(15);
  if (family && name.startsWith('SWAP')) return loop({ setup: filled, body: op[name] });
  if (family && name.startsWith('DUP')) return loop({ setup: filled, body: op[name] + op.POP });
  if (family) return loop({ body: op[name] + 'fe'.repeat(OPCODES[name].immediate) + op.POP });
  return pure(name, ARITHMETIC[name] ?? OTHER_WORDS.slice(0, pops));
}

const address = (n) => `0x${n.toString(16).padStart(40, '0')}`;

/** Inner contracts that loops call. */
export const CALLEES = {
  stop: { address: address(0xca11_0000n), code: op.STOP },
  big: { address: address(0xca11_0001n), code: op.STOP.padEnd(2 * 24_576, '5b') },
  revert: { address: address(0xca11_0002n), code: push(0) + push(0) + op.REVERT },
  invalid: { address: address(0xca11_0003n), code: op.INVALID },
  returns: { address: address(0xca11_0004n), code: pushN(2, 4096) + push(0) + op.RETURN },
  deep: {
    address: address(0xca11_0005n),
    // Calls itself for as long as the gas lasts.
    code: push(0).repeat(5) + op.ADDRESS + op.GAS + op.CALL + op.STOP,
  },
};

const to = (who) => push(CALLEES[who].address);
/** CALL without value, with no data. */
export const callBody = (name, target, gas = op.GAS, input = 0, output = 0) =>
  push(output) +
  push(0) +
  push(input) +
  push(0) +
  (name === 'CALL' || name === 'CALLCODE' ? push(0) : '') +
  target +
  gas +
  op[name] +
  op.POP;

/** Memory of so many bytes, with something in it. */
const memory = (bytes) => push(WORD) + push(bytes - 32) + op.MSTORE + push(WORD2) + push(0) + op.MSTORE;

function copies() {
  const rows = {};
  for (const size of [1, 32, 1024, 32_768]) {
    const three = push(size) + push(0) + push(0);
    rows[`CALLDATACOPY ${size}`] = loop({ setup: memory(32_768), body: three + op.CALLDATACOPY });
    rows[`CODECOPY ${size}`] = loop({ setup: memory(32_768), body: three + op.CODECOPY });
    rows[`EXTCODECOPY ${size}`] = loop({ setup: memory(32_768), body: three + to('big') + op.EXTCODECOPY });
    rows[`MCOPY ${size}`] = loop({ setup: memory(65_536), body: push(size) + push(0) + push(1) + op.MCOPY });
    rows[`KECCAK256 ${size}`] = loop({ setup: memory(32_768), body: push(size) + push(0) + op.KECCAK256 + op.POP });
    rows[`RETURNDATACOPY ${size}`] = loop({
      setup: memory(32_768) + callBody('STATICCALL', push(4), op.GAS, 32_768),
      body: three + op.RETURNDATACOPY,
    });
    for (const topics of [0, 4]) {
      rows[`LOG${topics} ${size}`] = loop({
        setup: memory(32_768) + push(WORD).repeat(4),
        body: op.DUP4.repeat(topics) + push(size) + push(0) + op[`LOG${topics}`],
      });
    }
  }
  return rows;
}

function memoryRows() {
  const at = (name) =>
    loop({
      setup: push(WORD),
      body: (name === 'MLOAD' ? '' : op.DUP1) + push(1) + op[name] + (name === 'MLOAD' ? op.POP : ''),
    });
  return {
    MLOAD: at('MLOAD'),
    MSTORE: at('MSTORE'),
    MSTORE8: at('MSTORE8'),
    'MLOAD across 100 KB': loop({
      setup: memory(100_000) + push(0),
      body: op.DUP1 + op.MLOAD + op.POP + push(4_099) + op.ADD + push(0xffff) + op.AND,
    }),
    'memory that grows': loop({ setup: push(0), body: op.DUP1 + op.DUP1 + op.MSTORE + push(32) + op.ADD }),
    'memory of 22 KB in new frames': loop({
      setup: innerWhen(push(3_500) + op.GAS + op.GT + op.ISZERO, push(0) + push(22_000) + op.MSTORE),
      body: callBody('STATICCALL', op.ADDRESS, push(3_400)),
    }),
  };
}

function storageRows() {
  const [sload, sstore] = [op.DUP1 + op.SLOAD + op.POP, (value) => value + op.DUP2 + op.SSTORE];
  const nowhere = { after: push(NOWHERE) + op.ADD };
  return {
    'SLOAD cold, of slots that are there': { code: counting(sload), slots: true },
    'SLOAD cold, of slots that are not': { code: counting(sload, nowhere), slots: true },
    'SLOAD warm, one slot': loop({ body: push(1) + op.SLOAD + op.POP }),
    'SLOAD warm, a thousand slots': {
      code: loop({ setup: push(0), body: sload + NEXT + push(1023) + op.AND }),
      slots: true,
    },
    'SSTORE 0 to 1': counting(sstore(push(1)), nowhere),
    'SSTORE 1 to 2': { code: counting(sstore(push(WORD2))), slots: true },
    'SSTORE 1 to 0': { code: counting(sstore(push(0))), slots: true },
    'SSTORE to what it is, cold': { code: counting(sstore(push(WORD))), slots: true },
    'SSTORE dirty': loop({ setup: push(0), body: op.DUP1 + push(0) + op.SSTORE + NEXT }),
    'SSTORE in calls that fail': loop({
      setup: innerWhen(push(61_000) + op.GAS + op.GT + op.ISZERO, sstoreAt(1) + sstoreAt(2) + op.INVALID),
      body: callBody('CALL', op.ADDRESS, push(50_000)),
      reserve: 80_000,
    }),
    TLOAD: loop({ body: push(1) + op.TLOAD + op.POP }),
    'TLOAD of new slots': loop({ setup: push(0), body: op.DUP1 + op.TLOAD + op.POP + NEXT }),
    TSTORE: loop({ setup: push(0), body: op.DUP1 + push(0) + op.TSTORE + NEXT }),
    'TSTORE of new slots': loop({ setup: push(0), body: op.DUP1 + op.DUP1 + op.TSTORE + NEXT }),
  };
}

function accountRows() {
  const rows = {};
  const there = { after: push(ACCOUNT_BASE) + op.ADD };
  const nowhere = { after: push(NOWHERE) + op.ADD };
  for (const name of ['BALANCE', 'EXTCODESIZE', 'EXTCODEHASH']) {
    rows[`${name} cold, of accounts that are there`] = counting(op.DUP1 + op[name] + op.POP, there);
    rows[`${name} cold, of accounts that are not`] = counting(op.DUP1 + op[name] + op.POP, nowhere);
    rows[`${name} warm`] = loop({ body: to('big') + op[name] + op.POP });
    rows[`${name} warm, a thousand accounts`] = loop({
      setup: push(0),
      body: op.DUP1 + push(ACCOUNT_BASE) + op.ADD + op[name] + op.POP + NEXT + push(1023) + op.AND,
    });
  }
  rows['EXTCODECOPY cold, of accounts that are not'] = counting(
    push(0) + push(0) + push(0) + op.DUP4 + op.EXTCODECOPY,
    nowhere,
  );
  for (const name of ['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL']) {
    const target = name === 'CALL' || name === 'CALLCODE' ? op.DUP6 : op.DUP5;
    rows[`${name} cold, of accounts that are there`] = counting(callBody(name, target), there);
    rows[`${name} cold, of accounts that are not`] = counting(callBody(name, target), nowhere);
    rows[`${name} warm, of an empty contract`] = loop({ body: callBody(name, to('stop')) });
    rows[`${name} warm, of an account without code`] = loop({ body: callBody(name, push(0x77)) });
    rows[`${name} warm, of a large contract`] = loop({ body: callBody(name, to('big')) });
    rows[`${name} warm, that reverts`] = loop({ body: callBody(name, to('revert')) });
    rows[`${name} warm, that halts`] = loop({ body: callBody(name, to('invalid'), push(10)) });
    rows[`${name} warm, without gas`] = loop({ body: callBody(name, to('stop'), push(0)) });
    rows[`${name} warm, that returns 4 KiB`] = loop({ body: callBody(name, to('returns'), op.GAS, 4096, 4096) });
  }
  rows['CALL with value, to accounts that are there'] = counting(
    push(0) + push(0) + push(0) + push(0) + push(1) + op.DUP6 + push(0) + op.CALL + op.POP,
    there,
  );
  rows['CALL with value, to new accounts'] = counting(
    push(0) + push(0) + push(0) + push(0) + push(1) + op.DUP6 + push(0) + op.CALL + op.POP,
    nowhere,
  );
  rows['CALL, a thousand levels deep'] = loop({ body: callBody('CALL', to('deep'), op.GAS) });
  for (const [name, body] of [
    ['STATICCALL', callBody('STATICCALL', op.DUP5)],
    ['EXTCODESIZE', op.DUP1 + op.EXTCODESIZE + op.POP],
    ['EXTCODEHASH', op.DUP1 + op.EXTCODEHASH + op.POP],
  ]) {
    const code = counting(body, { after: push(LARGE_BASE) + op.ADD, loop: { stop: LARGE_BASE + BigInt(LARGE - 8) } });
    rows[`${name} cold, of large contracts`] = { code, isSingle: true };
  }
  return rows;
}

/** Calls of the system contract that script 0 has. */
function systemRows() {
  const rows = {};
  const add = (name, input, { size = input.length, value = 0, setup = '' } = {}) => {
    const body =
      push(0) + push(0) + push(size) + push(0) + push(value) + push(SYSTEM_CONTRACT) + op.GAS + op.CALL + op.POP;
    rows[`system contract: ${name}`] = loop({
      setup: setup + storeInMemory(0, Buffer.from(input).toString('hex')),
      body,
      most: 8,
      reserve: 400_000,
    });
  };
  const none = new Uint8Array(0);
  add('no function', none);
  add('no function, 500 KB', none, { size: 500_000 });
  add('currentShard', encodeCall('currentShard()', []));
  add('currentShard, 500 KB', encodeCall('currentShard()', []), { size: 500_000 });
  add('recentShardStateRoot', encodeCall('recentShardStateRoot(uint256,uint256)', [1n, 0n]));
  add('mirrorOf', encodeCall('mirrorOf(uint256,address)', [1n, 1n]));
  add('send', encodeCall('send(uint256,address,uint256,bytes)', [0n, 1n, 0n, none]), { value: 1 });
  add('send that is refused', encodeCall('send(uint256,address,uint256,bytes)', [99n, 1n, 0n, none]));
  add('callScript', encodeCall('callScript(uint256,bytes,uint256)', [1n, none, 100_000n]));
  add('callScript of a script that there is not', encodeCall('callScript(uint256,bytes,uint256)', [9_999n, none, 0n]));
  return rows;
}

function createRows() {
  const initSize = 49_152;
  const rows = {};
  for (const [name, salt] of [
    ['CREATE', ''],
    ['CREATE2', op.DUP1],
  ]) {
    const make = (size) => salt + push(size) + push(0) + push(0) + op[name] + op.POP;
    rows[`${name} of nothing`] = counting(make(0));
    rows[`${name} with 48 KiB of init code`] = counting(make(initSize), {
      setup:
        push(1n << 248n) +
        push(initSize - 32) +
        op.MSTORE +
        push(0x5b5b5b5b) +
        push(0x40) +
        op.MSTORE +
        push(0) +
        push(0) +
        op.MSTORE,
    });
    rows[`${name} that fails`] = counting(make(1), { setup: push(0xfe) + push(0) + op.MSTORE8 });
    rows[`${name} of 24 KiB`] = counting(make(32), {
      setup: storeInMemory(0, push(24_576) + push(0) + op.RETURN),
      loop: { most: 1, reserve: 5_200_000 },
    });
    rows[`${name} of 1 byte`] = counting(make(32), { setup: storeInMemory(0, push(1) + push(0) + op.RETURN) });
    rows[`${name} and SELFDESTRUCT`] = counting(make(32), { setup: storeInMemory(0, op.ADDRESS + op.SELFDESTRUCT) });
  }
  return rows;
}

function flowRows() {
  return {
    JUMPDEST: loop({ body: op.JUMPDEST, most: 23_000 }),
    'PUSH1 POP': loop({ body: push(1) + op.POP }),
    JUMP: (() => {
      // A chain of jumps through the whole code.
      let code = op.JUMPDEST;
      const links = 4_000;
      for (let i = 0; i < links; i++) code += pushN(2, code.length / 2 + 4) + op.JUMP + op.JUMPDEST;
      return code + push(RESERVE) + op.GAS + op.GT + push(0) + op.JUMPI;
    })(),
    JUMPI: (() => {
      let code = op.JUMPDEST;
      for (let i = 0; i < 3_000; i++) code += push(1) + pushN(2, code.length / 2 + 6) + op.JUMPI + op.JUMPDEST;
      return code + push(RESERVE) + op.GAS + op.GT + push(0) + op.JUMPI;
    })(),
    'JUMPI not taken': loop({ body: push(0) + push(0) + op.JUMPI }),
  };
}

/**
 * Name of the loop to its contract: `code` (hex digits); `slots` where it works on {@link SLOTS} slots that are there;
 * `isSingle` where one transaction is all.
 */
export function evmLoops() {
  const { gas } = forkRules(SHARD_FORK);
  const rows = new Map();
  for (const name of OPCODE_NAMES) {
    if (gas[name] === undefined || OWN.has(name)) continue;
    if (/^(PUSH|DUP|SWAP)/.test(name) && !/^(PUSH(0|2|32)|(DUP|SWAP)16)$/.test(name)) continue;
    rows.set(name, { code: pureRow(name) });
  }
  for (const more of [flowRows(), memoryRows(), copies(), storageRows(), accountRows(), createRows(), systemRows()]) {
    for (const [name, row] of Object.entries(more)) rows.set(name, typeof row === 'string' ? { code: row } : row);
  }
  return rows;
}
