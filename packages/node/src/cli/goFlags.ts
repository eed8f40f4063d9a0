/** Command lines that were written for geth's `evm`, as our parser reads them. */
import type { Command } from 'commander';

/** Flags that are on unless they are set to false; what then stands for them. */
const ON_BY_DEFAULT: Readonly<Record<string, string>> = {
  '--nomemory': '--trace.memory',
  '--trace.nomemory': '--trace.memory',
  '--noreturndata': '--trace.returndata',
  '--trace.noreturndata': '--trace.returndata',
};

/**
 * Go's flags take their truth behind an equals sign, `--trace=true`: the flag itself when it is true, nothing when it
 * is false. Flags that take other values, and what is no flag of `command`, stay as they are.
 */
export function withoutGoBooleans(args: readonly string[], command: Command): string[] {
  const switches = new Set(command.options.filter((option) => option.isBoolean()).map(({ long }) => long));
  return args.flatMap((arg) => {
    const [, name, value] = /^(--[\w.-]+)=(true|false|1|0)$/.exec(arg) ?? [];
    if (name === undefined || !switches.has(name)) return [arg];
    if (value === 'true' || value === '1') return [name];
    const opposite = ON_BY_DEFAULT[name];
    return opposite === undefined ? [] : [opposite];
  });
}
