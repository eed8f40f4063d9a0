/** The shard on which a trace runs, from a JSON file: slot, objects of the script, receipts that it may claim. */
import { readFileSync } from 'node:fs';
import { type Hex, hexToBytes, isHex, SherdError } from 'sherd/base';
import { presetParams } from 'sherd/beacon';
import { BEACON } from 'sherd/scripts';
import { createMemoryWorld, type MemoryWorld } from 'sherd/shard';
import { z } from 'zod';

/** Of a shard in memory that is not told otherwise. */
const DEFAULT_SHARDS = 4;

const hex = z.string().refine((text): text is Hex => isHex(text), 'want 0x and an even number of hex digits');
const key = hex.refine((text) => text.length === 66, 'want a key of 32 bytes');
const count = z.number().int().min(0).max(0xffff_ffff);
const MOST_OBJECT_BYTES = presetParams('dev').maxObjectBytes;
const object = hex.refine((text) => text.length <= 2 + 2 * MOST_OBJECT_BYTES, {
  message: `want at most ${MOST_OBJECT_BYTES} bytes in an object`,
});
const amount = z.string().regex(/^\d{1,20}$/);

const WorldFile = z.strictObject({
  chainId: amount.optional(),
  shard: count.optional(),
  shardCount: count.optional(),
  slot: count.optional(),
  ttlOnWrite: count.optional(),
  /** Bytes by key. */
  objects: z.record(key, object).optional(),
  /** Receipts by the bytes that claim them; without a source, withdrawals of the beacon chain. */
  claims: z
    .record(
      hex,
      z.strictObject({ source: count.optional(), sender: count.optional(), amount: amount.optional(), data: hex }),
    )
    .optional(),
});
export type WorldDescription = z.infer<typeof WorldFile>;

/** @throws SherdError FILE_NOT_READ, BAD_WORLD_FILE */
export function readWorldFile(file: string): WorldDescription {
  const parsed = WorldFile.safeParse(parseJson(file, readText(file)));
  if (!parsed.success) throw badFile(file, z.prettifyError(parsed.error));
  const { shard = 0, shardCount = DEFAULT_SHARDS } = parsed.data;
  if (shard >= shardCount) throw badFile(file, `shard ${shard}, want one below ${shardCount}`);
  return parsed.data;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SherdError('FILE_NOT_READ', error instanceof Error ? error.message : String(error), { file });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badFile(file, error instanceof Error ? error.message : String(error));
  }
}

function badFile(file: string, what: string): SherdError {
  return new SherdError('BAD_WORLD_FILE', `${file}: ${what}`, { file });
}

/** A shard with the EVM as script 0 and `code` as script 1, whose region and claims are as described. */
export function createDescribedShard(
  { objects = {}, claims = {}, chainId, ...numbers }: WorldDescription,
  code: Uint8Array,
): { readonly world: MemoryWorld; readonly script: number } {
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  const chain = chainId === undefined ? {} : { chainId: BigInt(chainId) };
  const world = createMemoryWorld({ ...given, ...chain, accounts: [] });
  const script = world.addScript(code);
  for (const [at, storage] of Object.entries(objects)) {
    world.setObject(script, hexToBytes(at as Hex), hexToBytes(storage as Hex));
  }
  for (const [index, [claim, receipt]] of Object.entries(claims).entries()) {
    const { source = BEACON, sender = source === BEACON ? 0 : script, amount: gwei = '0', data } = receipt;
    const fields = { source, sender, amount: BigInt(gwei), index: BigInt(index), slot: world.slot };
    world.prepareClaim(hexToBytes(claim as Hex), { script, receipt: { ...fields, data: hexToBytes(data as Hex) } });
  }
  return { world, script };
}
