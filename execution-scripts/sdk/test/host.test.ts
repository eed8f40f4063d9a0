/** The SDK declares exactly what the host offers. */
import { readFileSync } from 'node:fs';
import { HOST_FUNCTIONS, type HostFunction } from 'sherd/scripts';
import { expect, test } from 'vitest';

const DECLARATION = /^@external\("sherd", "(\w+)"\) export declare function (\w+)\(([^)]*)\): (\w+);$/;
/** Pointers of a 32-bit memory are i32. */
const TYPES: Readonly<Record<string, string>> = { usize: 'i32' };

test('every host function is declared with its name, its parameters and its result', () => {
  const text = readFileSync(new URL('../assembly/host.ts', import.meta.url), 'utf8');
  const declared = new Map<string, string>();
  for (const line of text.split('\n').filter((each) => each.startsWith('@external'))) {
    const [, name, local, parameters, result] = DECLARATION.exec(line) ?? [];
    expect(name, line).toBe(local);
    const list = (parameters ?? '').split(', ').filter((each) => each !== '');
    const typed = list.map((each) => {
      const [parameter, type = ''] = each.split(': ');
      return `${TYPES[type] ?? type} ${parameter}`;
    });
    declared.set(name!, `(${typed.join(', ')}) ${result}`);
  }
  const offered = Object.entries<HostFunction>(HOST_FUNCTIONS).map(([name, { parameters, result }]) => [
    name,
    `(${parameters.join(', ')}) ${result ?? 'void'}`,
  ]);
  expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(offered));
});
