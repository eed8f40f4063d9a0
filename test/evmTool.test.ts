/** The EVM tools as commands: run, disasm, t8n, and state tests from standard input. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, sherd, sherdWithInput } from './cli.ts';
import { suiteFolder } from './fixtureSuite.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sherd-evm-tool-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes `content` and returns the path. */
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const lines = (text: string) => text.trimEnd().split('\n');

/** Returns 1 + 2 as a word. */
const THREE = '600160020160005260206000f3';

describe('sherd run', () => {
  it('prints what the code returns', async () => {
    const { code, stdout, stderr } = await sherd('run', THREE);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`0x${'3'.padStart(64, '0')}\n`);
  });

  it('prints why the code halted; that is a result, not a failure of the command', async () => {
    const { code, stdout } = await sherd('run', '--code', 'fe', '--gas', '100');
    expect([code, stdout]).toEqual([0, '0x\n error: invalid opcode: INVALID\n']);
  });

  it('writes steps as geth does', async () => {
    const { stdout } = await sherd('run', '6001600201', '--gas', '100', '--json');
    expect(lines(stdout)).toEqual([
      '{"pc":0,"op":96,"gas":"0x64","gasCost":"0x3","memSize":0,"stack":[],"depth":1,"refund":0,"opName":"PUSH1"}',
      '{"pc":2,"op":96,"gas":"0x61","gasCost":"0x3","memSize":0,"stack":["0x1"],"depth":1,"refund":0,"opName":"PUSH1"}',
      '{"pc":4,"op":1,"gas":"0x5e","gasCost":"0x3","memSize":0,"stack":["0x1","0x2"],"depth":1,"refund":0,"opName":"ADD"}',
      '{"pc":5,"op":0,"gas":"0x5b","gasCost":"0x0","memSize":0,"stack":["0x3"],"depth":1,"refund":0,"opName":"STOP"}',
      '{"output":"","gasUsed":"0x9"}',
    ]);
  });

  it('writes memory, return data and call frames where they are asked for, also in the words of geth', async () => {
    // Calls the identity contract with one byte and stops.
    const code = '60ab600053600060006001600060006004620186a0f100';
    const ours = await sherd('run', code, '--json', '--trace.memory', '--trace.returndata', '--trace.callframes');
    const frames = lines(ours.stdout).filter((line) => !line.includes('opName'));
    expect(frames.map((line) => Object.keys(JSON.parse(line)))).toEqual([
      ['from', 'to', 'gas', 'value', 'type'],
      ['from', 'to', 'input', 'gas', 'value', 'type'],
      ['output', 'gasUsed'],
      ['output', 'gasUsed'],
    ]);
    const stop = lines(ours.stdout).find((line) => line.includes('"opName":"STOP"'))!;
    expect(Object.keys(JSON.parse(stop)).join()).toBe(
      'pc,op,gas,gasCost,memory,memSize,stack,returnData,depth,refund,opName',
    );
    const flags = ['--trace.nomemory=false', '--noreturndata=false', '--trace.callframes=true', '--trace=true'];
    expect((await sherd('evm', 'run', ...flags, code)).stdout).toBe(ours.stdout);
  });

  it('stops when nobody reads its steps any more', async () => {
    // Ten billion gas, twelve a round: hours of steps.
    const child = spawn(process.execPath, [PROGRAM, 'run', '5b600056', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(141);
  });

  it('has help', async () => {
    const { code, stdout, stderr } = await sherd('run', '--help');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: sherd run .*--gas <n> +gas limit \(default: 10000000000\).*Examples:/s);
  });

  it('takes code and input from files', async () => {
    // Returns the first word of the input.
    const code = file('echo.hex', '0x6000356000\n5260206000f3\n');
    const input = file('input.hex', `${'ab'.repeat(32)}\n`);
    const { stdout } = await sherd('run', '--codefile', code, '--inputfile', input);
    expect(stdout).toBe(`0x${'ab'.repeat(32)}\n`);
  });

  it('makes a contract with --create', async () => {
    const { stdout } = await sherd('run', '--create', '60fe60005360016000f3', '--dump');
    const [output, ...dump] = lines(stdout);
    expect(output).toBe('0xfe');
    expect(Object.values(JSON.parse(dump.join('\n')).accounts)).toContainEqual(
      expect.objectContaining({ code: '0xfe', nonce: 1 }),
    );
  });

  it('runs in the world and under the rules of a genesis file', async () => {
    const contract = `0x${'c0'.repeat(20)}`;
    // Returns BASEFEE where there is one.
    const genesis = (london: number) => ({
      config: { chainId: 9, ...BLOCKS_TO_BERLIN, londonBlock: london },
      baseFeePerGas: 77,
      alloc: { [contract.slice(2)]: { balance: '0x0', code: '0x4860005260206000f3' } },
    });
    const run = (london: number) =>
      sherd('run', '--prestate', file('genesis.json', genesis(london)), '--receiver', contract);
    expect((await run(0)).stdout).toBe(`0x${(77).toString(16).padStart(64, '0')}\n`);
    expect((await run(5)).stdout).toBe('0x\n error: invalid opcode: BASEFEE\n');
  });

  it('traces calls, and what changed', async () => {
    const calls = await sherd('run', THREE, '--tracer', 'callTracer', '--gas', '1000');
    expect(JSON.parse(calls.stdout)).toMatchObject({ type: 'CALL', gas: '0x3e8', gasUsed: '0x18', input: '0x' });
    const several = ['--tracer', 'muxTracer', '--tracer.config', '{"4byteTracer":null,"noopTracer":{}}'];
    const mux = await sherd('run', THREE, ...several, '--input', '0x0102030405');
    expect(JSON.parse(mux.stdout)).toEqual({ '4byteTracer': { '0x01020304-1': 1 }, noopTracer: {} });
    const flat = await sherd(
      'run',
      '00',
      '--tracer',
      'flatCallTracer',
      '--tracer.config',
      '{"includePrecompiles":true}',
    );
    expect(JSON.parse(flat.stdout)).toMatchObject([{ type: 'call', traceAddress: [], subtraces: 0, blockHash: null }]);
    const diff = await sherd('run', '6005600155', '--tracer', 'prestateTracer', '--tracer.config', '{"diffMode":true}');
    const [account] = Object.values(JSON.parse(diff.stdout).post);
    expect(account).toEqual({ storage: { [word(1)]: word(5) } });
  });

  it('measures', async () => {
    const { code, stderr } = await sherd('run', '5b600056', '--gas', '100000', '--bench');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/EVM gas used: {4}100000\n(?:.*\n)+.*\d Mgas\/s mean/)]);
  });

  it.each([
    [['run', '0x6'], 'BAD_HEX'],
    [['run'], 'BAD_OPTIONS'],
    [['run', '00', '--code', '00'], 'BAD_OPTIONS'],
    [['run', '--codefile', 'nowhere.hex'], 'NO_SUCH_FILE'],
    [['run', '00', '--tracer', 'callTracer', '--tracer.config', '{"diffMode":true}'], 'BAD_TRACER_CONFIG'],
  ])('refuses %j with %s', async (args, want) => {
    const { code, stdout, stderr } = await sherd(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(lines(stderr)).toEqual([expect.stringContaining(`${want}: `)]);
  });
});

