/**
 * JSON as Ethereum writes it (quantities and bytes as hex), and reading of JSON from strangers: JSON.parse spends
 * seconds on deep nesting and a batch is bounded by its items, so both are counted before anything is parsed.
 */
import type { Hex } from 'sherd/base';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON text that is made already. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Bytes as hex: answers may hold megabytes, and a Buffer is 25 times faster with them than the core's portable loop. */
export function bytesToHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`;
}

/** An integer as a hex quantity: no leading zeros, zero is 0x0. */
export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}

/**
 * Plain data of the core as JSON: integers become quantities, bytes hex; undefined fields are left out. Only for values
 * of ours, whose depth is bounded.
 */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return quantity(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? quantity(value) : value;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return bytesToHex(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object') return String(value);
  const out: Record<string, Json> = {};
  for (const [key, field] of Object.entries(value)) if (field !== undefined) out[key] = toJson(field);
  return out;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_ARRAY = 0x5d;
const CLOSE_OBJECT = 0x7d;

export interface JsonShape {
  /** Deepest nesting of arrays and objects. */
  readonly depth: number;
  /** Items of the outermost array or object, by its commas. */
  readonly items: number;
}

/** Nesting and outermost items of a JSON text, without parsing it; stops at the first `maxDepth + 1`. */
export function measureJson(text: Uint8Array, maxDepth: number): JsonShape {
  let depth = 0;
  let deepest = 0;
  let commas = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      depth++;
      if (depth > deepest) deepest = depth;
      if (deepest > maxDepth) break;
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--;
    else if (byte === COMMA && depth === 1) commas++;
  }
  return { depth: deepest, items: commas + 1 };
}
