/** What the protocol calls around the transactions of a block: histories, and queues of requests. */
import { type Bytecode, call, code, mstore, op, push, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToBigInt, bytesToHex, SherdError } from '../base/index.ts';
import type { BlockContext } from '../evm/index.ts';
import type { ForkName } from '../protocol/index.ts';
import { createMemoryStore, Journal } from '../state/index.ts';
import { dequeueRequests, runBlockStartCalls, SYSTEM_ADDRESS } from './index.ts';

const BEACON_ROOTS: Address = '0x000f3df6d732807ef1319fb7b8bb8522d0beac02';
const HISTORY: Address = '0x0000f90827f1c53a10cb7a02335b175320002935';
const WITHDRAWALS: Address = '0x00000961ef480eb55e80d19ad83579a64c007002';
const CONSOLIDATIONS: Address = '0x0000bbddc7ce488642fb579f8b00f3a590007251';

const block: BlockContext = {
  coinbase: '0x000000000000000000000000000000000000c01b',
  number: 8192n,
  timestamp: 1_700_000_000n,
  gasLimit: 1_000_000n,
  difficulty: 0n,
  prevRandao: 0n,
  baseFee: 10n,
  blobBaseFee: 1n,
  chainId: 1n,
};
const PARENT = { hash: new Uint8Array(32).fill(0xaa), beaconBlockRoot: new Uint8Array(32).fill(0xbb) };

/** A context whose system contracts are what the test says. */
function contextOf(fork: ForkName, contracts: Readonly<Record<Address, Bytecode>>) {
  const store = createMemoryStore();
  for (const [address, bytecode] of Object.entries(contracts)) {
    store.setAccount(address as Address, { nonce: 1n, balance: 0n, code: code(bytecode), storage: [] });
  }
  return { journal: new Journal(store), fork, block };
}

/** Keeps its input in slot 0, its caller in 1, its gas in 2, what it was paid in 3, and the price of gas in 4. */
const RECORDER =
  call('CALLDATALOAD', 0) +
  push(0) +
  op.SSTORE +
  op.CALLER +
  push(1) +
  op.SSTORE +
  op.GAS +
  push(2) +
  op.SSTORE +
  op.CALLVALUE +
  push(3) +
  op.SSTORE +
  op.GASPRICE +
  push(4) +
  op.SSTORE;

describe('before the transactions', () => {
  it('the parent is written down: its beacon root from Cancun on (EIP-4788), its hash from Prague on (EIP-2935)', () => {
    const seen = (fork: ForkName) => {
      const context = contextOf(fork, { [BEACON_ROOTS]: RECORDER, [HISTORY]: RECORDER });
      runBlockStartCalls(context, PARENT);
      return [BEACON_ROOTS, HISTORY].map((address) => context.journal.getStorage(address, 0n));
    };
    const [root, hash] = [PARENT.beaconBlockRoot, PARENT.hash].map(bytesToBigInt);
    expect(seen('shanghai')).toEqual([0n, 0n]);
    expect(seen('cancun')).toEqual([root, 0n]);
    expect(seen('prague')).toEqual([root, hash]);
    expect(seen('osaka')).toEqual([root, hash]);
  });

  it('by the system address with 30 million gas, beyond the gas limit of the block, for nothing', () => {
    const context = contextOf('prague', { [HISTORY]: RECORDER });
    runBlockStartCalls(context, PARENT);
    const slot = (index: bigint) => context.journal.getStorage(HISTORY, index);
    expect(slot(1n)).toBe(BigInt(SYSTEM_ADDRESS));
    expect(slot(2n)).toBeGreaterThan(29_900_000n);
    expect([slot(3n), slot(4n)]).toEqual([0n, 0n]);
    expect(context.journal.exists(SYSTEM_ADDRESS)).toBe(false);
    expect(context.journal.drain().has(block.coinbase)).toBe(false);
  });

  it('a contract that is missing is passed over, and makes no account', () => {
    const context = contextOf('osaka', {});
    runBlockStartCalls(context, PARENT);
    expect(context.journal.drain().size).toBe(0);
  });

  it('a contract that fails leaves nothing, and the block goes on', () => {
    for (const ending of [op.INVALID, call('REVERT', 0, 0), push(0) + op.JUMP]) {
      const context = contextOf('osaka', { [BEACON_ROOTS]: RECORDER + ending, [HISTORY]: RECORDER });
      runBlockStartCalls(context, PARENT);
      expect(context.journal.getStorage(BEACON_ROOTS, 0n)).toBe(0n);
      expect(context.journal.getStorage(HISTORY, 0n)).toBe(bytesToBigInt(PARENT.hash));
    }
  });

  it('what is not known of the parent is not written', () => {
    const context = contextOf('osaka', { [BEACON_ROOTS]: RECORDER, [HISTORY]: RECORDER });
    runBlockStartCalls(context, { hash: undefined, beaconBlockRoot: undefined });
    expect(context.journal.drain().size).toBe(0);
  });

  it('is over with the call: nothing is warm, transient or original for the first transaction', () => {
    const context = contextOf('osaka', { [HISTORY]: sstore(7, 1) + call('TSTORE', 7, 1) });
    runBlockStartCalls(context, PARENT);
    expect(context.journal.isWarmAddress(HISTORY)).toBe(false);
    expect(context.journal.getTransientStorage(HISTORY, 7n)).toBe(0n);
    expect(context.journal.getOriginalStorage(HISTORY, 7n)).toBe(1n);
  });
});

describe('after the transactions', () => {
  /** Returns 2 bytes and empties its queue, as the contracts of EIP-7002 and EIP-7251 do. */
  const queue = mstore(0, `0x${'1234'.padEnd(64, '0')}`) + sstore(0, 1) + call('RETURN', 0, 2);

  it('the queues of withdrawals (EIP-7002) and consolidations (EIP-7251) are taken', () => {
    const context = contextOf('prague', { [WITHDRAWALS]: queue, [CONSOLIDATIONS]: call('RETURN', 0, 0) });
    expect(bytesToHex(dequeueRequests(context, 'withdrawals'))).toBe('0x1234');
    expect(bytesToHex(dequeueRequests(context, 'consolidations'))).toBe('0x');
    expect(context.journal.getStorage(WITHDRAWALS, 0n)).toBe(1n);
  });

  it('a contract that is missing or fails makes the block invalid', () => {
    const refusal = (contracts: Readonly<Record<Address, Bytecode>>) => {
      try {
        dequeueRequests(contextOf('prague', contracts), 'withdrawals');
        return 'taken';
      } catch (error) {
        return error instanceof SherdError ? error.code : `crashed: ${error}`;
      }
    };
    expect(refusal({})).toBe('SYSTEM_CONTRACT_MISSING');
    expect(refusal({ [WITHDRAWALS]: '' })).toBe('SYSTEM_CONTRACT_MISSING');
    for (const ending of [op.INVALID, call('REVERT', 0, 0), push(0) + op.JUMP, op.JUMPDEST + push(0) + op.JUMP]) {
      expect(refusal({ [WITHDRAWALS]: ending })).toBe('SYSTEM_CALL_FAILED');
    }
    expect(refusal({ [WITHDRAWALS]: queue })).toBe('taken');
  });
});
