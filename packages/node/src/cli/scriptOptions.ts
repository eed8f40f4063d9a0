/** What the sub-commands of `sherd script` share: how they read arguments and how they answer. */
import { type Command, InvalidArgumentError } from 'commander';
import { bytesToHex, type Hex, isHex, SherdError } from 'sherd/base';
import { pc } from './colors.ts';

export interface Output {
  readonly json?: boolean;
}

/** Of a command that asks a network. */
export interface Remote extends Output {
  readonly url: string;
}

export const DEFAULT_URL = 'http://127.0.0.1:8545';

export function remote(command: Command): Command {
  return command.option('--url <url>', 'network', DEFAULT_URL).option('--json', 'print JSON');
}

/** @throws SherdError UNKNOWN_SHARD */
export function checkShard({ shardCount }: { readonly shardCount: number }, shard: number): void {
  if (shard < shardCount) return;
  throw new SherdError('UNKNOWN_SHARD', `shard ${shard}, want one below ${shardCount}`, {
    have: shard,
    want: shardCount,
  });
}

/** Gas limit of a run when none is named. */
export const DEFAULT_GAS = 1_000_000;

export function integer(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('want a whole number');
  return Number(text);
}

export function hex(text: string): Hex {
  if (!isHex(text)) throw new InvalidArgumentError('want 0x and an even number of hex digits');
  return text;
}

export function print(options: Output, value: object, text: () => string): void {
  console.log(options.json === true ? JSON.stringify(value, null, 2) : text());
}

/** Rows of two columns. */
export function facts(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${pc.dim(name.padEnd(width))}  ${value}`).join('\n');
}

/**
 * The reason in the output of an abort, where it is one as the SDK writes it: a u32 code, then a sentence. Scripts may
 * abort with anything else.
 */
export function reasonOf(output: Uint8Array): string | undefined {
  if (output.length <= 4) return undefined;
  try {
    const sentence = new TextDecoder('utf-8', { fatal: true }).decode(output.subarray(4));
    if (/\p{Cc}/u.test(sentence)) return undefined;
    return `${new DataView(output.buffer, output.byteOffset).getUint32(0, true)}: ${sentence}`;
  } catch {
    return undefined;
  }
}

/** Rows about how a run ended: its output, and why it did not finish. */
export function endRows(
  outcome: string,
  output: Uint8Array,
  error: { readonly code: string; readonly message: string } | undefined,
): (readonly [string, string])[] {
  const reason = outcome === 'aborted' ? reasonOf(output) : undefined;
  return [
    ['output', bytesToHex(output)],
    ...(reason === undefined ? [] : [['reason', reason] as const]),
    ...(error === undefined ? [] : [['error', `${error.code}: ${error.message}`] as const]),
  ];
}