const BLOCKS_TO_BERLIN = {
  homesteadBlock: 0,
  eip150Block: 0,
  eip155Block: 0,
  eip158Block: 0,
  byzantiumBlock: 0,
  constantinopleBlock: 0,
  petersburgBlock: 0,
  istanbulBlock: 0,
  berlinBlock: 0,
};

function word(value: number): string {
  return `0x${value.toString(16).padStart(64, '0')}`;
}

describe('sherd disasm', () => {
  it('shows an argument, a file, or standard input', async () => {
    const want = '00000: PUSH1 0x60\n00002: PUSH2 0x0102\n00005: MSTORE\n00006: opcode 0xc not defined\n';
    const hex = '0x6060610102520c';
    expect((await sherd('disasm', hex)).stdout).toBe(want);
    expect((await sherd('disasm', file('code.hex', `${hex}\n`))).stdout).toBe(want);
    expect((await sherdWithInput(hex, 'disasm')).stdout).toBe(want);
  });

  it('refuses what is no hex, and code that ends within an instruction', async () => {
    const bad = await sherd('disasm', '0x60zz');
    expect([bad.code, bad.stdout, bad.stderr]).toEqual([1, '', expect.stringContaining('BAD_HEX: code: ')]);
    const short = await sherd('disasm', '0061ff');
    expect([short.code, short.stdout]).toEqual([1, '00000: STOP\n']);
    expect(short.stderr).toContain('INCOMPLETE_PUSH: incomplete push instruction at 1: have 1 bytes, want 2');
  });
});

