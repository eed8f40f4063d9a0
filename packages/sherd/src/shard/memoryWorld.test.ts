/** The shard in memory keeps to the rules of the real one, and leaves the roots that a real block would. */
import { assembleModule, call, code, returnTop } from '@sherd/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, wordToBytes } from '../base/index.ts';
import { presetParams } from '../beacon/params.ts';
import { BEACON } from '../beacon/types.ts';
import { createScriptEngine } from '../scripts/index.ts';
import { createEvmScript } from './evm/script.ts';
import { shardGenesis } from './genesis.ts';
import { createMemoryWorld } from './memoryWorld.ts';
import { createShardStateType } from './state.ts';

const SLOT = 10;
const ttlOnWrite = 16;
const SCRIPT = 1;
const key = new Uint8Array(32).fill(7);
const keyOf = (byte: number) => new Uint8Array(32).fill(byte);

describe('objects', () => {
  it('a write never shortens a ttl that was extended, and an expired object begins anew', () => {
    const world = createMemoryWorld({ slot: SLOT, ttlOnWrite });
    const ttl = () => world.getObject(SCRIPT, key)?.ttl;
    world.setObject(SCRIPT, key, Uint8Array.of(1));
    expect(ttl()).toBe(26);
    world.extendTtl(SCRIPT, key, 100);
    world.setObject(SCRIPT, key, Uint8Array.of(2));
    expect(ttl()).toBe(126);
    world.slot = 126;
    expect(world.getObject(SCRIPT, key)).toEqual({ version: 2, storage: Uint8Array.of(2), ttl: 126 });
    world.slot = 127;
    expect(world.getObject(SCRIPT, key)).toBeUndefined();
    expect(world.objects(SCRIPT).size).toBe(1);
    expect(world.extendTtl(SCRIPT, key, 5)).toBe(false);
    world.setObject(SCRIPT, key, Uint8Array.of(3));
    expect(world.getObject(SCRIPT, key)).toEqual({ version: 1, storage: Uint8Array.of(3), ttl: 143 });
    expect(() => {
      world.slot = 126;
    }).toThrow('slot 126 after slot 127');
  });

  it('are what the journal of a shard makes of any steps, across blocks and undoing', () => {
    const step = fc.record({
      kind: fc.constantFrom('set', 'remove', 'extend', 'move', 'try'),
      at: fc.integer({ min: 0, max: 2 }),
      by: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = createMemoryWorld({ slot: SLOT, ttlOnWrite });
        // The judge: objects with their expiry by the rules of the protocol, as plain as can be.
        const objects = new Map<number, { version: number; storage: Uint8Array; ttl: number }>();
        let slot = SLOT;
        const alive = (at: number) => {
          const object = objects.get(at);
          return object !== undefined && object.ttl >= slot ? object : undefined;
        };
        for (const { kind, at, by } of steps) {
          const now = alive(at);
          if (kind === 'set') {
            world.setObject(SCRIPT, keyOf(at), Uint8Array.of(by));
            const ttl = Math.max(now?.ttl ?? 0, slot + ttlOnWrite);
            objects.set(at, { version: (now?.version ?? 0) + 1, storage: Uint8Array.of(by), ttl });
          } else if (kind === 'remove') {
            expect(world.removeObject(SCRIPT, keyOf(at))).toBe(now !== undefined);
            if (now !== undefined) objects.delete(at);
          } else if (kind === 'extend') {
            expect(world.extendTtl(SCRIPT, keyOf(at), by)).toBe(now !== undefined);
            if (now !== undefined) objects.set(at, { ...now, ttl: now.ttl + by });
          } else if (kind === 'move') world.slot = slot += by;
          else {
            const before = world.digest();
            const snapshot = world.snapshot();
            world.setObject(SCRIPT, keyOf(at), Uint8Array.of(99));
            world.saveReceipt(SCRIPT, { shard: 2, script: 1 }, Uint8Array.of(1));
            world.revertTo(snapshot);
            expect(world.digest()).toBe(before);
          }
          for (const each of [0, 1, 2]) expect(world.getObject(SCRIPT, keyOf(each))).toEqual(alive(each));
        }
        expect(new Map([...world.objects(SCRIPT)].map(([id, { version }]) => [id, version]))).toEqual(
          new Map([...objects].map(([at, { version }]) => [bytesToHex(keyOf(at)), version])),
        );
      }),
    );
  });
});

