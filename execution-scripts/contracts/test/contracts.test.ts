/** Every message of the contract framework, with a real contract, and every reason for which one is refused. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Address, addressToBytes, bytesToHex, concatBytes, hexToBytes } from 'sherd/base';
import { keccak256 } from 'sherd/crypto';
import { SCRIPT_OUTCOMES } from 'sherd/scripts';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createTestShard,
  fromLittleEndian,
  littleEndian,
  signScriptMessage,
  type TestShard,
  type TestSigner,
  testSigner,
} from '../../../packages/node/src/scriptTool/index.ts';
import { buildScript } from '../../sdk/build-all.mjs';
import { compileScript } from '../../sdk/compile.mjs';

const CODE = new Uint8Array(readFileSync(new URL('../contracts.wasm', import.meta.url)));
const POLL = fileURLToPath(new URL('../assembly/examples/poll.ts', import.meta.url));
const DOMAIN = '\x19Sherd contracts:\n';
const SALT = new Uint8Array(32).fill(5);
/** The first nonce of an account that was opened in slot 10. */
const FIRST = 10n << 24n;
const alice = testSigner(1);
const bob = testSigner(2);

const ERRORS = {
  MALFORMED: 1,
  UNKNOWN_KIND: 2,
  BAD_SIGNATURE: 3,
  BAD_NONCE: 4,
  UNKNOWN_ACCOUNT: 5,
  UNKNOWN_CONTRACT: 6,
  CONTRACT_EXISTS: 7,
  CONTRACT_REFUSED: 8,
  CONTRACT_FAILED: 9,
  BAD_ANSWER: 10,
  TOO_LITTLE_GAS: 11,
};

let poll: Uint8Array;
beforeAll(async () => {
  poll = new Uint8Array(await compileScript(POLL));
});

const message = (kind: number, ...parts: Uint8Array[]) => concatBytes(Uint8Array.of(kind), ...parts);
const deploy = (code: Uint8Array) => message(1, SALT, code);
const open = (account: Address) => message(2, addressToBytes(account));
const ask = (contract: Uint8Array, payload = new Uint8Array()) => message(4, contract, payload);
const read = (contract: Uint8Array) => message(5, contract);
const extend = (contract: Uint8Array, slots: bigint) => message(6, contract, littleEndian(slots, 8));

function call(
  { context }: TestShard,
  contract: Uint8Array,
  nonce: bigint,
  payload: readonly number[],
  { key }: TestSigner,
) {
  return signScriptMessage(
    DOMAIN,
    context,
    message(3, contract, littleEndian(nonce, 8), Uint8Array.from(payload)),
    key,
  );
}

function deployed(code = poll): { shard: TestShard; contract: Uint8Array } {
  const shard = createTestShard(CODE, { shard: 1 });
  for (const { address } of [alice, bob]) shard.accept(open(address));
  return { shard, contract: shard.accept(deploy(code)) };
}

const counts = (answer: Uint8Array) => [0, 4, 8, 12].map((at) => Number(fromLittleEndian(answer.slice(at, at + 4))));

/** EVM bytecode that answers `output`, which is at most 32 bytes. */
function evmAnswer(output: string): Uint8Array {
  const bytes = hexToBytes(`0x${output}`);
  const size = bytes.length.toString(16).padStart(2, '0');
  const push = (0x5f + bytes.length).toString(16);
  return hexToBytes(`0x${push}${output}5f5260${size}60${(32 - bytes.length).toString(16).padStart(2, '0')}f3`);
}

test('the committed module is what its sources give', async () => {
  expect(new Uint8Array(await buildScript('contracts'))).toEqual(CODE);
});

describe('a contract', () => {
  test('is named by its salt and its code, and deployed once', () => {
    const { shard, contract } = deployed();
    expect(bytesToHex(contract)).toBe(bytesToHex(keccak256(concatBytes(SALT, keccak256(poll)))));
    expect(shard.refuse(deploy(poll))).toBe(ERRORS.CONTRACT_EXISTS);
    expect(shard.accept(read(contract))).toEqual(new Uint8Array());
  });

  test('keeps the state that its calls leave', () => {
    const { shard, contract } = deployed();
    expect(counts(shard.accept(call(shard, contract, FIRST, [2], alice)))).toEqual([0, 0, 1, 0]);
    expect(counts(shard.accept(call(shard, contract, FIRST, [2], bob)))).toEqual([0, 0, 2, 0]);
    const state = shard.accept(read(contract));
    expect(state).toEqual(
      concatBytes(
        ...[0, 0, 2, 0].map((count) => littleEndian(count, 4)),
        addressToBytes(alice.address),
        addressToBytes(bob.address),
      ),
    );
    expect(counts(shard.accept(ask(contract)))).toEqual([0, 0, 2, 0]);
  });

  test('that is asked leaves nothing behind', () => {
    const { shard, contract } = deployed();
    const before = shard.world.digest();
    expect(counts(shard.accept(ask(contract, Uint8Array.of(1))))).toEqual([0, 1, 0, 0]);
    expect(shard.world.digest()).toBe(before);
  });

  test('may refuse, in its own words', () => {
    const { shard, contract } = deployed();
    shard.accept(call(shard, contract, FIRST, [2], alice));
    const again = call(shard, contract, FIRST + 1n, [3], alice);
    expect(shard.refuse(again)).toBe(ERRORS.CONTRACT_REFUSED);
    expect(new TextDecoder().decode(shard.run(again).output.slice(4))).toBe('voted already');
    expect(shard.refuse(call(shard, contract, FIRST, [4], bob))).toBe(ERRORS.CONTRACT_REFUSED);
  });

  test('lives as long as its code, and begins anew when it is deployed again', () => {
    const { shard, contract } = deployed();
    shard.accept(extend(contract, 50n));
    shard.world.slot = 155;
    for (const { address } of [alice, bob]) shard.accept(open(address));
    shard.accept(call(shard, contract, 155n << 24n, [0], alice));
    shard.world.slot = 161;
    for (const each of [ask(contract), read(contract), extend(contract, 1n)]) {
      expect(shard.refuse(each)).toBe(ERRORS.UNKNOWN_CONTRACT);
    }
    expect(shard.accept(deploy(poll))).toEqual(contract);
    expect(shard.accept(read(contract))).toEqual(new Uint8Array());
  });

  test('may be EVM bytecode', () => {
    // An empty state (0 bytes), and one byte of answer.
    const { shard, contract } = deployed(evmAnswer('000000002a'));
    expect(shard.accept(call(shard, contract, FIRST, [], alice))).toEqual(Uint8Array.of(0x2a));
  });
});

