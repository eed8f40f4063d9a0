/** Keys of the tables: fixed-length numbers in big-endian order, so that ranges run in the order of the numbers. */
import { concatBytes } from 'sherd/base';

export function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

export function u64(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value);
  return out;
}

export function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

export function readU64(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at);
}

/** A key of one shard. */
export function shardKey(shard: number, ...rest: readonly Uint8Array[]): Uint8Array {
  return concatBytes(u32(shard), ...rest);
}

export function heightKey(shard: number, height: number): Uint8Array {
  return shardKey(shard, u32(height));
}

export function objectKey(shard: number, script: number, key: Uint8Array): Uint8Array {
  return shardKey(shard, u32(script), key);
}

export function chunkKey(shard: number, source: number, chunk: number): Uint8Array {
  return shardKey(shard, u32(source), u32(chunk));
}
