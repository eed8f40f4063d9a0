/** The compiled script is what its source gives, may be registered, and each message has one price. */
import { checkModule } from 'sherd/scripts';
import { expect, test } from 'vitest';
import { transferMessage } from '../../../packages/node/src/demo/ethTransfer.ts';
import { build } from '../build.mjs';

process.env.SHERD_ETH_TRANSFER = '../../eth-transfer-solidity/eth-transfer.evm';
const { CODE, createShard, GAS, signer } = await import('../../eth-transfer/test/harness.ts');

test('the committed file is what the source gives', () => {
  expect(new Uint8Array(build())).toEqual(CODE);
});

test('it may be registered', () => {
  expect(checkModule(CODE)).toMatchObject({ ok: true, face: 'evm', size: CODE.length });
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
  expect(price).toBeLessThan(100_000);

  const { shard, message } = funded();
  const before = shard.world.digest();
  for (let i = 0; i < 20; i++) {
    const { outcome } = shard.run(message, Math.floor((price * i) / 20));
    expect(outcome).not.toBe('finished');
    expect(shard.world.digest()).toBe(before);
  }
  expect(shard.run(message, price).outcome).toBe('finished');
  expect(shard.account(bob.address)?.balance).toBe(5n);
});