/** Private key 1 and its address. */
const KEY = `0x${'1'.padStart(64, '0')}`;
const SENDER = '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf';
const RECEIVER = `0x${'00'.repeat(18)}beef`;
const COINBASE = `0x${'00'.repeat(18)}c01b`;

function transfer(nonce: number, value = '0x5') {
  const fields = { nonce: `0x${nonce}`, gas: '0x5208', gasPrice: '0xa', to: RECEIVER, value, input: '0x' };
  return { ...fields, v: '0x0', r: '0x0', s: '0x0', secretKey: KEY };
}

const INPUT = {
  alloc: { [SENDER]: { balance: '0xf4240' } },
  env: {
    currentCoinbase: COINBASE,
    currentNumber: '0x1',
    currentTimestamp: '0x3e8',
    currentGasLimit: '0x1c9c380',
    currentRandom: '0x0',
    currentBaseFee: '0x7',
    withdrawals: [{ index: '0x0', validatorIndex: '0x1', address: RECEIVER, amount: '0x1' }],
  },
  txs: [transfer(0), transfer(7), transfer(1)],
};

function t8n(input: unknown, ...args: readonly string[]) {
  const stdin = ['alloc', 'env', 'txs'].map((name) => `--input.${name}=stdin`);
  return sherdWithInput(JSON.stringify(input), 't8n', ...stdin, `--output.basedir=${folder}`, ...args);
}

const TO_STDOUT = ['--output.alloc=stdout', '--output.result=stdout', '--output.body=stdout'];

