/** How the program talks: tables, refusals in one line, exit codes. */
import Table from 'cli-table3';
import { isSherdError } from 'sherd/base';
import { pc } from './colors.ts';

/** What was asked for was refused, or did not hold. */
export const EXIT_FAILED = 1;
/** The command line itself is wrong. */
export const EXIT_USAGE = 2;
/** Nobody reads any more: what shells show for a program that ends by SIGPIPE. */
export const EXIT_PIPE = 141;

/** Rows under a head. The library draws a line under every row; only the one under the head helps the eye. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const out = new Table({ head: head.map((text) => pc.bold(text)), style: { head: [], border: [] } });
  for (const row of rows) out.push([...row]);
  const lines = out.toString().split('\n');
  const rule = lines.findIndex((line) => line.startsWith('├'));
  return lines.filter((line, index) => index === rule || !line.startsWith('├')).join('\n');
}

/** One line for a refusal; a fault of ours keeps its stack, which whoever reports it needs. */
export function errorText(error: unknown): string {
  if (isSherdError(error)) return `${pc.red('error')} ${error.code}: ${error.message}`;
  return `${pc.red('error')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** JSON with quantities as decimal strings and bytes as hex. */
export function json(value: unknown): string {
  return JSON.stringify(
    value,
    (_, each: unknown) => {
      if (typeof each === 'bigint') return each.toString();
      if (each instanceof Uint8Array) return `0x${Buffer.from(each).toString('hex')}`;
      return each;
    },
    2,
  );
}
