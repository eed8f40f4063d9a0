/** Where a run is: its caller, its gas, the chain, the roots that can be known. */
import * as host from "./host";

export function isCalledByScript(): bool {
  return host.callerKind() == 1;
}

/** Id of the calling script; 0, which is also the EVM's id, when a transaction calls. */
export function callerScript(): u32 {
  return <u32>host.callerScript();
}

/** True where every write is a fault. */
export function isStatic(): bool {
  return host.isStatic() == 1;
}

export function gasLeft(): u64 {
  return <u64>host.gasLeft();
}

export function chainId(): u64 {
  return <u64>host.chainId();
}

export function shard(): u32 {
  return <u32>host.currentShard();
}

/** Shards are 0 to count - 1. */
export function shardCount(): u32 {
  return <u32>host.shardCount();
}

export function slot(): u64 {
  return <u64>host.currentSlot();
}

/** Id of this script; in executed code, of the script that executes it. */
export function scriptId(): u32 {
  return <u32>host.scriptId();
}

export function scriptCount(): u32 {
  return <u32>host.scriptCount();
}

/** gwei: a deposit with less is never accepted by the beacon chain. */
export function minDeposit(): u64 {
  return <u64>host.minDeposit();
}

/** Writes the root (32 bytes) of the beacon state after a slot; false when it is not among the recent ones. */
export function beaconStateRoot(slot: u64, out: usize): bool {
  return host.recentBeaconStateRoot(slot, out) == 1;
}

/** Writes the state root (32 bytes) of a shard at a slot; false when this shard does not know it. */
export function shardStateRoot(shard: u32, slot: u64, out: usize): bool {
  return host.recentShardStateRoot(shard, slot, out) == 1;
}

/** Bytes of the message. */
export function dataSize(): i32 {
  return host.dataSize();
}

/** Copies a part of the message; the range must lie inside it. */
export function copyData(out: usize, offset: i32, length: i32): void {
  host.dataCopy(out, offset, length);
}
