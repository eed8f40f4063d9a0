/** `sherd t9n` and `sherd b11r`, held against the official suites: what the files say of transactions, and their blocks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex, decodeRlp, encodeRlp, hexToBytes, isSherdError, type RlpItem } from 'sherd/base';
import { encodeTransaction, signTransaction, type Transaction } from 'sherd/tx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureFiles } from '../packages/node/src/conformance/files.ts';
import { sherd, sherdWithInput } from './cli.ts';
import { suiteFolder } from './fixtureSuite.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sherd-t9n-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const KEY = new Uint8Array(32).fill(1);
const SENDER = '0x1a642f0e3c3af545e7acbd38b07251b3990914f1';
const TRANSFER = {
  type: 2,
  chainId: 1n,
  nonce: 0n,
  gasLimit: 21_000n,
  to: SENDER,
  value: 1n,
  data: new Uint8Array(0),
  accessList: [],
  maxFeePerGas: 9n,
  maxPriorityFeePerGas: 1n,
} as const;

/** Signed transactions as the list of a block's body, in hex. */
function body(transactions: readonly Transaction[]): string {
  const items = transactions.map((transaction): RlpItem => {
    const encoded = encodeTransaction(signTransaction(transaction, KEY));
    return transaction.type === 0 ? decodeRlp(encoded) : encoded;
  });
  return bytesToHex(encodeRlp(items));
}

interface Verdict {
  readonly error?: string;
  readonly address?: string;
  readonly hash?: string;
  readonly intrinsicGas?: string;
}

describe('sherd t9n', () => {
  it('says what it knows, as far as a transaction comes', async () => {
    const { accessList: _a, maxFeePerGas: _m, maxPriorityFeePerGas: _p, ...common } = TRANSFER;
    const txs = file(
      'txs.rlp',
      body([
        { ...common, type: 0, gasPrice: 9n },
        TRANSFER,
        { ...TRANSFER, chainId: 5n },
        { ...TRANSFER, gasLimit: 20_999n },
        { ...TRANSFER, maxPriorityFeePerGas: 10n },
        { ...TRANSFER, nonce: (1n << 64n) - 1n },
        { ...TRANSFER, to: undefined, data: new Uint8Array(49_153), gasLimit: 1_000_000n },
        { ...TRANSFER, gasLimit: 1n << 25n },
      ]),
    );
    const { code, stdout } = await sherd('t9n', '--state.fork', 'Osaka', '--input.txs', txs);
    expect(code).toBe(0);
    const hash = expect.stringMatching(/^0x[0-9a-f]{64}$/);
    const known = { address: SENDER, hash };
    expect(JSON.parse(stdout)).toEqual([
      { ...known, intrinsicGas: '0x5208' },
      { ...known, intrinsicGas: '0x5208' },
      { error: expect.stringMatching(/^invalid chain id for signer/), hash },
      { ...known, error: 'intrinsic gas too low: have 20999, want 21000', intrinsicGas: '0x5208' },
      { ...known, error: expect.stringMatching(/^maxFeePerGas < maxPriorityFeePerGas/), intrinsicGas: '0x5208' },
      { ...known, error: expect.stringMatching(/^nonce exceeds 2\^64-1/), intrinsicGas: '0x5208' },
      { ...known, error: expect.stringMatching(/^max initcode size exceeded/), intrinsicGas: expect.any(String) },
      { ...known, error: expect.stringMatching(/^gas limit exceeds maximum/), intrinsicGas: '0x5208' },
    ]);
  });

  it('reads standard input, as evm too, and a fork that does not know the type has no sender', async () => {
    const rlp = JSON.stringify({ txsRlp: body([TRANSFER]) });
    const later = await sherdWithInput(rlp, 't9n', '--state.fork', 'London', '--input.txs', 'stdin');
    expect(Object.keys(JSON.parse(later.stdout)[0])).toEqual(['address', 'hash', 'intrinsicGas']);
    const early = await sherdWithInput(rlp, 'evm', 'transaction', '--state.fork=Berlin', '--input.txs=stdin');
    expect(Object.keys(JSON.parse(early.stdout)[0])).toEqual(['error', 'hash']);
    expect(JSON.parse(early.stdout)[0].error).toMatch(/^transaction type not supported/);
    const none = await sherdWithInput('{"txsRlp": "0xc0"}', 't9n', '--state.fork', 'London', '--input.txs', 'stdin');
    expect(none.stdout).toBe('[]\n');
  });

  it('takes JSON, signed or with a key', async () => {
    const common = { nonce: '0x0', gas: '0x5208', gasPrice: '0x9', to: SENDER, value: '0x1', input: '0x' };
    const txs = file('txs.json', [{ ...common, secretKey: bytesToHex(KEY), v: '0x0', r: '0x0', s: '0x0' }]);
    const { stdout } = await sherd('t9n', '--state.fork', 'Cancun', '--state.chainid', '7', '--input.txs', txs);
    expect(JSON.parse(stdout)).toEqual([{ address: SENDER, hash: expect.any(String), intrinsicGas: '0x5208' }]);
  });

  it.each([
    ['an unknown fork', ['--state.fork', 'Atlantis'], 3],
    ['a file that is not there', ['--input.txs', '/nowhere/txs.rlp'], 11],
    ['what is no RLP', ['--input.txs', 'BAD'], 12],
  ])('ends on %s with the exit code of geth', async (_, args, exitCode) => {
    const bad = file('bad.rlp', '0x01');
    const { code, stderr } = await sherd('t9n', ...args.map((arg) => (arg === 'BAD' ? bad : arg)));
    expect([code, stderr]).toEqual([exitCode, expect.stringMatching(new RegExp(`^ERROR\\(${exitCode}\\): .+\\n$`))]);
  });

  const suite = suiteFolder('ethereum-tests', 'TransactionTests');

  /** How an encoded transaction stands in a list; undefined when it is no item at all. */
  function itemOf(txbytes: string): RlpItem | undefined {
    const bytes = hexToBytes(txbytes);
    if (bytes.length > 0 && bytes[0]! < 0x80) return bytes;
    try {
      const item = decodeRlp(bytes);
      return item instanceof Uint8Array ? undefined : item;
    } catch (error) {
      if (isSherdError(error)) return undefined;
      throw error;
    }
  }

  it.skipIf(suite === undefined).each(['Frontier', 'Byzantium', 'Berlin', 'London', 'Cancun'])(
    'agrees with the official transaction tests: %s',
    async (fork) => {
      const items: RlpItem[] = [];
      const wanted: { readonly name: string; readonly want: Readonly<Record<string, string>> }[] = [];
      for (const path of fixtureFiles(suite!)) {
        const tests = Object.entries(JSON.parse(readFileSync(path, 'utf8'))) as [
          string,
          { txbytes: string; result: Record<string, Record<string, string>> },
        ][];
        for (const [name, { txbytes, result }] of tests) {
          const item = itemOf(txbytes);
          const want = result[fork];
          if (item === undefined || want === undefined) continue;
          items.push(item);
          wanted.push({ name, want });
        }
      }
      expect(items.length).toBeGreaterThan(90);
      const txs = file(`${fork}.rlp`, bytesToHex(encodeRlp(items)));
      const { stdout } = await sherd('t9n', '--state.fork', fork, '--input.txs', txs);
      const verdicts = JSON.parse(stdout) as Verdict[];
      const differences = wanted.flatMap(({ name, want }, index) => {
        const { error, hash, address, intrinsicGas } = verdicts[index]!;
        const isGood = want['exception'] === undefined;
        const isSame = isGood
          ? error === undefined &&
            hash === want['hash'] &&
            address === want['sender'] &&
            BigInt(intrinsicGas!) === BigInt(want['intrinsicGas']!)
          : error !== undefined;
        return isSame ? [] : [{ name, have: verdicts[index], want }];
      });
      expect(differences).toEqual([]);
    },
  );
});

