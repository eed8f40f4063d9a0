/**
 * The program under geth's name: called as `evm` (a link or copy of that name) or as `sherd evm`, it takes command lines
 * that were written for geth's `evm` and answers as that one does where our own commands differ.
 */
import { basename } from 'node:path';

/** Flags of geth's that may stand before the command; true: a value follows, if not behind an equals sign. */
const GLOBAL_FLAGS: Readonly<Record<string, boolean>> = {
  '--json': false,
  '--trace': false,
  '--trace.format': true,
  '--trace.nomemory': false,
  '--trace.noreturndata': false,
  '--trace.nostack': false,
  '--trace.nostorage': false,
  '--nomemory': false,
  '--noreturndata': false,
  '--nostack': false,
  '--nostorage': false,
  '--verbosity': true,
};

const SUITES: ReadonlySet<string> = new Set(['statetest', 'blocktest']);

/** True when the program was started under geth's name. */
export function isEvmName(path: string | undefined): boolean {
  return path !== undefined && basename(path).replace(/\.(?:js|exe)$/, '') === 'evm';
}

/** True when the version is all that is asked for. */
export function asksVersion(args: readonly string[]): boolean {
  return args.some((arg, index) => arg === '--version' || arg === '-v' || (index === 0 && arg === 'version'));
}

/** The line that programs look for to tell whose `evm` they have found. */
export function evmVersionLine(version: string): string {
  return `evm version ${version}-sherd`;
}

/** Arguments of our own program that do what `args` ask of geth's. */
export function evmArguments(args: readonly string[]): string[] {
  const { early, rest } = hoistGlobals(args);
  const [command, ...own] = rest;
  if (command === undefined) return early;
  const given = [...early, ...own];
  if (!SUITES.has(command)) return [command, ...given];
  // There --json is an old name of --trace; results are JSON unless people are to read them.
  const flags = given.filter((arg) => arg !== '--human').map((arg) => arg.replace(/^--json(?==|$)/, '--trace'));
  return [command, ...flags, ...(given.includes('--human') ? [] : ['--json', '--nofile']), '--exit0'];
}

/** Flags before the command belong behind it. */
function hoistGlobals(args: readonly string[]): { readonly early: string[]; readonly rest: string[] } {
  const early: string[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at]!;
    const [name = ''] = arg.split('=');
    const takesValue = GLOBAL_FLAGS[name];
    if (takesValue === undefined) break;
    early.push(arg);
    if (takesValue && name === arg && at + 1 < args.length) early.push(args[++at]!);
  }
  return { early, rest: args.slice(at) };
}
