/** `sherd scout`: runs test files of Scout, the phase 2 prototype, and fails when one does not hold. */
import { Command, InvalidArgumentError } from 'commander';
import { isSherdError } from 'sherd/base';
import { readScoutFile } from '../scout/file.ts';
import { runScoutTest } from '../scout/run.ts';
import { pc } from './colors.ts';
import { EXIT_FAILED, errorText, json } from './output.ts';

interface ScoutCommandOptions {
  readonly gas?: number;
  readonly json?: boolean;
}

export function scoutCommand(): Command {
  return new Command('scout')
    .description("run Scout's test files (YAML) on the script engine")
    .argument('<files...>', 'test files')
    .option('--gas <amount>', 'gas of each block (default: that of a shard block)', gasAmount)
    .option('--json', 'print one JSON object for each file')
    .addHelpText(
      'after',
      `
Exit code 0 when all files hold, 1 when one does not: another state root, another deposit, a block that did not finish,
or a script that is refused.

Examples:
  sherd scout execution-scripts/scout-counter/counter.yaml
  sherd scout tests/*.yaml --json`,
    )
    .action(scout);
}

function gasAmount(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('want a whole number above 0');
  return Number(text);
}

function scout(files: readonly string[], options: ScoutCommandOptions): void {
  for (const file of files) {
    if (!runFile(file, options)) process.exitCode = EXIT_FAILED;
  }
}

function runFile(file: string, { gas, json: asJson = false }: ScoutCommandOptions): boolean {
  const printed: string[] = [];
  const onDebug = (text: string) => {
    if (asJson) printed.push(text);
    else console.log(`${pc.dim('debug')} ${text}`);
  };
  try {
    const { blocks, mismatches } = runScoutTest(readScoutFile(file), {
      onDebug,
      ...(gas === undefined ? {} : { gas }),
    });
    const ok = mismatches.length === 0;
    if (asJson) console.log(json({ file, ok, blocks, mismatches, printed }));
    else {
      const gasUsed = blocks.reduce((sum, block) => sum + block.gasUsed, 0);
      console.log(`${ok ? pc.green('ok') : pc.red('failed')} ${file}: ${blocks.length} blocks, ${gasUsed} gas`);
      for (const mismatch of mismatches) console.error(`  ${mismatch}`);
    }
    return ok;
  } catch (error) {
    if (!isSherdError(error)) throw error;
    if (asJson) console.log(json({ file, ok: false, code: error.code, message: error.message }));
    else console.error(errorText(error));
    return false;
  }
}
