/**
 * Scout's test files: scripts, the state roots before, the blocks, the state roots and deposits after. Read strictly: a
 * field that is not understood would be a check that does not happen.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { bytesToHex, hexToBytes, isHex, SherdError } from 'sherd/base';
import { DepositData } from 'sherd/beacon';
import { parse } from 'yaml';
import { z } from 'zod';

export interface ScoutTest {
  /** Code of each execution script, by its number. */
  readonly scripts: readonly Uint8Array[];
  /** Code of each library, by the name under which scripts import from it. */
  readonly libraries: ReadonlyMap<string, Uint8Array>;
  /** State root of each script before the blocks. */
  readonly preStates: readonly Uint8Array[];
  readonly blocks: readonly { readonly env: number; readonly data: Uint8Array }[];
  readonly postStates: readonly Uint8Array[];
  /** Deposits that must come out, SSZ DepositData in order; undefined when the file does not tell. */
  readonly deposits: readonly Uint8Array[] | undefined;
}

/** All scalars are read as text, so that digits which are all decimal stay what they are. */
const hexText = z.string().transform((text, context) => {
  const hex = text.startsWith('0x') ? text : `0x${text}`;
  if (isHex(hex)) return hexToBytes(hex);
  context.addIssue({ code: 'custom', message: 'want an even number of hex digits' });
  return z.NEVER;
});
const whole = z
  .string()
  .regex(/^\d{1,20}$/, 'want a whole number')
  .transform((text) => BigInt(text));
const u64 = whole.refine((number) => number < 2n ** 64n, { message: 'want less than 2^64' });
const fixed = (size: number) =>
  hexText.refine((bytes) => bytes.length === size, { message: `want ${size} bytes (${2 * size} hex digits)` });

const states = z.strictObject({ exec_env_states: z.array(fixed(32)) });
const deposit = z.union([
  fixed(184),
  z
    .strictObject({
      pubkey: fixed(48),
      withdrawal_credentials: fixed(32),
      amount: u64,
      signature: fixed(96),
    })
    .transform(({ pubkey, withdrawal_credentials: withdrawalCredentials, amount, signature }) =>
      DepositData.serialize({ pubkey, withdrawalCredentials, amount, signature }),
    ),
]);
const library = z.union([z.string(), z.strictObject({ name: z.string(), script: z.string() })]);

const scoutFile = z.strictObject({
  beacon_state: z.strictObject({
    execution_scripts: z.array(z.string()).min(1),
    libraries: z.array(library).optional(),
  }),
  shard_pre_state: states,
  shard_blocks: z.array(z.strictObject({ env: whole.transform(Number), data: hexText })),
  shard_post_state: states.extend({ deposit_receipts: z.array(deposit).optional() }),
  deposit_receipts: z.array(deposit).optional(),
});

/**
 * Reads a test file and the modules that it names: by their paths from its folder, or from the current one.
 * @throws SherdError FILE_NOT_READ, SCOUT_FILE
 */
export function readScoutFile(file: string): ScoutTest {
  const raw = parseYaml(file, new TextDecoder().decode(readBytes(file)));
  const parsed = scoutFile.safeParse(raw);
  if (!parsed.success) {
    const { path, message } = innermost(parsed.error.issues[0]!);
    throw refusal(file, path.length === 0 ? message : `${path.join('.')}: ${message}`);
  }
  const { beacon_state: beacon, shard_pre_state: pre, shard_blocks: blocks, shard_post_state: post } = parsed.data;
  const count = beacon.execution_scripts.length;
  for (const [name, { exec_env_states: list }] of Object.entries({ shard_pre_state: pre, shard_post_state: post })) {
    if (list.length !== count)
      throw refusal(file, `${name} has ${list.length} states, want one for each of ${count} scripts`);
  }
  for (const { env } of blocks) if (env >= count) throw refusal(file, `a block for env ${env}, have ${count} scripts`);
  if (post.deposit_receipts !== undefined && parsed.data.deposit_receipts !== undefined) {
    throw refusal(file, 'deposit_receipts stand in two places');
  }
  const read = (path: string) => readBytes(modulePath(file, path));
  const libraries = new Map<string, Uint8Array>();
  for (const each of beacon.libraries ?? []) {
    const { name, script } = typeof each === 'string' ? { name: basename(each, extname(each)), script: each } : each;
    if (libraries.has(name)) throw refusal(file, `two libraries named ${name}`);
    libraries.set(name, read(script));
  }
  return {
    scripts: beacon.execution_scripts.map(read),
    libraries,
    preStates: pre.exec_env_states,
    blocks,
    postStates: post.exec_env_states,
    deposits: post.deposit_receipts ?? parsed.data.deposit_receipts,
  };
}

/** Of the forms that a field may have, what is wrong with the one that was understood furthest. */
function innermost(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, 'path' | 'message'> {
  if (issue.code !== 'invalid_union') return issue;
  const forms = issue.errors.flatMap(([first]) => (first === undefined ? [] : [innermost(first)]));
  const furthest = forms.reduce((most, each) => (each.path.length > most.path.length ? each : most));
  return { path: [...issue.path, ...furthest.path], message: furthest.message };
}

function modulePath(file: string, path: string): string {
  const beside = resolve(dirname(file), path);
  return existsSync(beside) ? beside : resolve(path);
}

function readBytes(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (error) {
    throw new SherdError('FILE_NOT_READ', error instanceof Error ? error.message : String(error), { file });
  }
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text, { schema: 'failsafe', maxAliasCount: 100 });
  } catch (error) {
    throw refusal(file, error instanceof Error ? error.message : String(error));
  }
}

function refusal(file: string, message: string): SherdError {
  return new SherdError('SCOUT_FILE', `${file}: ${message}`, { file });
}

/** A state root or deposit in messages. */
export function shown(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? 'nothing' : bytesToHex(bytes);
}
