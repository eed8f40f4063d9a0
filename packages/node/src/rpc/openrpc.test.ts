import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, logOf, signedTransfer } from './backend.fixture.ts';
import { startTestServer, type TestServer } from './client.fixture.ts';
import { resultSchemas, violations } from './openrpc.fixture.ts';

const schemas = resultSchemas();

/** Calls whose answers the specification describes. */
const CALLS: readonly (readonly [method: string, ...params: unknown[]])[] = [
  ['net_version'],
  ['eth_chainId'],
  ['eth_blockNumber'],
  ['eth_syncing'],
  ['eth_accounts'],
  ['eth_coinbase'],
  ['eth_baseFee'],
  ['eth_gasPrice'],
  ['eth_maxPriorityFeePerGas'],
  ['eth_blobBaseFee'],
  ['eth_feeHistory', '0x2', 'latest', [10, 50]],
  ['eth_getBlockByNumber', '0x0', false],
  ['eth_getBlockByNumber', '0x1', false],
  ['eth_getBlockByNumber', '0x1', true],
  ['eth_getBlockByNumber', '0x99', true],
  ['eth_getBlockTransactionCountByNumber', '0x1'],
  ['eth_getBlockReceipts', 'latest'],
  ['eth_getTransactionByBlockNumberAndIndex', '0x1', '0x0'],
  ['eth_getBalance', ACCOUNT, 'latest'],
  ['eth_getCode', ACCOUNT, 'latest'],
  ['eth_getTransactionCount', ACCOUNT, 'pending'],
  ['eth_getStorageAt', ACCOUNT, '0x1', 'latest'],
  ['eth_getStorageValues', { [ACCOUNT]: ['0x1'] }, 'latest'],
  ['eth_call', { to: ACCOUNT }, 'latest'],
  ['eth_estimateGas', { to: ACCOUNT }],
  ['eth_createAccessList', { to: ACCOUNT }, 'latest'],
  ['eth_getLogs', { fromBlock: '0x0' }],
  ['eth_newFilter', {}],
  ['eth_newBlockFilter'],
  ['eth_newPendingTransactionFilter'],
  ['eth_uninstallFilter', '0x1'],
  ['txpool_status'],
  ['txpool_content'],
  ['txpool_contentFrom', ACCOUNT],
];

describe.skipIf(schemas === undefined)('the execution API specification (SHERD_FIXTURES/rpc-spec)', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
    test.addBlock([{ transaction: signedTransfer(0n), logs: [logOf(1n)] }]);
    test.addPending(signedTransfer(1n));
  });
  afterAll(() => test.server.close());

  it.each(CALLS.map(([method, ...params]) => ({ method, params })))('$method', async ({ method, params }) => {
    const { result, error } = await test.call(method, ...params);
    expect(error).toBeUndefined();
    expect(violations(schemas!.get(method)!, result)).toEqual([]);
  });

  it('would notice what does not fit', async () => {
    const { result: block } = await test.call('eth_getBlockByNumber', '0x1', true);
    const schema = schemas!.get('eth_getBlockByNumber')!;
    expect(violations(schemas!.get('eth_chainId')!, '0x01')).toHaveLength(1);
    expect(violations(schema, { ...block, miner: undefined })).not.toEqual([]);
    expect(violations(schema, { ...block, uncles: [7] })).not.toEqual([]);
    expect(violations(schema, { ...block, transactions: [{ ...block.transactions[0], nonce: '7' }] })).not.toEqual([]);
  });
});
