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

test('with too little gas a message has no effect, and with enough its price is a constant', () => {
  const alice = signer(1);
  const bob = signer(2);
  const used = [0, 1].map(() => {
    const shard = createShard(1);
    shard.fund(alice.address, 1_000n);
    const fields = { to: bob.address, amount: 5n, nonce: 10n << 24n };
    const message = transferMessage(shard.context, fields, alice.key);
    const before = shard.world.digest();
    for (let gas = 0; gas < 90_000; gas += 7_500) {
      expect(shard.run(message, gas)).toMatchObject({ outcome: 'outOfGas', gasLeft: 0 });
      expect(shard.world.digest()).toBe(before);
    }
    const full = shard.run(message);
    expect(full.outcome).toBe('finished');
    expect(shard.account(bob.address)?.balance).toBe(5n);
    return GAS - full.gasLeft;
  });
  expect(used[0]).toBe(used[1]);
  expect(used[0]).toBeLessThan(150_000);
});
