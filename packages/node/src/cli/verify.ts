/** `sherd verify`: runs a stored chain again from genesis and compares every root. */
import type { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { bytesToHex, isSherdError, SherdError } from 'sherd/base';
import { replayChain } from '../service/replay.ts';
import { checkDatabaseFile, hasDatabase, lockDirectory, openEnvironment, probeStore } from '../storage/index.ts';
import { pc } from './colors.ts';
import { dataOption } from './nodeOptions.ts';
import { EXIT_FAILED, errorText, json } from './output.ts';
import { createProgressBar } from './progressBar.ts';

interface VerifyOptions {
  readonly data: string;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  const command = new Command('verify').description('run a stored chain again from genesis and compare every root');
  return dataOption(command)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Exit code 0 when everything is as it must be, 1 with the first difference. The node must be stopped.

Examples:
  sherd verify
  sherd verify --data ./chain --json`,
    )
    .action(verify);
}

async function verify({ data, json: asJson }: VerifyOptions): Promise<void> {
  const start = performance.now();
  const bar = createProgressBar('{bar} {value}/{total} slots, {eta_formatted} left');
  try {
    if (!hasDatabase(data)) throw new SherdError('DATA_DIR_EMPTY', `directory ${data} holds no chain`, { data });
    const report = await replay(data, bar);
    const milliseconds = Math.round(performance.now() - start);
    if (asJson === true) {
      console.log(json({ ok: true, ...report, milliseconds }));
      return;
    }
    const { slots, shardBlocks, transactions, entries } = report;
    console.log(
      `${pc.green('ok')} ${slots} slots, ${shardBlocks} shard blocks, ${transactions} transactions run again in ` +
        `${(milliseconds / 1000).toFixed(1)} s; ${entries} entries are the same`,
    );
    console.log(`beacon state root ${bytesToHex(report.stateRoot)}`);
  } catch (error) {
    if (!isSherdError(error)) throw error;
    process.exitCode = EXIT_FAILED;
    if (asJson === true) console.log(json({ ok: false, code: error.code, message: error.message, data: error.data }));
    else console.error(errorText(error));
  } finally {
    bar?.stop();
  }
}

async function replay(directory: string, bar: SingleBar | undefined) {
  const lock = await lockDirectory(directory);
  try {
    checkDatabaseFile(directory);
    await probeStore(directory);
    const source = openEnvironment(directory, { readOnly: true });
    try {
      return await replayChain(source, async (done, all) => {
        if (done === 0) bar?.start(all, 0);
        if (done % 16 !== 0) return;
        bar?.update(done);
        // Lets the bar draw and a signal through.
        await new Promise((resolve) => setImmediate(resolve));
      });
    } finally {
      await source.close();
    }
  } finally {
    await lock.release();
  }
}
