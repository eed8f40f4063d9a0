import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex } from 'sherd/base';
import {
  BLOOM_LENGTH,
  type Block,
  EMPTY_OMMERS_HASH,
  encodeBlock,
  type Header,
  headerHash,
  logsHash,
  nextDifficulty,
} from 'sherd/block';
import { forkRules } from 'sherd/protocol';
import { createMemoryStore } from 'sherd/state';
import { EMPTY_TRIE_ROOT } from 'sherd/trie';
import { encodeTransaction, signTransaction } from 'sherd/tx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isExpectedException } from './exceptions.ts';
import { fixtureFiles } from './files.ts';
import type { ForkAs } from './forkAs.ts';
import { chainOfNetwork } from './networks.ts';
import { runFixtureFiles } from './pool.ts';
import { type FileReport, loadSuite } from './suites.ts';

const SENDER = '0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b';
const TARGET = '0x00000000000000000000000000000000000000ee';
const COINBASE = '0x00000000000000000000000000000000000000c0';

/** The root after a transfer of 5 wei at 10 wei per gas, with a base fee of 10 that is burnt. */
function rootAfterTransfer(): string {
  const store = createMemoryStore();
  const nobody = { code: new Uint8Array(0), storage: [] };
  store.setAccount(SENDER, { ...nobody, nonce: 1n, balance: 1_000_000n - 210_000n - 5n });
  store.setAccount(TARGET, { ...nobody, nonce: 0n, balance: 5n });
  return bytesToHex(store.stateRoot());
}

/** A state test in which the sender pays 5 wei to the target. */
function transferTest(changes: { hash?: string; gasLimit?: string; expectException?: string; env?: object } = {}) {
  const { hash = rootAfterTransfer(), gasLimit = '0x5208', expectException, env = {} } = changes;
  const entry = { indexes: { data: 0, gas: 0, value: 0 }, hash, logs: bytesToHex(logsHash([])) };
  return {
    env: {
      currentCoinbase: COINBASE,
      currentNumber: '0x01',
      currentTimestamp: '0x03e8',
      currentGasLimit: '0x0f4240',
      currentBaseFee: '0x0a',
      currentRandom: `0x${'00'.repeat(32)}`,
      ...env,
    },
    pre: { [SENDER]: { nonce: '0x00', balance: '0x0f4240', code: '0x', storage: {} } },
    transaction: {
      data: ['0x'],
      gasLimit: [gasLimit],
      value: ['0x05'],
      gasPrice: '0x0a',
      nonce: '0x00',
      to: TARGET,
      sender: SENDER,
    },
    post: { Cancun: [expectException === undefined ? entry : { ...entry, expectException }] },
  };
}

