/** The old VMTests: one frame of Frontier code each, with its gas, output, storage and logs. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, hexToBytes } from '../base/index.ts';
import { logsHash } from '../block/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { createEvm } from './evm.ts';
import { isSuccess } from './outcome.ts';

interface VmTest {
  readonly env: Readonly<Record<string, string>>;
  readonly exec: Readonly<Record<'caller' | 'code' | 'data' | 'gas' | 'gasPrice' | 'value', string>> & {
    readonly address: Address;
    readonly origin: Address;
    readonly caller: Address;
  };
  readonly pre: Readonly<Record<Address, VmAccount>>;
  /** Absent when the run must fail. */
  readonly post?: Readonly<Record<Address, VmAccount>>;
  readonly gas?: string;
  readonly out?: string;
  readonly logs?: string;
}

interface VmAccount {
  readonly balance: string;
  readonly code: string;
  readonly nonce: string;
  readonly storage: Readonly<Record<string, string>>;
}

const fixtures = process.env.SHERD_FIXTURES;
const folder = fixtures === undefined ? undefined : join(fixtures, 'legacytests', 'Constantinople', 'VMTests');
const hasTests = folder !== undefined && existsSync(folder);
const title = hasTests ? 'VMTests' : 'VMTests (skipped: SHERD_FIXTURES names no folder with legacytests/)';

function journalOf({ pre, exec }: VmTest): Journal {
  const store = createMemoryStore();
  const value = BigInt(exec.value);
  for (const [address, { balance, code, nonce, storage }] of Object.entries(pre) as [Address, VmAccount][]) {
    const slots = Object.entries(storage).map(([slot, word]) => [BigInt(slot), BigInt(word)] as const);
    store.setAccount(address, {
      balance: BigInt(balance),
      nonce: BigInt(nonce),
      code: hexToBytes(code),
      storage: slots,
    });
  }
  const journal = new Journal(store, { blockHash: () => 0n });
  // These tests name a value that has been transferred already; the machine transfers it itself.
  journal.addBalance(exec.caller, value);
  if (journal.getBalance(exec.address) >= value) journal.subBalance(exec.address, value);
  journal.setCode(exec.address, hexToBytes(exec.code));
  return journal;
}

function runVmTest(test: VmTest): void {
  const { env, exec, post } = test;
  const journal = journalOf(test);
  const evm = createEvm(journal, {
    fork: 'frontier',
    block: {
      coinbase: env.currentCoinbase as Address,
      number: BigInt(env.currentNumber!),
      timestamp: BigInt(env.currentTimestamp!),
      gasLimit: BigInt(env.currentGasLimit!),
      difficulty: BigInt(env.currentDifficulty!),
      prevRandao: 0n,
      baseFee: 0n,
      blobBaseFee: 0n,
      chainId: 1n,
    },
    transaction: { origin: exec.origin, gasPrice: BigInt(exec.gasPrice), blobHashes: [] },
  });
  const { outcome, gasLeft, output } = evm.run({
    kind: 'call',
    caller: exec.caller,
    to: exec.address,
    value: BigInt(exec.value),
    data: hexToBytes(exec.data),
    gas: Number(exec.gas),
  });
  expect(isSuccess(outcome)).toBe(post !== undefined);
  if (post === undefined) return;
  expect(gasLeft).toBe(Number(test.gas));
  expect(bytesToHex(output)).toBe(test.out);
  expect(bytesToHex(logsHash(journal.logs))).toBe(test.logs);
  for (const [address, { storage }] of Object.entries(post) as [Address, VmAccount][]) {
    for (const [slot, word] of Object.entries(storage)) {
      expect(journal.getStorage(address, BigInt(slot)), `${address} ${slot}`).toBe(BigInt(word));
    }
  }
}

describe.skipIf(!hasTests)(title, () => {
  for (const group of hasTests ? readdirSync(folder) : []) {
    it(group, () => {
      let count = 0;
      for (const file of readdirSync(join(folder ?? '', group))) {
        const tests = JSON.parse(readFileSync(join(folder ?? '', group, file), 'utf8')) as Record<string, VmTest>;
        for (const [name, test] of Object.entries(tests)) {
          try {
            runVmTest(test);
          } catch (error) {
            throw new Error(`${group}/${name}: ${(error as Error).message}`, { cause: error });
          }
          count++;
        }
      }
      expect(count).toBeGreaterThan(0);
    });
  }
});
