/** The options that say what the lines of a trace have: ours, and geth's ways to say the same. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { JsonTracerOptions } from 'sherd/evm';

export interface TraceFlags {
  readonly 'trace.memory'?: boolean;
  readonly 'trace.nostack'?: boolean;
  readonly 'trace.returndata'?: boolean;
  readonly 'trace.callframes'?: boolean;
  readonly nostack?: boolean;
}

/** What geth has too and what changes nothing here: defaults, and storage, which no line has. */
const WITHOUT_EFFECT = ['nomemory', 'noreturndata', 'nostorage'];

export function addTraceOptions(command: Command): Command {
  command
    .option('--trace.memory', 'with memory in the steps')
    .option('--trace.nostack', 'without the stack in the steps')
    .option('--trace.returndata', 'with return data in the steps')
    .option('--trace.callframes', 'with a line for each call where it begins, and one where it ends');
  command.addOption(new Option('--trace.format <name>', 'json').argParser(parseFormat).hideHelp());
  command.addOption(new Option('--nostack').hideHelp());
  for (const name of WITHOUT_EFFECT) {
    command.addOption(new Option(`--${name}`).hideHelp()).addOption(new Option(`--trace.${name}`).hideHelp());
  }
  return addVerbosity(command);
}

/** There is no log whose length it could change. */
export function addVerbosity(command: Command): Command {
  return command.addOption(new Option('--verbosity <n>').hideHelp());
}

export function tracedFields(flags: TraceFlags): JsonTracerOptions {
  return {
    memory: flags['trace.memory'] === true,
    stack: flags['trace.nostack'] !== true && flags.nostack !== true,
    returnData: flags['trace.returndata'] === true,
    callFrames: flags['trace.callframes'] === true,
  };
}

function parseFormat(text: string): string {
  if (text !== 'json') throw new InvalidArgumentError('want json');
  return text;
}