/** What a fixture calls the fields of a header, where geth's header file has other names. */
const FIXTURE_NAMES: Readonly<Record<string, string>> = {
  uncleHash: 'sha3Uncles',
  coinbase: 'miner',
  transactionsTrie: 'transactionsRoot',
  receiptTrie: 'receiptsRoot',
  bloom: 'logsBloom',
};

interface FixtureBlock {
  readonly rlp: string;
  readonly blockHeader?: Readonly<Record<string, string>>;
  readonly withdrawals?: readonly unknown[];
}

/** The input of b11r for a block of the suites. */
function partsOf({ rlp, blockHeader, withdrawals }: FixtureBlock) {
  const [, transactions, ommers] = decodeRlp(hexToBytes(rlp)) as RlpItem[];
  const { hash: _, ...fields } = blockHeader!;
  const header = Object.fromEntries(Object.entries(fields).map(([key, value]) => [FIXTURE_NAMES[key] ?? key, value]));
  return {
    header,
    txs: bytesToHex(encodeRlp(transactions!)),
    // Each is a block of its own.
    ommers: (ommers as RlpItem[]).map((ommer) => bytesToHex(encodeRlp([ommer, [], []]))),
    ...(withdrawals !== undefined && { withdrawals }),
  };
}

describe('sherd b11r', () => {
  const HEADER = { stateRoot: `0x${'11'.repeat(32)}`, number: '0x1', gasLimit: '5000', timestamp: '0xa' };

  it('completes a header with what an empty block has', async () => {
    const input = JSON.stringify({ header: HEADER, txs: '0xc0' });
    const { code, stdout } = await sherdWithInput(
      input,
      'b11r',
      '--input.header',
      'stdin',
      '--input.txs',
      'stdin',
      '--output.block',
      'stdout',
    );
    const { rlp, hash } = JSON.parse(stdout);
    const [header, transactions, ommers, ...more] = decodeRlp(hexToBytes(rlp)) as RlpItem[];
    expect([code, Object.keys(JSON.parse(stdout)), transactions, ommers, more]).toEqual([
      0,
      ['rlp', 'hash'],
      [],
      [],
      [],
    ]);
    const fields = (header as Uint8Array[]).map((field) => bytesToHex(field));
    expect(fields).toHaveLength(15);
    // The hashes of no ommers, no transactions and no receipts.
    expect(fields[1]).toBe('0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347');
    expect([fields[4], fields[5]]).toEqual(
      new Array(2).fill('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'),
    );
    expect([fields[8], fields[9], fields[11], hash.length]).toEqual(['0x01', '0x1388', '0x0a', 66]);
  });

  const PARTS = ['--input.header', 'stdin', '--input.txs', 'stdin', '--output.block', 'stdout'];
  const withHeader = (more: object) => ({ header: { ...HEADER, ...more }, txs: '0xc0' });

  it.each([
    [
      'a header without a number',
      { header: { ...HEADER, number: undefined }, txs: '' },
      10,
      'header.number: have nothing',
    ],
    [
      'a field behind one that is missing',
      withHeader({ withdrawalsRoot: HEADER.stateRoot }),
      10,
      'header.baseFeePerGas: have nothing, want it where withdrawalsRoot is',
    ],
    ['a hash of another size', withHeader({ parentHash: '0x11' }), 10, 'header.parentHash: have 1 bytes, want 32'],
    ['transactions that are none', { header: HEADER, txs: '0xc101' }, 12, 'txs[0]'],
    ['ommers that are none', { ...withHeader({}), ommers: ['0xc0'] }, 12, 'header: have nothing, want a list'],
    ['a seal of Clique', { ...withHeader({}), clique: { secretKey: '0x01' } }, 3, 'clique'],
  ])('refuses %s', async (_, input, exitCode, message) => {
    const { code, stderr, stdout } = await sherdWithInput(JSON.stringify(input), 'b11r', ...PARTS);
    expect({ code, stdout, stderr }).toEqual({ code: exitCode, stdout: '', stderr: expect.stringContaining(message) });
    expect(stderr).toMatch(/^ERROR\(\d+\): [^\n]+\n$/);
  });

  const BLOCKS = [
    [
      'with ommers',
      ['legacytests', 'Constantinople', 'BlockchainTests', 'ValidBlocks', 'bcUncleTest', 'twoUncle.json'],
    ],
    ['with a base fee', ['ethereum-tests', 'BlockchainTests', 'ValidBlocks', 'bcEIP1559']],
    ['with withdrawals', ['eest-v5.4.0', 'blockchain_tests', 'shanghai', 'eip4895_withdrawals']],
    ['with blobs', ['eest-v5.4.0', 'blockchain_tests', 'cancun', 'eip4844_blobs']],
    ['with requests', ['eest-v5.4.0', 'blockchain_tests', 'prague', 'eip7685_general_purpose_el_requests']],
  ] as const;

  for (const [what, path] of BLOCKS) {
    const place = suiteFolder(...path);
    it.skipIf(place === undefined)(
      `builds blocks of the official suites ${what}, from their parts, by files`,
      async () => {
        const [first] = fixtureFiles(place!);
        const tests = Object.values(JSON.parse(readFileSync(first!, 'utf8'))) as { blocks: FixtureBlock[] }[];
        // The longest block has the most in it.
        const blocks = tests.flatMap((test) => test.blocks).filter(({ blockHeader }) => blockHeader !== undefined);
        const [block] = blocks.sort((a, b) => b.rlp.length - a.rlp.length);
        const { header, txs, ommers, withdrawals } = partsOf(block!);
        const args = [
          ...['--input.header', file('header.json', header), '--input.txs', file('body.rlp', txs)],
          ...(ommers.length > 0 ? ['--input.ommers', file('ommers.json', ommers)] : []),
          ...(withdrawals === undefined ? [] : ['--input.withdrawals', file('withdrawals.json', withdrawals)]),
          ...['--output.basedir', join(folder, 'out'), '--output.block', 'made.json'],
        ];
        expect(await sherd('b11r', ...args)).toMatchObject({ code: 0, stdout: '', stderr: '' });
        const made = JSON.parse(readFileSync(join(folder, 'out', 'made.json'), 'utf8'));
        expect(made).toEqual({ rlp: block!.rlp, hash: block!.blockHeader!['hash'] });
      },
    );
  }
});
