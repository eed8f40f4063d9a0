/** The first state of a shard. Its root is pinned: a change of it is a change of the protocol. */
import { expect, test } from 'vitest';
import { bytesToHex } from '../base/index.ts';
import { presetParams } from '../beacon/params.ts';
import { evmAccount, evmBooks, evmStorageAt } from './evm/simulate.ts';
import { SYSTEM_CONTRACT } from './evm/systemContract.ts';
import { evmPrefund, shardGenesis } from './genesis.ts';
import { MemoryShardStore } from './memoryStore.ts';

const params = presetParams('test');
const rich = '0x00000000000000000000000000000000000000b0';
const contract = '0x000000000000000000000000000000000000c0de';
const ALLOC = [
  { address: rich, balance: 3n * 10n ** 18n },
  { address: contract, nonce: 1n, code: Uint8Array.of(0x00), storage: [[1n, 2n]] as const },
] as const;

test('accounts, books and the contracts of every shard are there', () => {
  const store = new MemoryShardStore();
  const { writes, header, state } = shardGenesis(params, 1, ALLOC);
  store.commit(writes);
  expect(evmAccount(store, rich).balance).toBe(3n * 10n ** 18n);
  expect(evmStorageAt(store, contract, 1n)).toBe(2n);
  expect(evmAccount(store, SYSTEM_CONTRACT).code).toEqual(Uint8Array.of(0xfe));
  expect(evmBooks(store)).toMatchObject({ supply: 3n * 10n ** 18n, claimed: 3n * 10n ** 18n, burned: 0n, sent: 0n });
  expect(header.height).toBe(0n);
  expect(state.slot).toBe(0n);
  expect(bytesToHex(header.stateRoot)).toMatchInlineSnapshot(
    `"0x3c313af6d4a1dc5d8f445dfcf16a38853e00e8f55a524ef4f0704c90c30b0a5b"`,
  );
});

test('the order of the accounts does not matter, the shard does', () => {
  const root = (shard: number, alloc: Parameters<typeof shardGenesis>[2]) =>
    bytesToHex(shardGenesis(params, shard, alloc).header.stateRoot);
  expect(root(1, [ALLOC[1], ALLOC[0]])).toBe(root(1, ALLOC));
  expect(root(2, ALLOC)).not.toBe(root(1, ALLOC));
});

test('prefunds are whole gwei, and no address stands twice', () => {
  expect(evmPrefund(ALLOC)).toBe(3_000_000_000n);
  const bad = expect.objectContaining({ code: 'BAD_GENESIS' });
  expect(() => evmPrefund([{ address: rich, balance: 1n }])).toThrow(bad);
  expect(() => shardGenesis(params, 0, [ALLOC[0], ALLOC[0]])).toThrow(bad);
  expect(() => shardGenesis(params, 0, [{ address: SYSTEM_CONTRACT }])).toThrow(bad);
  expect(() => shardGenesis(params, 0, [{ address: rich, storage: [[1n, 1n]] }])).toThrow(bad);
});
