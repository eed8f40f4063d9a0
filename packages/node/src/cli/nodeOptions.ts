/** Options that several commands share, and how their texts are read. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PRESETS } from 'sherd/beacon';

export const DEFAULT_DIRECTORY = './sherd-data';

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`want a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

export function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < 0.05 || value > 86_400) {
    throw new InvalidArgumentError('want seconds from 0.05 to 86400');
  }
  return value;
}

export function dataOption(command: Command): Command {
  return command.option('--data <dir>', 'directory of the chain', DEFAULT_DIRECTORY);
}

export function mnemonicOption(command: Command): Command {
  return command.option('--mnemonic <words>', 'BIP-39 words of the keys (default: the public development words)');
}

export function presetOption(): Option {
  return new Option('--preset <name>', 'chain parameters of a new chain (default: dev)').choices(Object.keys(PRESETS));
}
