/** Scripts that ask one thing of their host until their gas is nearly gone: modules, and EVM bytecode. */
import { hexToBytes } from 'sherd/base';
import { HOST_FUNCTIONS } from 'sherd/scripts';
import { CODE_SYSTEM_FUNCTIONS, SYSTEM_CONTRACT } from 'sherd/shard';
import { encodeCall } from '../../packages/sherd/dist/shard/evm/abi.js';
import { assembleModule, op, push, pushN, storeInMemory } from '../../packages/testkit/dist/index.js';
import { CALLEES, callBody, loop } from './worstEvm.mjs';

/** The first scripts: a module that does nothing, one that gives back a kilobyte, and bytecode that does nothing. */
export const HELPERS = [
  assembleModule({ main: 'nop' }),
  assembleModule({ imports: ['finish'], main: 'i32.const 0 i32.const 1024 call $finish' }),
  hexToBytes(`0x${push(0)}${op.STOP}`),
];

/** Where things lie in a module's memory: a counter that serves as key, bytes, an address of script 0 with calldata. */
const AT = { key: 0, bytes: 4096, out: 40_000, contract: 2048, garbage: 2200, code: 3000 };

const COUNT = `i32.const ${AT.key} i32.const ${AT.key} i32.load i32.const 1 i32.add i32.store`;

/** `body` again and again while more than `reserve` gas is left, which is asked for every `times` turns. */
function module(imports, body, { times = 8, data = [], memory = [2, 2], reserve = 400_000 } = {}) {
  const main = `loop ${`${body} `.repeat(times)} call $gasLeft i64.const ${reserve} i64.gt_u br_if 0 end`;
  const rows = [[AT.contract, hexToBytes(CALLEES.stop.address)], [AT.garbage, new Uint8Array(200).fill(0xab)], ...data];
  return assembleModule({ imports: [...new Set(['gasLeft', ...imports])], main, data: rows, memory });
}

