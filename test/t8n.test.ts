/** State transitions against the official block tests: every valid block, built again from its parent's state. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex, decodeRlp, encodeRlp, hexToBytes, type RlpItem } from 'sherd/base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureFiles } from '../packages/node/src/conformance/files.ts';
import { t8nCommand } from '../packages/node/src/evmTool/t8n/command.ts';
import { suiteFolder } from './fixtureSuite.ts';

/** Where in a suite, and how many of its tests are passed over for each that runs. */
const SUITES: readonly [least: number, every: number, ...path: string[]][] = [
  [180, 4, 'eest-v5.4.0', 'blockchain_tests', 'frontier'],
  [90, 4, 'eest-v5.4.0', 'blockchain_tests', 'shanghai'],
  [450, 4, 'eest-v5.4.0', 'blockchain_tests', 'cancun'],
  [240, 4, 'eest-v5.4.0', 'blockchain_tests', 'prague'],
  [90, 4, 'eest-v5.4.0', 'blockchain_tests', 'osaka'],
];

type Fields = Record<string, string>;
interface BlockTest {
  readonly network: string;
  readonly config?: { readonly chainid: string };
  readonly pre: object;
  readonly genesisBlockHeader: Fields;
  readonly blocks: readonly {
    readonly rlp: string;
    readonly blockHeader?: Fields;
    readonly expectException?: string;
    readonly withdrawals?: unknown;
  }[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sherd-t8n-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Wei: what a miner got in the forks before the merge. */
function rewardAt(network: string): bigint {
  if (/^(?:Frontier|Homestead|EIP150|EIP158)/.test(network)) return 5n * 10n ** 18n;
  return (network === 'Byzantium' ? 3n : 2n) * 10n ** 18n;
}

function environmentOf(header: Fields, parent: Fields, hashes: Fields, withdrawals: unknown): object {
  const isProofOfStake = BigInt(header['difficulty']!) === 0n;
  // The first block of a fork with blobs has no parent to follow.
  const excess = parent['blobGasUsed'] === undefined ? header['excessBlobGas'] : undefined;
  return {
    currentCoinbase: header['coinbase'],
    currentNumber: header['number'],
    currentTimestamp: header['timestamp'],
    currentGasLimit: header['gasLimit'],
    currentRandom: isProofOfStake ? header['mixHash'] : undefined,
    currentExcessBlobGas: excess,
    parentTimestamp: parent['timestamp'],
    parentDifficulty: parent['difficulty'],
    parentUncleHash: parent['uncleHash'],
    parentBaseFee: parent['baseFeePerGas'],
    parentGasUsed: parent['gasUsed'],
    parentGasLimit: parent['gasLimit'],
    parentExcessBlobGas: parent['excessBlobGas'],
    parentBlobGasUsed: parent['blobGasUsed'],
    parentBeaconBlockRoot: header['parentBeaconBlockRoot'],
    blockHashes: hashes,
    withdrawals,
  };
}

/** Runs the transition in this process: a thousand child processes would take minutes to start. */
function transition(test: BlockTest, inputs: { alloc: object; env: object; txs: string }, reward: bigint) {
  const paths = { alloc: join(folder, 'alloc.json'), env: join(folder, 'env.json'), txs: join(folder, 'txs.rlp') };
  for (const key of ['alloc', 'env', 'txs'] as const) writeFileSync(paths[key], JSON.stringify(inputs[key]));
  let text = '';
  t8nCommand(
    {
      'input.alloc': paths.alloc,
      'input.env': paths.env,
      'input.txs': paths.txs,
      'output.alloc': 'stdout',
      'output.result': 'stdout',
      'state.fork': test.network,
      'state.chainid': BigInt(test.config?.chainid ?? 1),
      'state.reward': reward,
    },
    {
      stdout: (part) => {
        text += part;
      },
      stderr: () => {},
    },
  );
  return JSON.parse(text) as { alloc: object; result: Record<string, string | null> };
}

/** Fields of the header, by their name in the result; numbers compare as numbers. */
const COMPARED: readonly (readonly [result: string, header: string])[] = [
  ['stateRoot', 'stateRoot'],
  ['txRoot', 'transactionsTrie'],
  ['receiptsRoot', 'receiptTrie'],
  ['logsBloom', 'bloom'],
  ['gasUsed', 'gasUsed'],
  ['currentBaseFee', 'baseFeePerGas'],
  ['withdrawalsRoot', 'withdrawalsRoot'],
  ['blobGasUsed', 'blobGasUsed'],
  ['currentExcessBlobGas', 'excessBlobGas'],
  ['requestsHash', 'requestsHash'],
];

/** What differs between the blocks of a test and the ones built here; stops at the first block that is not valid. */
function differences(test: BlockTest): { blocks: number; faults: string[] } {
  const faults: string[] = [];
  let blocks = 0;
  let alloc = test.pre;
  let parent = test.genesisBlockHeader;
  const hashes: Fields = { [BigInt(parent['number']!).toString()]: parent['hash']! };
  for (const { rlp, blockHeader: header, expectException, withdrawals } of test.blocks) {
    if (header === undefined || expectException !== undefined) break;
    const [, transactions = [], ommers = []] = decodeRlp(hexToBytes(rlp)) as RlpItem[];
    if (ommers.length > 0) break;
    const env = environmentOf(header, parent, hashes, withdrawals);
    const reward = BigInt(header['difficulty']!) === 0n ? -1n : rewardAt(test.network);
    const built = transition(test, { alloc, env, txs: bytesToHex(encodeRlp(transactions)) }, reward);
    for (const [ours, theirs] of COMPARED) {
      const [have, want] = [built.result[ours], header[theirs]];
      if (want !== undefined && BigInt(have ?? -1) !== BigInt(want)) faults.push(`${ours}: have ${have}, want ${want}`);
    }
    if (built.result['rejected'] !== undefined) faults.push(`rejected ${JSON.stringify(built.result['rejected'])}`);
    blocks++;
    alloc = built.alloc;
    hashes[BigInt(header['number']!).toString()] = header['hash']!;
    parent = header;
  }
  return { blocks, faults };
}

describe('state transitions', () => {
  for (const [least, every, ...path] of SUITES) {
    const suite = suiteFolder(...path);
    it.skipIf(suite === undefined)(`come to the blocks of the official tests: ${path.at(-1)}`, () => {
      const faults: string[] = [];
      let [blocks, count] = [0, 0];
      for (const file of fixtureFiles(suite!)) {
        for (const [name, test] of Object.entries(
          JSON.parse(readFileSync(file, 'utf8')) as Record<string, BlockTest>,
        )) {
          if (count++ % every !== 0) continue;
          const found = differences(test);
          blocks += found.blocks;
          faults.push(...found.faults.map((fault) => `${name}: ${fault}`));
        }
      }
      expect(faults.slice(0, 10)).toEqual([]);
      console.log(`${path.at(-1)}: ${blocks} blocks built again, ${faults.length} differences`);
      expect(blocks).toBeGreaterThanOrEqual(least);
    });
  }
});
