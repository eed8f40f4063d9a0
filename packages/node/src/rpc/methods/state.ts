/** eth_*: accounts, storage, calls and estimates on the state after a block. */
import { isSherdError, wordToHex } from 'sherd/base';
import { isSuccess, OUTCOME, OUTCOME_TEXT } from 'sherd/evm';
import type { AccountOverride } from 'sherd/shard';
import type { CallRequest } from '../backend.ts';
import { RPC_CODES, RpcError } from '../errors.ts';
import { type BlockId, blockParam, callParam, overridesParam } from '../ethereum/arguments.ts';
import { stateHeight } from '../ethereum/lookup.ts';
import { type CallEnd, requireSuccess } from '../ethereum/revert.ts';
import { bytesToHex, type Json, quantity } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type MethodTable, method, type ShardContext } from '../method.ts';
import { optional, param, type Read, readAddress, readFields, readList, readSlot } from '../params.ts';

const addressParam = param('address', 'address', readAddress);

/** Slots by address; at most so many slots in all. */
const readSlotRequests: Read<[`0x${string}`, bigint[]][]> = (value, at) => {
  let left: number = LIMITS.storageSlots;
  return Object.entries(readFields(value, at)).map(([key, slots]) => {
    const read = readList(readSlot, left)(slots, `${at}.${key}`);
    left -= read.length;
    return [readAddress(key, at), read];
  });
};

function withOverrides(call: CallRequest, overrides: AccountOverride[] | undefined): CallRequest {
  return overrides === undefined || overrides.length === 0 ? call : { ...call, overrides };
}

const accountMethods: MethodTable<ShardContext> = {
  eth_getBalance: method('Balance, in wei.', [addressParam, blockParam], ({ shard }, address, block) =>
    quantity(shard.account(address, stateHeight(shard, block)).balance),
  ),
  eth_getTransactionCount: method(
    'Nonce of the account; with `pending` the one after its waiting transactions.',
    [addressParam, blockParam],
    ({ shard }, address, block) =>
      quantity(
        'tag' in block && block.tag === 'pending'
          ? shard.pendingNonce(address)
          : shard.account(address, stateHeight(shard, block)).nonce,
      ),
  ),
  eth_getCode: method('Code of the account.', [addressParam, blockParam], ({ shard }, address, block) =>
    bytesToHex(shard.account(address, stateHeight(shard, block)).code),
  ),
  eth_getStorageAt: method(
    'Word in a storage slot.',
    [addressParam, param('slot', 'up to 32 bytes', readSlot), blockParam],
    ({ shard }, address, slot, block) => wordToHex(shard.storageAt(address, slot, stateHeight(shard, block))),
  ),
  eth_getStorageValues: method(
    `Words in storage slots of many accounts, at most ${LIMITS.storageSlots}.`,
    [param('slots', 'lists of slots by address', readSlotRequests), blockParam],
    ({ shard }, requests, block) => {
      const height = stateHeight(shard, block);
      const read = ([address, slots]: [`0x${string}`, bigint[]]): [string, Json] => [
        address,
        slots.map((slot) => wordToHex(shard.storageAt(address, slot, height))),
      ];
      return Object.fromEntries(requests.map(read));
    },
  ),
};

async function estimate({ shard }: ShardContext, call: CallRequest, block: BlockId): Promise<Json> {
  try {
    return quantity(await shard.estimateGas(call, stateHeight(shard, block)));
  } catch (error) {
    if (!isSherdError(error, 'GAS_ESTIMATE_FAILED')) throw error;
    const { outcome, output, gas } = error.data as unknown as CallEnd & { readonly gas: bigint };
    // What more gas could heal is told by the gas; anything else by how the call ended.
    if (outcome !== OUTCOME.OUT_OF_GAS) requireSuccess({ outcome, output });
    throw new RpcError(RPC_CODES.REFUSED, `gas required exceeds allowance (${gas})`);
  }
}

const callMethods: MethodTable<ShardContext> = {
  eth_call: method(
    'What the call returns, without a transaction.',
    [callParam, blockParam, optional(overridesParam)],
    async ({ shard }, call, block, overrides) => {
      const result = await shard.call(withOverrides(call, overrides), stateHeight(shard, block));
      requireSuccess(result);
      return bytesToHex(result.output);
    },
  ),
  eth_estimateGas: method(
    'Least gas with which the call succeeds.',
    [callParam, blockParam, optional(overridesParam)],
    (context, call, block, overrides) => estimate(context, withOverrides(call, overrides), block),
  ),
  eth_createAccessList: method(
    'Addresses and slots that the call touches, and its gas with them announced.',
    [callParam, blockParam, optional(overridesParam)],
    async ({ shard }, call, block, overrides) => {
      const result = await shard.createAccessList(withOverrides(call, overrides), stateHeight(shard, block));
      const accessList = result.accessList.map(({ address, slots }) => ({
        address,
        storageKeys: slots.map(wordToHex),
      }));
      const error = isSuccess(result.outcome) ? {} : { error: OUTCOME_TEXT[result.outcome] };
      return { accessList, gasUsed: quantity(result.gasUsed), ...error };
    },
  ),
};

export const stateMethods: MethodTable<ShardContext> = { ...accountMethods, ...callMethods };
