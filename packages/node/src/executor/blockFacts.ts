/** What the Ethereum face of a shard block shows besides the block: coinbase, base fee, random value. */
import { addressFromBytes, concatBytes, equalBytes } from 'sherd/base';
import type { BeaconView, ShardBlockHeader } from 'sherd/beacon';
import { sha256 } from 'sherd/crypto';
import { BOOKS_KEY, EVM_SCRIPT, evmBooks, type ShardStore, type ShardWrites } from 'sherd/shard';
import { type EvmBlockFacts, u32 } from '../storage/index.ts';

/** Of the block that `writes` come from; `store` is the state before it. */
export function blockFacts(
  view: BeaconView,
  header: ShardBlockHeader,
  store: ShardStore,
  writes: ShardWrites,
): EvmBlockFacts {
  const written = writes.objects.find(({ script, key }) => script === EVM_SCRIPT && equalBytes(key, BOOKS_KEY));
  const after: ShardStore = { ...store, getObject: () => written?.value ?? store.getObject(EVM_SCRIPT, BOOKS_KEY) };
  return {
    coinbase: addressFromBytes(view.validators[header.proposerIndex]!.withdrawalCredentials.slice(12)),
    baseFee: evmBooks(after).baseFee,
    prevRandao: sha256(concatBytes(header.beaconRoot, u32(header.shard))),
  };
}