describe('sherd t8n', () => {
  it('runs what can run, tells what cannot, and gives the new state', async () => {
    const { code, stdout } = await t8n(INPUT, '--state.fork=Shanghai', '--state.reward=-1', ...TO_STDOUT);
    expect(code).toBe(0);
    const { alloc, result, body } = JSON.parse(stdout);
    // Two transfers of 5 wei at 10 wei per gas, 7 of it burnt; a withdrawal of one gwei.
    expect(alloc).toEqual({
      [SENDER]: { balance: `0x${(1_000_000 - 2 * (21_000 * 10 + 5)).toString(16)}`, nonce: '0x2' },
      [RECEIVER]: { balance: `0x${(1_000_000_000 + 10).toString(16)}` },
      [COINBASE]: { balance: `0x${(2 * 21_000 * 3).toString(16)}` },
    });
    expect(result).toMatchObject({ gasUsed: '0xa410', currentBaseFee: '0x7', currentDifficulty: null });
    expect(result.rejected).toEqual([{ index: 1, error: `nonce too high: address ${SENDER}, tx: 7 state: 1` }]);
    expect(result.receipts).toMatchObject([
      { status: '0x1', gasUsed: '0x5208', cumulativeGasUsed: '0x5208', transactionIndex: '0x0', logs: null },
      { status: '0x1', gasUsed: '0x5208', cumulativeGasUsed: '0xa410', transactionIndex: '0x1', logs: null },
    ]);
    expect(body).toMatch(/^0xf8/);
  });

  it('reads back the body that it wrote, and comes to the same roots', async () => {
    const first = JSON.parse((await t8n(INPUT, '--state.fork=Shanghai', ...TO_STDOUT)).stdout);
    const again = { alloc: INPUT.alloc, env: INPUT.env, txsRlp: first.body };
    const second = JSON.parse((await t8n(again, '--state.fork=Shanghai', ...TO_STDOUT)).stdout);
    const { rejected: _, ...expected } = first.result;
    expect(second.result).toEqual(expected);
    expect(second.alloc).toEqual(first.alloc);
  });

  it('reads and writes files, and a trace for each transaction that ran', async () => {
    const inputs = Object.entries(INPUT).map(([name, value]) => `--input.${name}=${file(`${name}.json`, value)}`);
    const out = join(folder, 'out', 'deep');
    const { code, stdout } = await sherd(
      't8n',
      ...inputs,
      '--state.fork=Shanghai',
      '--trace',
      `--output.basedir=${out}`,
    );
    expect([code, stdout]).toEqual([0, '']);
    const names = readdirSync(out).sort();
    expect(names).toEqual([
      'alloc.json',
      'result.json',
      expect.stringMatching(/^trace-0-0x[0-9a-f]{64}\.jsonl$/),
      expect.stringMatching(/^trace-1-0x[0-9a-f]{64}\.jsonl$/),
    ]);
    // A transfer has no steps, only its end.
    expect(readFileSync(join(out, names[2]!), 'utf8')).toBe('{"output":"","gasUsed":"0x0"}\n');
  });

  it('pays miners and those of ommers', async () => {
    const ommer = `0x${'00'.repeat(19)}0e`;
    const { withdrawals: _w, currentRandom: _r, currentBaseFee: _b, ...old } = INPUT.env;
    const env = { ...old, currentNumber: '0x9', currentDifficulty: '0x20000', ommers: [{ delta: 2, address: ommer }] };
    const input = { alloc: {}, env, txs: [] };
    const { stdout } = await t8n(input, '--state.fork=Berlin', '--state.reward=3200', '--output.alloc=stdout');
    expect(JSON.parse(stdout).alloc).toEqual({
      [COINBASE]: { balance: `0x${(3200 + 100).toString(16)}` },
      [ommer]: { balance: `0x${(2400).toString(16)}` },
    });
  });

  it('computes base fee and difficulty from the parent', async () => {
    const { withdrawals: _w, currentRandom: _r, currentBaseFee: _b, ...old } = INPUT.env;
    const parent = { parentBaseFee: '0x64', parentGasUsed: '0x0', parentGasLimit: '0x1c9c380' };
    const env = { ...old, ...parent, parentTimestamp: '0x3e0', parentDifficulty: '0x200000' };
    const { stdout } = await t8n({ alloc: {}, env, txs: [] }, '--state.fork=London', '--output.result=stdout');
    // An eighth less for an empty parent; a 2048th more for a block after eight seconds.
    expect(JSON.parse(stdout).result).toMatchObject({ currentBaseFee: '0x58', currentDifficulty: '0x200400' });
  });

  it('answers fillers of tests, who know it by its version and its help', async () => {
    expect((await sherd('evm', '--version')).stdout).toMatch(/^evm version \S+-sherd\n$/);
    const { stdout: help } = await sherd('evm', 't8n', '--help');
    for (const name of ['Frontier', 'EIP150', 'ConstantinopleFix', 'Merge', 'Cancun', 'Osaka', 'BPO2']) {
      expect(help).toContain(name);
    }
    const stdin = ['alloc', 'txs', 'env'].map((name) => `--input.${name}=stdin`);
    const stdout = ['result', 'alloc', 'body'].map((name) => `--output.${name}=stdout`);
    const state = ['--state.fork=Shanghai', '--state.chainid=1', '--state.reward=0'];
    const run = await sherdWithInput(JSON.stringify(INPUT), 'evm', 't8n', ...stdin, ...stdout, ...state);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(Object.keys(JSON.parse(run.stdout)).sort()).toEqual(['alloc', 'body', 'result']);
  });

  // PUSH0, GAS, SSTORE.
  const WRITES = { ...INPUT, alloc: { ...INPUT.alloc, [RECEIVER]: { balance: '0x0', code: '0x5f5a55' } } };
  const WRITER = { ...WRITES, txs: [{ ...transfer(0), gas: '0xea60' }] };

  it('counts instructions and traces in one run', async () => {
    const counts = ['--opcode.count=counts.json', '--trace', '--trace.memory', '--trace.callframes'];
    const out = join(folder, 'counted');
    const { code } = await t8n(WRITER, '--state.fork=Shanghai', ...counts, `--output.basedir=${out}`);
    expect(code).toBe(0);
    expect(readFileSync(join(out, 'counts.json'), 'utf8').replace(/\s/g, '')).toBe(
      '{"GAS":1,"PUSH0":1,"SSTORE":1,"STOP":1}',
    );
    const trace = readdirSync(out).find((name) => name.startsWith('trace-0-'))!;
    expect(lines(readFileSync(join(out, trace), 'utf8')).map((line) => JSON.parse(line).opName)).toEqual([
      undefined,
      'PUSH0',
      'GAS',
      'SSTORE',
      'STOP',
      undefined,
    ]);
  });

  it('takes single EIPs on top of a fork', async () => {
    const { withdrawals: _w, currentRandom: _r, currentBaseFee: _b, ...old } = INPUT.env;
    const input = { ...WRITER, env: { ...old, currentDifficulty: '0x20000' } };
    const status = async (fork: string) => {
      const { stdout } = await t8n(input, `--state.fork=${fork}`, '--output.result=stdout');
      return JSON.parse(stdout).result.receipts[0].status;
    };
    expect([await status('Berlin'), await status('Berlin+3855')]).toEqual(['0x0', '0x1']);
  });

  it('says why a transaction is left out in the words of geth', async () => {
    const { maxFeePerGas: _, ...dynamic } = { ...transfer(0), maxFeePerGas: undefined };
    const txs = [
      { ...transfer(0), gas: '0x5207' },
      { ...transfer(0), gas: '0x1c9c381' },
      {
        ...dynamic,
        gasPrice: undefined,
        type: '0x2',
        chainId: '0x1',
        maxFeePerGas: '0x7',
        maxPriorityFeePerGas: '0x8',
      },
      { ...dynamic, gasPrice: '0x6' },
      {
        ...dynamic,
        type: '0x3',
        chainId: '0x1',
        maxFeePerGas: '0x7',
        maxPriorityFeePerGas: '0x0',
        maxFeePerBlobGas: '0x1',
        blobVersionedHashes: [],
        accessList: [],
      },
    ];
    const { stdout } = await t8n({ ...INPUT, txs }, '--state.fork=Shanghai', '--output.result=stdout');
    const words = JSON.parse(stdout).result.rejected.map(({ error }: { error: string }) => error);
    expect(words).toEqual([
      expect.stringContaining('intrinsic gas too low'),
      expect.stringContaining('gas limit reached'),
      expect.stringContaining('max priority fee per gas higher than max fee per gas'),
      expect.stringContaining('max fee per gas less than block base fee'),
      expect.stringContaining('transaction type not supported'),
    ]);
  });

  // PUSH1 0, BLOCKHASH.
  const ASKS_HASH = { ...INPUT, alloc: { ...INPUT.alloc, [RECEIVER]: { balance: '0x0', code: '0x600040' } } };
  const MORE_GAS = { ...ASKS_HASH, txs: [{ ...transfer(0), gas: '0xea60' }] };

  const CANCUN = { ...INPUT.env, parentBeaconBlockRoot: word(0), currentExcessBlobGas: '0x0' };
  const NO_BLOBS = { ...INPUT, env: CANCUN, blobSchedule: { target: '0x3', max: '0x2' } };

  it.each([
    ['a fork that nobody knows', INPUT, '--state.fork=Nowhere', 3, 'unknown fork Nowhere; want one of Frontier, '],
    ['an EIP that nobody knows', INPUT, '--state.fork=Shanghai+7', 3, 'no extra EIP "7"; want one of 1153, '],
    ['blobs that no block could have', NO_BLOBS, '--state.fork=Cancun', 3, 'target is 3, want 0 to the max, 2'],
    ['an env without what the fork needs', INPUT, '--state.fork=Cancun', 3, "missing 'parentBeaconBlockRoot'"],
    ['settings that the tracer does not have', INPUT, '--trace.jsonconfig={"diffMode":1}', 3, 'diffMode'],
    ['a block hash that is not given', MORE_GAS, '--state.fork=Shanghai', 4, 'getHash(0) invoked'],
    ['a field of the wrong form', { ...INPUT, alloc: { x: {} } }, '--state.fork=Shanghai', 10, 'alloc.x'],
    ['a body that is no RLP', { ...INPUT, txsRlp: '0xc1' }, '--state.fork=Shanghai', 12, ''],
    ['a file that is not there', INPUT, '--input.env=nowhere.json', 11, 'nowhere.json: no such file'],
  ])('ends on %s with the exit code of geth', async (_, input, option, want, message) => {
    const always = ['--state.fork=Shanghai', '--trace.tracer=callTracer'];
    const { code, stdout, stderr } = await t8n(input, ...always, option, ...TO_STDOUT);
    expect([code, stdout]).toEqual([want, '']);
    expect(lines(stderr)).toEqual([expect.stringContaining(`ERROR(${want}): `)]);
    expect(stderr).toContain(message);
  });

  it('has the blobs that it is told of (EIP-7840)', async () => {
    const parent = { parentExcessBlobGas: '0x60000', parentBlobGasUsed: '0x60000' };
    const { currentExcessBlobGas: _, ...env } = { ...CANCUN, ...parent };
    const excess = async (blobSchedule: object | undefined) => {
      const { stdout } = await t8n({ ...INPUT, env, blobSchedule }, '--state.fork=Cancun', ...TO_STDOUT);
      return JSON.parse(stdout).result.currentExcessBlobGas;
    };
    // Three blobs of excess and three used, less the target.
    expect(await excess(undefined)).toBe('0x60000');
    expect(await excess({ target: '0x4' })).toBe('0x40000');
    expect(await excess({ target: 1, max: 20, baseFeeUpdateFraction: 5007716 })).toBe('0xa0000');
  });

  it('cannot build a block without the system contracts that its fork asks', async () => {
    const env = { ...INPUT.env, parentBeaconBlockRoot: word(0), currentExcessBlobGas: '0x0' };
    const { code, stderr } = await t8n({ ...INPUT, env }, '--state.fork=Prague');
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^ERROR\(2\): system contract 0x\w+ has no code\n$/)]);
  });
});

