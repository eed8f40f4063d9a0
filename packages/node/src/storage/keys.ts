/**
 * Keys of the tables: fixed-length numbers in big-endian order, so that ranges run in the order of the numbers. Those of
 * objects are made byte by byte, in one array: every read of a shard's state makes one, and views and parts would cost more.
 */
import { concatBytes } from 'sherd/base';

function putU32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}

export function u32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  putU32(out, 0, value);
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
  const out = new Uint8Array(8);
  putU32(out, 0, shard);
  putU32(out, 4, height);
  return out;
}

export function objectKey(shard: number, script: number, key: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + key.length);
  putU32(out, 0, shard);
  putU32(out, 4, script);
  out.set(key, 8);
  return out;
}

export function chunkKey(shard: number, source: number, chunk: number): Uint8Array {
  const out = new Uint8Array(12);
  putU32(out, 0, shard);
  putU32(out, 4, source);
  putU32(out, 8, chunk);
  return out;
}