const runState = await loadSuite('state');
const runBlock = await loadSuite('block');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sherd-conformance-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('a state test', () => {
  it('passes on the right root', () => {
    const report = runState(write('good.json', { transfer: transferTest() }));
    expect(report.fault).toBe('');
    const stateRoot = rootAfterTransfer();
    expect(report.results).toEqual([{ name: 'transfer', pass: true, fork: 'Cancun', stateRoot, error: '' }]);
  });

  it('fails on another root, and says which it had', () => {
    const hash = `0x${'12'.repeat(32)}`;
    const [result] = runState(write('root.json', { transfer: transferTest({ hash }) })).results;
    expect(result).toMatchObject({ pass: false });
    expect(result!.error).toContain(`have ${rootAfterTransfer()}, want ${hash}`);
  });

  it('checks that an expected refusal happened, and that it is of the kind expected', () => {
    const run = (changes: object) =>
      runState(write('refusal.json', { refused: transferTest(changes) })).results[0]!.error;
    const kind = 'TransactionException.INTRINSIC_GAS_TOO_LOW';
    expect(run({ expectException: kind })).toContain(`transaction ran, want ${kind}`);
    expect(run({ expectException: kind, gasLimit: '0x5207' })).toContain('post state root mismatch');
    expect(run({ expectException: 'TransactionException.SENDER_NOT_EOA', gasLimit: '0x5207' })).toContain(
      'refused with INTRINSIC_GAS_TOO_LOW',
    );
    expect(run({ gasLimit: '0x5207' })).toContain('unexpected refusal INTRINSIC_GAS_TOO_LOW');
  });

  it('runs the fields where its bytes are from before they were edited, as geth does', () => {
    const key = new Uint8Array(32).fill(7);
    const to = TARGET;
    const common = { nonce: 0n, gasLimit: 21_000n, to, data: new Uint8Array(0), gasPrice: 10n } as const;
    const signed = (value: bigint) => {
      return bytesToHex(encodeTransaction(signTransaction({ type: 0, chainId: 1n, ...common, value }, key)));
    };
    const outcomeOf = (txbytes: string) => {
      const test = transferTest();
      const post = { Cancun: [{ ...test.post.Cancun![0], txbytes }] };
      const { results } = runState(write('edited.json', { edited: { ...test, post } }));
      return results[0]!.error;
    };
    expect(outcomeOf(signed(5n))).toBe('');
    // 6 wei in the bytes, 5 in the fields and in the root.
    expect(outcomeOf(signed(6n))).toBe('');
    expect(outcomeOf('0x02c0')).toMatch(/unexpected refusal RLP_FIELD/);
  });

  it('runs only the fork that was asked for', () => {
    const path = write('fork.json', { transfer: transferTest() });
    expect(runState(path, { fork: 'Cancun' }).results).toHaveLength(1);
    expect(runState(path, { fork: 'Osaka' }).results).toHaveLength(0);
  });

  it('runs under the rules that were asked for in place of its fork, and keeps the name of the fork', () => {
    const path = write('forkAs.json', { transfer: transferTest() });
    const result = (forkAs: ForkAs) => runState(path, { fork: 'Cancun', forkAs }).results[0];
    expect(result({ cancun: 'pragueDraft2024' })).toMatchObject({ fork: 'Cancun', pass: true });
    expect(result({ prague: 'frontier' })).toMatchObject({ fork: 'Cancun', pass: true });
    // Frontier burns no base fee.
    expect(result({ cancun: 'frontier' })).toMatchObject({ fork: 'Cancun', pass: false });
  });
});

/** A block test of one empty block, which pays its reward and which nobody has mined. */
function emptyBlockTest(sealEngine: string) {
  const { rules } = forkRules('homestead');
  const root = (balance: bigint) => {
    const store = createMemoryStore();
    const account = { nonce: 0n, balance, code: new Uint8Array(0), storage: [] };
    if (balance > 0n) store.setAccount(COINBASE, account);
    return store.stateRoot();
  };
  const genesis: Header = {
    parentHash: new Uint8Array(32),
    ommersHash: EMPTY_OMMERS_HASH,
    coinbase: COINBASE,
    stateRoot: root(0n),
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    bloom: new Uint8Array(BLOOM_LENGTH),
    difficulty: 131_072n,
    number: 0n,
    gasLimit: 5000n,
    gasUsed: 0n,
    timestamp: 0n,
    extraData: new Uint8Array(0),
    mixHash: new Uint8Array(32),
    nonce: new Uint8Array(8),
  };
  const header: Header = {
    ...genesis,
    parentHash: headerHash(genesis),
    stateRoot: root(rules.blockReward),
    difficulty: nextDifficulty(1n, 15n, { ...genesis, hasOmmers: false }, rules),
    number: 1n,
    timestamp: 15n,
  };
  const encoded = (of: Header) => bytesToHex(encodeBlock({ header: of, transactions: [], ommers: [] } satisfies Block));
  return {
    network: 'Homestead',
    sealEngine,
    genesisRLP: encoded(genesis),
    pre: {},
    blocks: [{ rlp: encoded(header), blockHeader: {} }],
    lastblockhash: bytesToHex(headerHash(header)),
  };
}

describe('a block test', () => {
  const run = (sealEngine: string) => {
    return runBlock(write('block.json', { empty: emptyBlockTest(sealEngine) })).results[0]!;
  };

  it('takes blocks that nobody mined where the file says that nobody did', () => {
    expect(run('NoProof')).toMatchObject({ pass: true, error: '' });
  });

  it('checks the work behind blocks where the file says Ethash', () => {
    expect(run('Ethash')).toMatchObject({
      pass: false,
      error: expect.stringMatching(/^block 0 was refused: HEADER_SEAL: mix hash: have 0x0+, want 0x[0-9a-f]{64}$/),
    });
  });
});