/** A state test of two gas limits: a contract writes what is left to slot 0. `roots` are the expected state roots. */
function stateTest(roots: readonly string[] = [word(0), word(0)]) {
  const post = roots.map((hash, gas) => ({ indexes: { data: 0, gas, value: 0 }, hash, logs: NO_LOGS }));
  return {
    writes: {
      env: { ...INPUT.env, currentDifficulty: '0x0' },
      pre: {
        [SENDER]: { balance: '0xf42400', nonce: '0x0', code: '0x', storage: {} },
        [RECEIVER]: { balance: '0x0', nonce: '0x0', code: '0x5f5a9055', storage: {} },
      },
      transaction: {
        data: ['0x'],
        gasLimit: ['0xea60', '0xfde8'],
        value: ['0x0'],
        gasPrice: '0xa',
        nonce: '0x0',
        to: RECEIVER,
        secretKey: KEY,
        sender: SENDER,
      },
      post: { Shanghai: post },
    },
  };
}

/** Keccak-256 of the empty list. */
const NO_LOGS = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347';

interface Result {
  readonly name: string;
  readonly pass: boolean;
  readonly stateRoot: string;
  readonly fork: string;
  readonly error?: string;
  readonly file?: string;
}

const results = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Result[];

describe('sherd statetest', () => {
  it('says of each failure in which file it stands, below what was given', async () => {
    mkdirSync(join(folder, 'below', 'deeper'), { recursive: true });
    const paths = [file('below/deeper/first.json', stateTest()), file('below/second.json', stateTest())];
    const below = join(folder, 'below');
    const { code, stdout } = await sherd('statetest', below, '--statetest.index', '0', '--jobs', '1');
    expect([code, lines(stdout)]).toEqual([
      1,
      [
        ...paths.map((path) => expect.stringMatching(`^FAIL ${path}: writes Shanghai: .*post state root mismatch`)),
        '0 of 2 passed in 2 files',
      ],
    ]);
    const asJson = await sherd('statetest', below, '--statetest.index', '0', '--json', '--jobs', '1');
    expect(results(asJson).map((result) => result.file)).toEqual(paths);
    const batch = await sherdWithInput(`${paths[0]}\n`, 'statetest', '--statetest.index', '0', '--json');
    expect(results(batch).map((result) => result.file)).toEqual([paths[0]]);
  });

  it('names the place where a file is no JSON, and goes on', async () => {
    const broken = file('broken.json', '{\n  "a": {},\n  "b" {}\n}');
    const { code, stdout, stderr } = await sherd('statetest', broken, file('none.json', {}), '--jobs', '1');
    expect([code, stdout]).toEqual([1, '0 of 0 passed in 2 files, 1 files not read\n']);
    expect(stderr).toBe(`${broken}: the file: line 3, column 7: have "{", want :\n`);
  });

  it('reads as many paths as it is given, with a trace of each', async () => {
    const path = file('writes.json', stateTest([word(0)]));
    const asked = await sherdWithInput(`${path}\n`.repeat(15), 'evm', 'statetest', '--trace');
    const answers = lines(asked.stdout).map((line) => JSON.parse(line)[0].name);
    expect(answers).toEqual(new Array(15).fill('writes'));
    const roots = lines(asked.stderr).filter((line) => line.startsWith('{"stateRoot"'));
    expect([roots.length, lines(asked.stderr).length]).toEqual([15, 15 * 7]);
  });

  it("gives results in the form of geth, and under geth's name no other exit code for a failure", async () => {
    const bad = file('bad.json', stateTest());
    const first = await sherd('statetest', bad, '--json', '--jobs', '1');
    expect(first.code).toBe(1);
    expect(results(first).map((result) => Object.keys(result))).toEqual([
      ['name', 'pass', 'stateRoot', 'fork', 'error', 'file'],
      ['name', 'pass', 'stateRoot', 'fork', 'error', 'file'],
    ]);
    const asEvm = await sherd('evm', 'statetest', bad);
    expect([asEvm.code, results(asEvm)]).toEqual([0, results(first).map(({ file: _, ...ofGeth }) => ofGeth)]);
    const good = file('good.json', stateTest(results(first).map(({ stateRoot }) => stateRoot)));
    const second = await sherd('evm', '--json', '--nomemory', '--noreturndata', 'statetest', good);
    expect(results(second)).toEqual(
      results(first).map(({ stateRoot }) => ({ name: 'writes', pass: true, stateRoot, fork: 'Shanghai' })),
    );
    // The trace of both, each with the root behind it.
    const roots = lines(second.stderr).filter((line) => line.startsWith('{"stateRoot": "0x'));
    expect(roots).toEqual(results(first).map(({ stateRoot }) => `{"stateRoot": "${stateRoot}"}`));
    expect(lines(second.stderr)).toHaveLength(2 * 7);
    const one = await sherd('statetest', good, '--json', '--statetest.index', '1', '--run', '^wri');
    expect(results(one).map(({ stateRoot }) => stateRoot)).toEqual([results(first)[1]!.stateRoot]);
    expect(results(await sherd('evm', 'statetest', '--run', 'nothing', good))).toEqual([]);
  });

  it('takes paths from standard input, with a line for each', async () => {
    const { code, stdout } = await sherdWithInput(`${folder}/absent.json\n${file('empty.json', {})}\n`, 'statetest');
    expect(code).toBe(1);
    expect(lines(stdout)).toEqual([
      expect.stringMatching(/FAIL .*absent\.json 0\/0 no such file/),
      expect.stringMatching(/none .*empty\.json 0\/0 no test was run/),
    ]);
  });

  it('does not take a file without tests for one that passed, nor for one that failed', async () => {
    const paths = `${file('empty.json', {})}\n${file('writes.json', stateTest())}\n`;
    const batch = await sherdWithInput(paths, 'statetest', '--run', '^other');
    expect([batch.code, lines(batch.stdout)]).toEqual([
      0,
      ['empty', 'writes'].map((name) => `none ${join(folder, name)}.json 0/0 no test was run`),
    ]);
    const asJson = await sherdWithInput(paths, 'statetest', '--run', '^other', '--json');
    expect([asJson.code, asJson.stdout]).toEqual([0, '[]\n[]\n']);
  });
});

describe('sherd blocktest', () => {
  const suite = suiteFolder('eest-v5.4.0', 'blockchain_tests', 'shanghai', 'eip3855_push0');

  it.skipIf(suite === undefined)('chooses tests by name and traces the transactions of their blocks', async () => {
    const path = join(suite!, 'test_push0_contract_during_call_contexts.json');
    const { code, stdout, stderr } = await sherd(
      'evm',
      'blocktest',
      '--trace',
      '--run',
      'fork_Shanghai.*-call]$',
      path,
    );
    const results = JSON.parse(stdout) as Result[];
    expect([code, results.map(({ pass, fork }) => [pass, fork])]).toEqual([0, [[true, 'Shanghai']]]);
    const steps = lines(stderr);
    expect(steps.at(-1)).toBe(`{"stateRoot": "${results[0]!.stateRoot}"}`);
    expect(steps.filter((line) => line.includes('"opName":"PUSH0"')).length).toBeGreaterThan(0);
    expect(steps.filter((line) => line.startsWith('{"output":'))).toHaveLength(1);
  });
});
