/** What loops ask of the store under a shard: the same thing once a block, however often an instruction asks. */
import { callTo, call as instruction, op, push, ShardNetwork } from '@sherd/testkit';
import { expect, test } from 'vitest';
import { type Address, hexToBytes } from '../../base/index.ts';
import type { ShardStore } from '../store.ts';
import { evmCall } from './simulate.ts';

const LOOP: Address = '0x00000000000000000000000000000000000010af';

function readsOf(body: string): Record<string, number> {
  const code = hexToBytes(`0x${body.repeat(50)}${op.STOP}`);
  const net = new ShardNetwork({ alloc: () => [{ address: LOOP, nonce: 1n, code, storage: [[1n, 7n]] }] });
  net.accept(0, []);
  const reads: Record<string, number> = {};
  const store = new Proxy<ShardStore>(net.shards[0]!, {
    get(target, name: keyof ShardStore) {
      const read = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        reads[name] = (reads[name] ?? 0) + 1;
        return read.apply(target, args);
      };
    },
  });
  const { outcome } = evmCall({ ...net.input(0), store }, { to: LOOP });
  expect(outcome).toBe(1);
  return reads;
}

test('a hash of a block is read once', () => {
  const none = readsOf(op.JUMPDEST);
  const { getBlockRoot } = readsOf(instruction('BLOCKHASH', 0) + op.POP);
  expect(getBlockRoot! - none.getBlockRoot!).toBe(1);
});

test('slots and accounts are read once, also those that are not there', () => {
  const none = readsOf(op.JUMPDEST).getObject!;
  expect(readsOf(instruction('SLOAD', 1) + op.POP).getObject! - none).toBe(1);
  expect(readsOf(instruction('SLOAD', 2) + op.POP).getObject! - none).toBe(1);
  expect(readsOf(instruction('EXTCODEHASH', 0xabc) + op.POP).getObject! - none).toBe(1);
  expect(readsOf(callTo('CALL', { to: 0xabc, gas: 0 }) + push(1) + op.POP + op.POP).getObject! - none).toBeLessThan(3);
});
