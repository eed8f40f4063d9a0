/** What the sub-commands of `sherd script` share: how they read arguments and how they answer. */
import { InvalidArgumentError } from 'commander';
import { type Hex, isHex } from 'sherd/base';
import { pc } from './colors.ts';

export interface Output {
  readonly json?: boolean;
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
