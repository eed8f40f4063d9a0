/** The result of a transition as JSON, in the names and the order of geth's `evm t8n`. */
import { bytesToHex, concatBytes, type Hex, wordToHex, ZERO_ADDRESS } from 'sherd/base';
import {
  BLOOM_LENGTH,
  logsHash,
  mergeBloom,
  REQUEST_TYPES,
  type Requests,
  receiptsRoot,
  requestsHash,
  transactionsRoot,
  withdrawalsRoot,
} from 'sherd/block';
import type { Rules } from 'sherd/protocol';
import type { MemoryStore } from 'sherd/state';
import type { Environment } from './environment.ts';
import type { IncludedTransaction, TransitionOutcome } from './transition.ts';

/** The block has no hash yet; geth puts this in its place. */
const BLOCK_HASH: Hex = `0x1337${'0'.repeat(60)}`;

const quantity = (value: bigint | number): Hex => `0x${value.toString(16)}`;

export function resultJson(
  outcome: TransitionOutcome,
  {
    store,
    environment,
    rules,
  }: { readonly store: MemoryStore; readonly environment: Environment; readonly rules: Rules },
): object {
  const { included, rejected, requests } = outcome;
  const bloom = new Uint8Array(BLOOM_LENGTH);
  for (const { receipt } of included) mergeBloom(bloom, receipt.bloom);
  const { difficulty, baseFee, excessBlobGas, file } = environment;
  return {
    stateRoot: bytesToHex(store.stateRoot()),
    txRoot: bytesToHex(transactionsRoot(included.map(({ transaction }) => transaction))),
    receiptsRoot: bytesToHex(receiptsRoot(included.map(({ receipt }) => receipt))),
    logsHash: bytesToHex(logsHash(included.flatMap(({ result }) => result.logs))),
    logsBloom: bytesToHex(bloom),
    receipts: receiptsJson(included, environment),
    ...(rejected.length > 0 && { rejected }),
    currentDifficulty: difficulty === undefined ? null : quantity(difficulty),
    gasUsed: quantity(outcome.gasUsed),
    ...(baseFee !== undefined && { currentBaseFee: quantity(baseFee) }),
    ...(rules.withdrawals && { withdrawalsRoot: bytesToHex(withdrawalsRoot(file.withdrawals ?? [])) }),
    ...(rules.blobs && excessBlobGas !== undefined && { currentExcessBlobGas: quantity(excessBlobGas) }),
    ...(rules.blobs && { blobGasUsed: quantity(outcome.blobGasUsed) }),
    ...(rules.requests.length > 0 && {
      requestsHash: bytesToHex(requestsHash(requests)),
      requests: requests.filter(({ data }) => data.length > 0).map(requestHex),
    }),
  };
}

function requestHex({ kind, data }: Requests): Hex {
  return bytesToHex(concatBytes(Uint8Array.of(REQUEST_TYPES[kind]), data));
}

function receiptsJson(included: readonly IncludedTransaction[], { block }: Environment): object[] {
  let logIndex = 0;
  return included.map(({ transaction, hash, result, receipt }, index) => {
    const { status } = receipt;
    const place = {
      blockNumber: quantity(block.number),
      transactionHash: bytesToHex(hash),
      transactionIndex: quantity(index),
      blockHash: BLOCK_HASH,
    };
    const logs = result.logs.map(({ address, topics, data }) => ({
      address,
      topics: topics.map(wordToHex),
      data: bytesToHex(data),
      ...place,
      logIndex: quantity(logIndex++),
      removed: false,
    }));
    return {
      ...(transaction.type !== 0 && { type: quantity(transaction.type) }),
      root: typeof status === 'number' ? '0x' : bytesToHex(status),
      status: quantity(typeof status === 'number' ? status : result.isSuccess ? 1 : 0),
      cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
      logsBloom: bytesToHex(receipt.bloom),
      logs: logs.length === 0 ? null : logs,
      transactionHash: place.transactionHash,
      contractAddress: result.contractAddress ?? ZERO_ADDRESS,
      gasUsed: quantity(result.gasUsed),
      effectiveGasPrice: quantity(result.effectiveGasPrice),
      ...(transaction.type === 3 && {
        blobGasUsed: quantity(result.blobGasUsed),
        blobGasPrice: quantity(block.blobBaseFee),
      }),
      blockHash: BLOCK_HASH,
      blockNumber: place.blockNumber,
      transactionIndex: place.transactionIndex,
    };
  });
}