function moduleRows() {
  const rows = {};
  const add = (name, imports, body, options) => {
    rows[`module: ${name}`] = { code: module(imports, body, options) };
  };
  for (const name of [
    'dataSize',
    'callerKind',
    'isStatic',
    'scriptId',
    'currentSlot',
    'gasLeft',
    'resultSize',
    'minDeposit',
  ]) {
    add(name, [name], `call $${name} drop`, { times: 400 });
  }
  const call = (name, ...values) => `${values.join(' ')} call $${name}${HOST_FUNCTIONS[name].result ? ' drop' : ''}`;
  const i32 = (n) => `i32.const ${n}`;
  const i64 = (n) => `i64.const ${n}`;
  add('dataCopy of nothing', ['dataCopy'], call('dataCopy', i32(0), i32(0), i32(0)), { times: 100 });
  add('recentBeaconStateRoot', ['recentBeaconStateRoot'], call('recentBeaconStateRoot', i64(0), i32(AT.out)), {
    times: 100,
  });
  add('recentShardStateRoot', ['recentShardStateRoot'], call('recentShardStateRoot', i32(0), i64(0), i32(AT.out)), {
    times: 100,
  });
  add(
    'recentShardStateRoot, own',
    ['recentShardStateRoot'],
    call('recentShardStateRoot', i32(1), i64(0), i32(AT.out)),
    { times: 100 },
  );
  for (const name of ['storageSize', 'storageVersion', 'storageTtl']) {
    add(`${name}, absent`, [name], `${COUNT} ${call(name, i32(AT.key))}`, { times: 50 });
  }
  add('storageRead, one object', ['storageRead'], call('storageRead', i32(64), i32(AT.out), i32(0), i32(0)), {
    times: 50,
  });
  add('storageWrite, one object', ['storageWrite'], call('storageWrite', i32(64), i32(AT.bytes), i32(0)));
  for (const size of [0, 32, 1024, 16_384]) {
    add(
      `storageWrite of ${size} bytes, new`,
      ['storageWrite'],
      `${COUNT} ${call('storageWrite', i32(AT.key), i32(AT.bytes), i32(size))}`,
      { times: 4 },
    );
  }
  add('storageRemove, absent', ['storageRemove'], `${COUNT} ${call('storageRemove', i32(AT.key))}`);
  for (const size of [0, 1024, 16_384]) {
    add(
      `saveReceipt of ${size} bytes`,
      ['saveReceipt'],
      call('saveReceipt', i32(0), i32(0), i32(AT.bytes), i32(size)),
      { times: 4 },
    );
  }
  for (const length of [0, 200, 30_000]) {
    add(
      `claimReceipt of garbage, ${length} bytes`,
      ['claimReceipt'],
      call('claimReceipt', i32(AT.garbage), i32(length)),
      { times: 2 },
    );
  }
  for (const name of ['call', 'staticCall']) {
    const to = (what, script, ptr, length, gas = 1_000_000, options = {}) =>
      add(`${name} ${what}`, [name], call(name, i32(script), i32(ptr), i32(length), i64(gas)), {
        times: 4,
        ...options,
      });
    to('of an empty module', 1, 0, 0);
    to('of a script of bytecode', 3, 0, 0);
    to('of script 0 with nothing', 0, 0, 0, 5_000);
    to('of script 0 with garbage', 0, AT.garbage, 200, 5_000);
    to('of script 0, an account without code', 0, AT.garbage, 20, 5_000);
    to('of script 0, an empty contract', 0, AT.contract, 20, 5_000);
    to('of script 0 without gas', 0, AT.contract, 20, 0);
    to('of a script that there is not', name === 'call' ? 900_000 : 0, 0, 0, 0);
    to('with 60 KB of data', 1, 0, 60_000);
    if (name === 'call') to('of itself', 9_999, 0, 0, 0);
  }
  const empty = assembleModule({ main: 'nop' });
  const bytecode = hexToBytes(`0x${push(0)}${op.STOP}`);
  const run = (bytes) => call('executeCode', i32(AT.code), i32(bytes.length), i32(0), i32(0), i64(60_000));
  add('executeCode of a module', ['executeCode'], run(empty), { times: 2, data: [[AT.code, empty]] });
  add('executeCode of bytecode', ['executeCode'], run(bytecode), { times: 4, data: [[AT.code, bytecode]] });
  add('executeCode of garbage', ['executeCode'], run(new Uint8Array(200)), {
    times: 4,
    data: [[AT.code, new Uint8Array(64).fill(0xef)]],
  });
  for (const size of [0, 1024, 32_768]) {
    add(`sha256 of ${size} bytes`, ['sha256'], call('sha256', i32(0), i32(size), i32(AT.out)), { times: 8 });
    add(`keccak256 of ${size} bytes`, ['keccak256'], call('keccak256', i32(0), i32(size), i32(AT.out)), { times: 8 });
  }
  add(
    'secp256k1Recover',
    ['secp256k1Recover'],
    call('secp256k1Recover', i32(AT.bytes), i32(AT.bytes + 32), i32(AT.out)),
    {
      times: 4,
      data: recoverData(),
    },
  );
  add('secp256k1Recover of garbage', ['secp256k1Recover'], call('secp256k1Recover', i32(0), i32(0), i32(AT.out)), {
    times: 4,
  });
  add('blsVerify of garbage', ['blsVerify'], call('blsVerify', i32(0), i32(0), i32(0), i32(0)), {
    times: 1,
    reserve: 900_000,
  });
  return rows;
}

/** A hash and a signature with small numbers, which recovers. */
function recoverData() {
  const bytes = new Uint8Array(97);
  bytes.fill(7, 0, 32);
  bytes.set(hexToBytes('0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'), 32);
  bytes.fill(3, 64, 96);
  return [[AT.bytes, bytes]];
}