describe('whatever the code is', () => {
  const fails = (code: Uint8Array) => {
    const { shard, contract } = deployed(code);
    const request = call(shard, contract, FIRST, [], alice);
    return { code: shard.refuse(request), outcome: SCRIPT_OUTCOMES[shard.run(request).output[4]!] };
  };

  test('a failure of it is told, and undone', () => {
    expect(fails(Uint8Array.of(0xef))).toEqual({ code: ERRORS.CONTRACT_FAILED, outcome: 'badCode' });
    expect(fails(Uint8Array.of(0, 1, 2))).toEqual({ code: ERRORS.CONTRACT_FAILED, outcome: 'badCode' });
    // JUMPDEST, PUSH0, JUMP for ever: the reserve is left to say so.
    expect(fails(hexToBytes('0x5b5f56'))).toEqual({ code: ERRORS.CONTRACT_FAILED, outcome: 'outOfGas' });
    // A pure function has no storage: SSTORE.
    expect(fails(hexToBytes('0x60015f55')).code).toBe(ERRORS.CONTRACT_FAILED);
  });

  test('an answer with more state than there is, or than there may be, is none', () => {
    for (const answer of ['000000', '01000000', '01100000aa', 'ffffffffaa', '00000080aa']) {
      const { shard, contract } = deployed(evmAnswer(answer));
      expect(shard.refuse(call(shard, contract, FIRST, [], alice)), answer).toBe(ERRORS.BAD_ANSWER);
    }
  });

  test('it must leave gas to keep the state', () => {
    const { shard, contract } = deployed();
    const request = call(shard, contract, FIRST, [1], alice);
    const before = shard.world.digest();
    const { outcome, output } = shard.run(request, 200_000);
    expect([outcome, output[0]]).toEqual(['aborted', ERRORS.TOO_LITTLE_GAS]);
    expect(shard.world.digest()).toBe(before);
  });
});

describe('a call', () => {
  test('is good once, for its signer, and for one chain, shard and script', () => {
    const { shard, contract } = deployed();
    const good = call(shard, contract, FIRST, [1], alice);
    for (const changed of [{ chainId: 1n }, { shard: 2 }, { script: 2 }]) {
      const elsewhere = { ...shard, context: { ...shard.context, ...changed } };
      expect(shard.refuse(call(elsewhere, contract, FIRST, [1], alice))).toBe(ERRORS.UNKNOWN_ACCOUNT);
    }
    const odd = good.slice();
    odd[odd.length - 1] = 2;
    expect(shard.refuse(odd)).toBe(ERRORS.BAD_SIGNATURE);
    expect(shard.refuse(call(shard, new Uint8Array(32), FIRST, [1], alice))).toBe(ERRORS.UNKNOWN_CONTRACT);
    expect(shard.refuse(call(shard, contract, FIRST + 1n, [1], alice))).toBe(ERRORS.BAD_NONCE);
    shard.accept(good);
    expect(shard.refuse(good)).toBe(ERRORS.BAD_NONCE);
  });

  test('needs an account, which opens with a nonce above all of earlier lives', () => {
    const shard = createTestShard(CODE);
    expect(fromLittleEndian(shard.accept(open(alice.address)))).toBe(FIRST);
    shard.world.slot = 50;
    expect(fromLittleEndian(shard.accept(open(alice.address)))).toBe(FIRST);
    shard.world.slot = 111;
    expect(fromLittleEndian(shard.accept(open(alice.address)))).toBe(111n << 24n);
  });
});

test('messages of other lengths and kinds are refused', () => {
  const shard = createTestShard(CODE);
  const wrong: [number, number[]][] = [
    [1, [1, 33]],
    [2, [20, 22]],
    [3, [105, 619]],
    [4, [32, 546]],
    [5, [32, 34]],
    [6, [40, 42]],
  ];
  for (const [kind, lengths] of wrong) {
    for (const length of lengths) {
      const text = new Uint8Array(length);
      text[0] = kind;
      expect(shard.refuse(text), `kind ${kind}, ${length} bytes`).toBe(ERRORS.MALFORMED);
    }
  }
  expect(shard.refuse(new Uint8Array())).toBe(ERRORS.MALFORMED);
  expect(shard.refuse(new Uint8Array(33 + 16_384 + 1))).toBe(ERRORS.MALFORMED);
  for (const kind of [0, 7, 255]) expect(shard.refuse(Uint8Array.of(kind))).toBe(ERRORS.UNKNOWN_KIND);
});
