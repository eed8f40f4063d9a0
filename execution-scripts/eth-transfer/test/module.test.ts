/** The compiled script is what its sources give, passes the checks of registration, and is fully metered. */
import { checkModule } from 'sherd/scripts';
import { expect, test } from 'vitest';
import { transferMessage } from '../../../packages/node/src/demo/ethTransfer.ts';
import { build } from '../build.mjs';
import { CODE, createShard, GAS, signer } from './harness.ts';

test('the build is reproducible, and the committed file is fresh', async () => {
  const built = new Uint8Array(await build());
  expect(built).toEqual(CODE);
  expect(new Uint8Array(await build())).toEqual(built);
});

test('it may be registered', () => {
  expect(checkModule(CODE)).toMatchObject({ ok: true, size: CODE.length, memory: { initial: 1, maximum: 1 } });
});

test('a message has one price, and with less gas it has no effect', () => {
  const alice = signer(1);
  const bob = signer(2);
  const funded = () => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const fields = { to: bob.address, amount: 5n, nonce: 10n << 24n };
    return { shard, message: transferMessage(shard.context, fields, alice.key) };
  };
  const once = funded();
  const price = GAS - once.shard.run(once.message).gasLeft;
  expect(price).toBeLessThan(150_000);

  const { shard, message } = funded();
  const before = shard.world.digest();
  const budgets = Array.from({ length: 20 }, (_, i) => Math.floor((price * i) / 20));
  for (const gas of [...budgets, price - 1]) {
    expect(shard.run(message, gas)).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
    expect(shard.world.digest()).toBe(before);
  }
  expect(shard.run(message, price)).toMatchObject({ outcome: 'finished', gasLeft: 0 });
  expect(shard.account(bob.address)?.balance).toBe(5n);
});