describe('a malformed file', () => {
  it('has a fault with its place, and no result of the tests behind it', () => {
    const env = { currentNumber: 'twelve' };
    const path = write('bad.json', { good: transferTest(), bad: transferTest({ env }), never: transferTest() });
    const report = runState(path);
    expect(report.results).toHaveLength(1);
    expect(report.fault).toBe('bad.env.currentNumber: have "twelve", want an integer');
    expect(runState(write('text.json', '{')).fault).toMatch(/^the file: /);
    expect(runState(write('list.json', [])).fault).toBe('the file: have [], want an object');
    expect(runState(join(folder, 'absent.json')).fault).toBe('no such file');
  });

  it('names the test whose values the core refuses, and the place of numbers that no chain has', () => {
    const faultOf = (env: object) => runState(write('env.json', { t: transferTest({ env }) })).fault;
    expect(faultOf({ currentExcessBlobGas: '0x4000000000000000' })).toBe(
      't: EXCESS_BLOB_GAS_TOO_HIGH: excess blob gas 4611686018427387904 makes no price',
    );
    expect(faultOf({ currentNumber: '0x10000000000000000' })).toBe(
      't.env.currentNumber: have "0x10000000000000000", want at most 64 bits',
    );
    expect(faultOf({ currentNumber: -1 })).toBe('t.env.currentNumber: have -1, want a string');
    const block = runBlock(write('rlp.json', { empty: { ...emptyBlockTest('NoProof'), genesisRLP: '0xf9' } }));
    expect(block.fault).toMatch(/^empty: RLP_/);
  });

  it('is told in one line, also where lists nest without end', () => {
    const depth = 200_000;
    const path = write('deep.json', '['.repeat(depth) + ']'.repeat(depth));
    expect(runState(path).fault).toBe('the file: have a list of 1, want an object');
  });

  it('does not stop the others', async () => {
    const paths = [write('a.json', '{'), write('b.json', { transfer: transferTest() })];
    const reports: FileReport[] = [];
    await runFixtureFiles('state', paths, { jobs: 1 }, (report) => reports.push(report));
    expect(reports.map(({ fault, results }) => [fault !== '', results.length])).toEqual([
      [true, 0],
      [false, 1],
    ]);
  });
});

describe('paths and names', () => {
  it('find all JSON files below a folder, in order', () => {
    write('z.json', {});
    write('notes.txt', '');
    const names = fixtureFiles(folder).map((path) => path.slice(folder.length + 1));
    expect(names).toContain('z.json');
    expect(names).not.toContain('notes.txt');
    expect(names).toEqual([...names].sort());
    expect(() => fixtureFiles(join(folder, 'nowhere'))).toThrow(expect.objectContaining({ code: 'NO_SUCH_FILE' }));
  });

  it('read networks that change from fork to fork', () => {
    expect(chainOfNetwork('EIP150', 1n)!.forks).toEqual([{ fork: 'tangerineWhistle', block: 0n }]);
    expect(chainOfNetwork('BerlinToLondonAt5', 1n)!.forks[1]).toEqual({ fork: 'london', block: 5n });
    const cancun = chainOfNetwork('ShanghaiToCancunAtTime15k', 1n)!.forks[1];
    expect(cancun).toEqual({ fork: 'cancun', timestamp: 15_000n });
    const paris = chainOfNetwork('ArrowGlacierToParisAtDiffC0000', 1n)!.forks[1];
    expect(paris).toEqual({ fork: 'paris', totalDifficulty: 0xc0000n });
    expect(chainOfNetwork('Nowhere', 1n)).toBeUndefined();
  });

  it('know refusals by all their names, alternatives included', () => {
    expect(isExpectedException('TR_NoFunds', 'INSUFFICIENT_FUNDS')).toBe(true);
    expect(isExpectedException('TransactionException.A|TransactionException.NONCE_IS_MAX', 'NONCE_IS_MAX')).toBe(true);
    expect(isExpectedException('TransactionException.NONCE_IS_MAX', 'SENDER_NOT_EOA')).toBe(false);
    expect(isExpectedException('TransactionException.NONCE_IS_MAX', 'UNHEARD_OF')).toBe(false);
  });
});
