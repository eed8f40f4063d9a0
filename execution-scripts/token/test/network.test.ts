/** Tokens on a whole network: shard blocks, crosslinks, and a claim with a real Merkle proof on another shard. */
import { bytesToHex } from 'sherd/base';
import { ReceiptClaim, StorageObject } from 'sherd/beacon';
import { keccak256 } from 'sherd/crypto';
import { expect, test } from 'vitest';
import { fromLittleEndian, testSigner } from '../../../packages/node/src/scriptTool/index.ts';
import { ShardNetwork } from '../../../packages/testkit/src/shardNetwork.ts';
import { buildScript } from '../../sdk/build-all.mjs';
import * as client from './client.ts';

const SCRIPT = 1;
const alice = testSigner(1);
const bob = testSigner(2);
const TOKEN = client.tokenId(alice.address, 7);

test('a token is minted on one shard, sent to another, and counted once', async () => {
  const code = new Uint8Array(await buildScript('token'));
  const net = new ShardNetwork();
  net.chain.accept({ newExecutionScripts: [net.chain.newScript(code)] });
  net.addCode(code);
  const context = (shard: number) => ({ chainId: BigInt(net.params.chainId), shard, script: SCRIPT });
  const run = (shard: number, data: Uint8Array) =>
    net.accept(shard, [{ script: SCRIPT, gasLimit: 2_000_000n, data }]).outcomes[0]!;
  const accept = (shard: number, data: Uint8Array) => {
    const { outcome, output, error } = run(shard, data);
    expect(outcome, `${error?.message} ${bytesToHex(output)}`).toBe('finished');
    return output.slice(4);
  };
  const holding = (shard: number, address: `0x${string}`) => {
    const key = keccak256(client.open(TOKEN, address).subarray(1));
    return client.account(StorageObject.deserialize(net.shards[shard]!.getObject(SCRIPT, key)!).storage).balance;
  };

  const nonce = fromLittleEndian(accept(1, client.open(TOKEN, alice.address)));
  accept(1, client.mint(context(1), TOKEN, { to: alice.address, amount: 2n ** 130n, nonce }, alice.key));
  const sent = { to: bob.address, amount: 2n ** 129n, nonce: nonce + 1n };
  const index = fromLittleEndian(accept(1, client.send(context(1), TOKEN, 2, sent, alice.key)));
  const claim = net.claim(net.shards[1]!.receipts[Number(index)]!);

  const forged = { ...claim, receipt: { ...claim.receipt, data: client.parcel(TOKEN, alice.address, 2n ** 129n) } };
  const refused = run(2, client.claim(ReceiptClaim.serialize(forged)));
  expect([refused.outcome, refused.output[0]]).toEqual(['aborted', 24]);

  accept(2, client.claim(ReceiptClaim.serialize(claim)));
  expect(holding(1, alice.address)).toBe(2n ** 129n);
  expect(holding(2, bob.address)).toBe(2n ** 129n);
  expect(run(2, client.claim(ReceiptClaim.serialize(claim))).output[0]).toBe(client.ERRORS.CLAIM_ALREADY_CONSUMED);
  for (const shard of [1, 2]) {
    expect(net.replay(shard)).toEqual(net.shards[shard]!.getBlockRoot(net.blocks[shard]!.length));
  }
});
