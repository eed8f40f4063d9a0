/** The help of every command, as a newcomer reads it. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';

const program = await createProgram(undefined);

function withChildren(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withChildren)];
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

function helpOf(command: Command): string {
  let text = '';
  const writeOut = (part: string) => {
    text += part;
  };
  command.configureOutput({ writeOut, writeErr: writeOut });
  command.outputHelp();
  return text;
}

describe('the help of', () => {
  it.each(withChildren(program).map((command) => [nameOf(command), command] as const))('%s', (name, command) => {
    const help = helpOf(command);
    expect(help).toContain(`Usage: ${name}`);
    expect(command.description()).not.toBe('');
    // Commands of a command may have their examples in its help, where they stand in their order.
    const examples = `${help}${name.split(' ').length > 2 ? helpOf(command.parent!) : ''}`;
    expect(examples).toMatch(new RegExp(`Examples?:\n(?:.+\n)*? {2}.*${name}`));
    for (const option of command.options) {
      if (!option.hidden) expect(option.description, `${option.flags}`).not.toBe('');
    }
  });

  it('no two commands have the same name', () => {
    const names = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
    expect(new Set(names).size).toBe(names.length);
  });
});
