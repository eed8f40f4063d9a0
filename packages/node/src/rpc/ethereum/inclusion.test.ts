import { bytesToHex } from 'sherd/base';
import { encodeTransaction, type Transaction, transactionHash } from 'sherd/tx';
import { expect, it } from 'vitest';
import { createFixture, signedTransfer } from '../backend.fixture.ts';
import { createEndpoints } from '../endpoints.ts';
import { LIMITS } from '../limits.ts';

function start(hasInstantBlocks: boolean) {
  const fixture = createFixture({ hasInstantBlocks });
  const endpoint = createEndpoints(fixture.backend, () => {}).find('/shard/0')!;
  /** Sends a batch; says whether it is answered yet. */
  const send = (...transactions: Transaction[]) => {
    const calls = transactions.map((transaction, id) => {
      const params = [bytesToHex(encodeTransaction(transaction))];
      return { jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params };
    });
    const message = Buffer.from(JSON.stringify(calls.length === 1 ? calls[0] : calls));
    const sent = { isAnswered: false, answer: endpoint.answer(message, new AbortController().signal, undefined) };
    void sent.answer.then(() => {
      sent.isAnswered = true;
    });
    return sent;
  };
  return { ...fixture, send };
}

/** Long enough for whatever needs no block. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 20));

it('answers with the hash when the block is there', async () => {
  const { send, addBlock, listeners } = start(true);
  const transaction = signedTransfer(3n);
  const sent = send(transaction);
  await aMoment();
  expect(sent.isAnswered).toBe(false);
  addBlock([]);
  await aMoment();
  expect(sent.isAnswered).toBe(false);
  addBlock([{ transaction }]);
  expect(JSON.parse((await sent.answer)!).result).toBe(bytesToHex(transactionHash(transaction)));
  expect(listeners.size).toBe(0);
});

it('lets the transactions of a batch share a block', async () => {
  const { send, addBlock } = start(true);
  const transactions = [signedTransfer(3n), signedTransfer(4n)];
  const sent = send(...transactions);
  await aMoment();
  expect(sent.isAnswered).toBe(false);
  addBlock(transactions.map((transaction) => ({ transaction })));
  expect(JSON.parse((await sent.answer)!)).toHaveLength(2);
});

it('does not wait where no block will come at once', async () => {
  expect(await start(false).send(signedTransfer(3n)).answer).toBeDefined();
  // This one waits for an earlier nonce.
  expect(await start(true).send(signedTransfer(9n)).answer).toBeDefined();
});

it('does not wait for ever', async () => {
  const begin = performance.now();
  const { send, listeners } = start(true);
  expect(await send(signedTransfer(3n)).answer).toBeDefined();
  expect(performance.now() - begin).toBeGreaterThan(LIMITS.inclusionTime - 50);
  expect(listeners.size).toBe(0);
});