it('receipts are numbered on, claims are consumed once, and refused ones leave nothing', () => {
  const world = createMemoryWorld({ slot: SLOT });
  const claim = Uint8Array.of(1);
  const receipt = { source: BEACON, index: 300n, slot: 3, sender: 2, amount: 5n, data: Uint8Array.of(9) };
  world.prepareClaim(claim, { script: SCRIPT, receipt });
  world.prepareClaim(Uint8Array.of(2), 'BAD_PROOF');
  expect(world.claimReceipt(SCRIPT, Uint8Array.of(3))).toBe('MALFORMED');
  expect(world.claimReceipt(SCRIPT, Uint8Array.of(2))).toBe('BAD_PROOF');
  expect(world.claimReceipt(2, claim)).toBe('WRONG_TARGET');
  expect(world.digest()).toBe('');
  const snapshot = world.snapshot();
  expect(world.claimReceipt(SCRIPT, claim)).toEqual(receipt);
  world.revertTo(snapshot);
  expect(world.claimReceipt(SCRIPT, claim)).toEqual(receipt);
  expect(world.saveReceipt(SCRIPT, { shard: 2, script: 7 }, claim)).toBe(0n);
  world.slot = 1_000;
  expect(world.claimReceipt(SCRIPT, claim)).toBe('ALREADY_CONSUMED');
  expect(world.saveReceipt(SCRIPT, { shard: BEACON, script: 7 }, claim)).toBe(1n);
  expect(world.receipts()).toEqual([
    { script: SCRIPT, target: { shard: 2, script: 7 }, index: 0n, data: claim },
    { script: SCRIPT, target: { shard: BEACON, script: 0 }, index: 1n, data: claim },
  ]);
});

describe('roots', () => {
  const rooted = (world: ReturnType<typeof createMemoryWorld>) => bytesToHex(world.roots().stateRoot);

  it('follow from what is there, not from how it came there', () => {
    const [one, other] = [createMemoryWorld({ slot: SLOT }), createMemoryWorld({ slot: SLOT })];
    const empty = rooted(one);
    one.setObject(SCRIPT, key, Uint8Array.of(1));
    one.setObject(2, key, Uint8Array.of(2));
    expect(rooted(one)).not.toBe(empty);
    other.setObject(2, key, Uint8Array.of(2));
    const snapshot = other.snapshot();
    other.setObject(3, key, Uint8Array.of(3));
    other.revertTo(snapshot);
    other.setObject(SCRIPT, key, Uint8Array.of(1));
    expect(rooted(other)).toBe(rooted(one));
    // Asking changes nothing; a block that ends does, by its height.
    expect(rooted(one)).toBe(rooted(other));
    one.slot = SLOT + 1;
    expect(rooted(one)).not.toBe(rooted(other));
    expect(bytesToHex(one.recentShardStateRoot(0, SLOT)!)).toBe(rooted(other));
  });

  it('of the first block are those of genesis with its changes', () => {
    const params = { ...presetParams('dev'), chainId: 53_900, ttlOnWrite };
    const { state } = shardGenesis(params, 0, []);
    const world = createMemoryWorld({ slot: 1, ttlOnWrite, accounts: [] });
    expect(world.recentShardStateRoot(0, 0)).toEqual(new Uint8Array(createShardStateType(params).hashTreeRoot(state)));
  });
});

it('has the EVM as script 0 when there are accounts, and other scripts call its contracts', () => {
  const contract = '0x00000000000000000000000000000000c0de0000';
  const answer = code(call('CALLER') + returnTop());
  const world = createMemoryWorld({ accounts: [{ address: contract, nonce: 1n, code: answer }] });
  const script = world.addScript(
    assembleModule({
      imports: ['call', 'resultCopy', 'finish'],
      main: `i32.const 0 i32.const 0 i32.const 20 i64.const 1000000 call $call drop
        i32.const 64 i32.const 0 i32.const 32 call $resultCopy i32.const 64 i32.const 32 call $finish`,
      data: [[0, concatBytes(new Uint8Array(16), Uint8Array.of(0xc0, 0xde, 0, 0))]],
    }),
  );
  expect(script).toBe(1);
  const limits = { maxObjectBytes: 1024, maxReceiptBytes: 1024 };
  const engine = createScriptEngine({ builtIns: new Map([[0, createEvmScript()]]), limits });
  const run = () =>
    engine.run({ world, script, data: new Uint8Array(0), gas: 5_000_000, caller: { kind: 'transaction' } });
  const first = run();
  expect(first.outcome).toBe('finished');
  expect(first.output).not.toEqual(wordToBytes(0n));
  world.slot += 5;
  expect(run()).toEqual(first);
});
