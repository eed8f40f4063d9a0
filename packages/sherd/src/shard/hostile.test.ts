/** Bytes of strangers: whatever a transaction holds, a producer gets a block, and the strict entrance the same one. */
import { ShardNetwork } from '@sherd/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressToBytes } from '../base/index.ts';
import type { ShardTransaction } from '../beacon/types.ts';
import { addressOf } from '../crypto/index.ts';
import { encodeTransaction, signTransaction } from '../tx/index.ts';
import { encodePoke, POKE_SCRIPT } from './poke.ts';
import { applyShardBlock, buildShardBlock } from './transition.ts';

const key = new Uint8Array(32).fill(0xa1);
const net = new ShardNetwork({ alloc: () => [{ address: addressOf(key), balance: 10n ** 18n }] });
net.chain.accept({ withdrawals: [net.chain.withdrawal({ data: addressToBytes(addressOf(key)) })] });

const transfer = encodeTransaction(
  signTransaction(
    {
      type: 2,
      chainId: BigInt(net.params.chainId),
      nonce: 0n,
      gasLimit: 21_000n,
      to: '0x00000000000000000000000000000000000000b0',
      value: 1n,
      data: new Uint8Array(0),
      accessList: [],
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
    },
    key,
  ),
);
const claim = net.delivery(net.chain.receipts[0]!).data;
const poke = encodePoke([{ script: 1, key }]);

const mutated = fc
  .tuple(
    fc.constantFrom(transfer, claim, poke),
    fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 3 }),
    fc.option(fc.nat(2000)),
  )
  .map(([bytes, flips, length]) => {
    const out = bytes.slice(0, length ?? bytes.length);
    for (const [at, value] of flips) if (out.length > 0) out[at % out.length] = value;
    return out;
  });
const data = fc.oneof({ weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) });
const transaction: fc.Arbitrary<ShardTransaction> = fc.record({
  script: fc.constantFrom(0, 0, 0, 1, POKE_SCRIPT, 0xffff_ffff),
  gasLimit: fc.constantFrom(0n, 21_000n, 100_000n, 30_000_000n, 2n ** 64n - 1n),
  data,
});

test('any transactions make a block that everybody accepts', () => {
  fc.assert(
    fc.property(fc.array(transaction, { maxLength: 6 }), (transactions) => {
      const input = net.buildInput(0, transactions);
      const built = buildShardBlock(input);
      expect(built.included.length + built.leftOut.length).toBe(transactions.length);
      const applied = applyShardBlock(input, net.sign(built));
      expect(applied.writes.blockRoot).toEqual(built.writes.blockRoot);
      expect(applied.outcomes).toEqual(built.outcomes);
    }),
    { seed: 2019, numRuns: 150 },
  );
});
