/** One benchmark on our EVM and on @ethereumjs/evm: functions that run it once on a fresh world and give what it did. */
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { createEVM } from '@ethereumjs/evm';
import { SimpleStateManager } from '@ethereumjs/statemanager';
import { Account, createAddressFromString } from '@ethereumjs/util';
import { isSuccess } from 'sherd/evm';
import { createMemoryStore, Journal } from 'sherd/state';
import { precompileAddresses, runMessage } from 'sherd/transition';
import { hexBytes } from './evmBenchmarks.mjs';

const COINBASE = '0x0000000000000000000000000000000000000000';
const MANY = 10n ** 24n;

/** Accounts at the start: sender, receiver with the code, and what the benchmark adds. */
function accountsOf({ code, from, to, preState = {} }) {
  const accounts = { [from]: { balance: MANY }, [to]: { nonce: 1n, code } };
  for (const [address, { balance, nonce, code: other, storage }] of Object.entries(preState)) {
    accounts[address] = {
      ...accounts[address],
      ...(balance !== undefined && { balance: BigInt(balance) }),
      ...(nonce !== undefined && { nonce: BigInt(nonce) }),
      ...(other !== undefined && { code: other }),
      ...(storage !== undefined && { storage }),
    };
  }
  return Object.entries(accounts);
}

export function onSherd(benchmark) {
  const store = createMemoryStore();
  for (const [address, { balance = 0n, nonce = 0n, code = '0x', storage = {} }] of accountsOf(benchmark)) {
    const slots = Object.entries(storage).map(([slot, value]) => [BigInt(slot), BigInt(value)]);
    store.setAccount(address, { balance, nonce, code: hexBytes(code), storage: slots });
  }
  const { fork, from, to } = benchmark;
  const data = hexBytes(benchmark.calldata);
  const gas = BigInt(benchmark.gasLimit);
  const block = {
    coinbase: COINBASE,
    number: 1n,
    timestamp: 1n,
    gasLimit: gas,
    difficulty: 0n,
    prevRandao: 0n,
    baseFee: 0n,
    blobBaseFee: 1n,
    chainId: 1n,
  };
  const environment = { fork, block, transaction: { origin: from, gasPrice: 0n, blobHashes: [] } };
  const message = { kind: 'call', caller: from, to, value: 0n, data };
  return () => {
    const journal = new Journal(store);
    journal.setAlwaysWarm(precompileAddresses(fork));
    for (const address of [from, to, COINBASE]) journal.warmAddress(address);
    const { outcome, output, gasLeft } = runMessage(journal, environment, message, gas);
    return { status: isSuccess(outcome) ? 'success' : 'failure', gasUsed: gas - gasLeft, output };
  };
}

export async function onEthereumjs(benchmark) {
  const common = new Common({ chain: Mainnet, hardfork: Hardfork[title(benchmark.fork)] });
  const gasLimit = BigInt(benchmark.gasLimit);
  const to = createAddressFromString(benchmark.to);
  const caller = createAddressFromString(benchmark.from);
  return async () => {
    const stateManager = new SimpleStateManager({ common });
    for (const [address, { balance = 0n, nonce = 0n, code = '0x', storage = {} }] of accountsOf(benchmark)) {
      const at = createAddressFromString(address);
      await stateManager.putAccount(at, new Account(nonce, balance));
      if (code !== '0x') await stateManager.putCode(at, hexBytes(code));
      for (const [slot, value] of Object.entries(storage)) {
        await stateManager.putStorage(at, hexBytes(slot), hexBytes(value));
      }
    }
    const evm = await createEVM({ common, stateManager });
    for (const address of [benchmark.from, benchmark.to]) evm.journal.addAlwaysWarmAddress(address.slice(2), true);
    const { execResult } = await evm.runCall({ caller, to, gasLimit, data: hexBytes(benchmark.calldata) });
    return {
      status: execResult.exceptionError === undefined ? 'success' : 'failure',
      gasUsed: execResult.executionGasUsed,
      output: execResult.returnValue,
    };
  };
}

const title = (fork) => `${fork[0].toUpperCase()}${fork.slice(1)}`;
