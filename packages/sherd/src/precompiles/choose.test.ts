/** Machines with some of the pre-compiled contracts: those work, and the others are missed loudly. */
import { CALLER, CONTRACT, callTo, code, op, returnTop } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, isSherdError } from '../base/index.ts';
import { createEvmWith, isSuccess } from '../evm/index.ts';
import { FORKS, type PrecompileName } from '../protocol/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { PRECOMPILE_ADDRESSES } from './addresses.ts';
import { activePrecompiles, choosePrecompiles, identity, modexp, PRECOMPILES } from './index.ts';

const chosen = choosePrecompiles('osaka', { identity, modexp });

/** A machine on a contract that calls another address with 32 bytes and returns what the call said. */
function machineCalling(to: Address) {
  const store = createMemoryStore();
  const bytecode = callTo('CALL', { to, gas: 50_000, input: [0, 32], output: [0, 32] }) + returnTop();
  store.setAccount(CONTRACT, { nonce: 1n, balance: 0n, code: code(bytecode + op.STOP), storage: [] });
  const block = {
    coinbase: CALLER,
    number: 1n,
    timestamp: 1n,
    gasLimit: 30_000_000n,
    difficulty: 0n,
    prevRandao: 0n,
    baseFee: 0n,
    blobBaseFee: 1n,
    chainId: 1n,
  };
  const transaction = { origin: CALLER, gasPrice: 0n, blobHashes: [] };
  const evm = createEvmWith(chosen, new Journal(store), { fork: 'osaka', block, transaction });
  const message = { kind: 'call', caller: CALLER, value: 0n, data: code(''), gas: 100_000 } as const;
  return { evm, call: (address: Address) => evm.run({ ...message, to: address }) };
}

describe('a choice of pre-compiled contracts', () => {
  it('has the addresses, prices and results of the whole set', () => {
    const input = Uint8Array.from({ length: 100 }, (_, i) => i);
    for (const fork of FORKS) {
      const all = activePrecompiles(fork);
      const some = choosePrecompiles(fork, { identity });
      expect([...some.keys()]).toEqual([...all.keys()]);
      const { address } = PRECOMPILES.identity;
      expect(some.get(address)!.gas(input)).toBe(all.get(address)!.gas(input));
      expect(some.get(address)!.run(input)).toEqual(input);
    }
  });

  it('knows where each stands', () => {
    for (const name of Object.keys(PRECOMPILES) as PrecompileName[]) {
      expect(PRECOMPILE_ADDRESSES[name], name).toBe(PRECOMPILES[name].address);
    }
  });

  it('runs what was chosen', () => {
    const result = machineCalling(PRECOMPILES.identity.address).call(CONTRACT);
    expect(isSuccess(result.outcome)).toBe(true);
    expect(bytesToHex(result.output)).toBe(`0x${'1'.padStart(64, '0')}`);
  });

  it('throws where one that was left out is called, and the machine runs on', () => {
    const { call } = machineCalling(PRECOMPILES.bnPairing.address);
    let data: unknown;
    try {
      call(CONTRACT);
    } catch (error) {
      if (!isSherdError(error, 'PRECOMPILE_LEFT_OUT')) throw error;
      data = error.data;
    }
    expect(data).toEqual({ name: 'bnPairing', address: PRECOMPILES.bnPairing.address });
    expect(isSuccess(call(PRECOMPILES.modexp.address).outcome)).toBe(true);
  });
});