/** Each function of the system contract for bytecode, with arguments that pass, and with none. */
function bytecodeRows() {
  const rows = {};
  const values = {
    recentBeaconStateRoot: [0n],
    recentShardStateRoot: [1n, 0n],
    storageSize: [1n],
    storageRead: [1n],
    storageVersion: [1n],
    storageTtl: [1n],
    storageWrite: [1n, new Uint8Array(0)],
    storageRemove: [1n],
    storageExtendTtl: [1n, 1n],
    saveReceipt: [0n, 0n, new Uint8Array(0)],
    claimReceipt: [new Uint8Array(0)],
    callScript: [1n, new Uint8Array(0), 100_000n],
    staticCallScript: [1n, new Uint8Array(0), 100_000n],
    executeCode: [Uint8Array.of(0x60, 0), new Uint8Array(0), 100_000n],
    blsVerify: [new Uint8Array(48), new Uint8Array(0), new Uint8Array(96)],
  };
  const add = (name, input, options = {}) => {
    const body = callBody('CALL', push(SYSTEM_CONTRACT), op.GAS, input.length, 0) + (options.more ?? '');
    rows[`bytecode: ${name}`] = {
      code: hexToBytes(
        `0x${loop({ setup: storeInMemory(0, Buffer.from(input).toString('hex')), body, most: 8, reserve: 1_200_000 })}`,
      ),
    };
  };
  for (const signature of CODE_SYSTEM_FUNCTIONS) {
    const name = signature.slice(0, signature.indexOf('('));
    add(name, encodeCall(signature, values[name] ?? []));
  }
  // The key counts up.
  const nextKey = push(1) + push(4) + op.MLOAD + op.ADD + push(4) + op.MSTORE;
  for (const name of ['storageSize', 'storageRead', 'storageRemove', 'storageWrite']) {
    const signature = CODE_SYSTEM_FUNCTIONS.find((each) => each.startsWith(`${name}(`));
    add(`${name}, another key each time`, encodeCall(signature, values[name]), { more: nextKey });
  }
  add('no function', Uint8Array.of(1, 2, 3, 4));
  const zero = (data, gas) => [0n, data, gas];
  for (const [what, data] of [
    ['nothing', new Uint8Array(0)],
    ['garbage', new Uint8Array(200).fill(0xab)],
    ['an account without code', new Uint8Array(20).fill(0xab)],
    ['an empty contract', hexToBytes(CALLEES.stop.address)],
  ]) {
    add(`callScript of script 0, ${what}`, encodeCall('callScript(uint256,bytes,uint256)', zero(data, 5_000n)));
    add(
      `staticCallScript of script 0, ${what}`,
      encodeCall('staticCallScript(uint256,bytes,uint256)', zero(data, 5_000n)),
    );
  }
  add(
    'callScript of a script of bytecode',
    encodeCall('callScript(uint256,bytes,uint256)', [3n, new Uint8Array(0), 100_000n]),
  );
  const code = (body, setup) => ({ code: hexToBytes(`0x${loop({ setup, body, most: 8, reserve: 400_000 })}`) });
  rows['bytecode: SLOAD, absent'] = code(op.DUP1 + op.SLOAD + op.POP + push(1) + op.ADD, push(0));
  rows['bytecode: SSTORE of new slots'] = code(op.DUP1 + op.DUP1 + op.SSTORE + push(1) + op.ADD, push(1));
  rows['bytecode: SLOAD warm'] = { code: hexToBytes(`0x${loop({ body: push(1) + op.SLOAD + op.POP })}`) };
  rows['bytecode: SSTORE dirty'] = {
    code: hexToBytes(`0x${loop({ setup: push(1), body: op.DUP1 + push(0) + op.SSTORE + push(1) + op.ADD })}`),
  };
  rows['bytecode: EXTCODEHASH of itself'] = {
    code: hexToBytes(`0x${loop({ body: op.ADDRESS + op.EXTCODEHASH + op.POP, most: 9_000 })}`),
  };
  rows['bytecode: call of itself'] = {
    code: hexToBytes(
      `0x${loop({ setup: op.CALLER + op.ADDRESS + op.EQ + op.ISZERO + pushN(2, 9) + op.JUMPI + op.STOP + op.JUMPDEST, body: callBody('CALL', op.ADDRESS) })}`,
    ),
  };
  return rows;
}

/** Name of the loop to its `code`. Scripts 1 to 3 are {@link HELPERS}. */
export function scriptLoops() {
  return new Map([...Object.entries(moduleRows()), ...Object.entries(bytecodeRows())]);
}
