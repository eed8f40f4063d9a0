/** `sherd script trace`: every host call of a run with its gas, on a shard in memory or on a running network. */
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { bytesToHex, type Hex, hexToBytes, isHex, SherdError } from 'sherd/base';
import type { HostCall } from 'sherd/scripts';
import { connect } from '../demo/network.ts';
import { loadScript } from '../scriptTool/build.ts';
import { createTestEngine } from '../scriptTool/testShard.ts';
import { traceRun } from '../scriptTool/trace.ts';
import { createDescribedShard, readWorldFile } from '../scriptTool/worldFile.ts';
import { pc } from './colors.ts';
import { EXIT_FAILED } from './output.ts';
import {
  checkShard,
  DEFAULT_GAS,
  DEFAULT_URL,
  endRows,
  facts,
  hex,
  integer,
  type Output,
  print,
} from './scriptOptions.ts';

interface TraceOptions extends Output {
  readonly data: Hex;
  readonly gas: number;
  readonly world?: string;
  readonly url?: string;
  readonly shard: number;
}

export function traceCommand(): Command {
  return new Command('trace')
    .description('show every host call of a run with its gas; nothing of the run is kept')
    .argument('<target>', 'script (file, source or folder), or on a network: script id, or id of a transaction')
    .option('--data <hex>', 'data of the transaction', hex, '0x')
    .option('--gas <amount>', 'gas limit', integer, DEFAULT_GAS)
    .option('--world <file>', 'of a file: JSON with slot, objects, claims of its shard in memory')
    .option('--url <url>', `of an id: the network (default: "${DEFAULT_URL}")`)
    .option('--shard <number>', 'of an id: the shard', integer, 0)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  sherd script trace . --data 0x01              the script in this folder, on a shard in memory
  sherd script trace 1 --shard 2 --data 0x01    script 1 on top of the newest state of shard 2
  sherd script trace 0x5f..c3 --shard 2         a transaction of shard 2, as it ran in its block`,
    )
    .action(trace);
}

/** What is shown of a run, wherever it was. */
interface Trace {
  readonly outcome: string;
  readonly gasUsed: number;
  readonly output: Hex;
  readonly error?: { readonly code: string; readonly message: string };
  readonly calls: readonly HostCall[];
  /** All that were made; a network shows the first of many only. */
  readonly callCount: number;
  readonly receipts?: readonly { readonly target: { shard: number; script: number }; readonly data: Hex }[];
}

async function trace(target: string, options: TraceOptions): Promise<void> {
  const isId = !existsSync(target) && (/^\d{1,10}$/.test(target) || isHex(target, 32));
  if (!isId && options.url !== undefined) {
    const want = 'want the id of a script or of a transaction';
    throw new SherdError('BAD_OPTION', `a network does not know ${target}: ${want}; a file is traced without --url`);
  }
  if (isId && options.world !== undefined) {
    throw new SherdError('BAD_OPTION', '--world describes a shard in memory: a network has its own state');
  }
  const shown = isId ? await traceRemote(target, options) : await traceFile(target, options);
  if (shown.outcome !== 'finished') process.exitCode = EXIT_FAILED;
  print(options, shown, () => traceText(shown));
}

async function traceFile(path: string, { data, gas, world: file }: TraceOptions): Promise<Trace> {
  const code = await loadScript(path);
  const { world, script } = createDescribedShard(file === undefined ? {} : readWorldFile(file), code);
  const request = { world, script, data: hexToBytes(data), gas, caller: { kind: 'transaction' } } as const;
  const { result, calls } = traceRun(createTestEngine(), request);
  const { outcome, gasLeft, output, error } = result;
  const receipts = world.receipts().map(({ target, data: bytes }) => ({ target, data: bytesToHex(bytes) }));
  const seen = { calls, callCount: calls.length, receipts };
  return { outcome, gasUsed: gas - gasLeft, output: bytesToHex(output), ...(error && { error }), ...seen };
}

/** Quantities as the node writes them. */
interface RemoteCall extends Omit<HostCall, 'depth' | 'script' | 'gas' | 'gasLeft'> {
  readonly depth: Hex;
  readonly script: Hex;
  readonly gas: Hex;
  readonly gasLeft: Hex;
}

interface RemoteTrace {
  readonly outcome: string;
  readonly gasUsed: Hex;
  readonly output: Hex;
  readonly error?: { readonly code: string; readonly message: string };
  readonly hostCalls: readonly RemoteCall[];
  readonly hostCallCount: Hex;
}

async function traceRemote(target: string, { url = DEFAULT_URL, shard, data, gas }: TraceOptions): Promise<Trace> {
  const network = await connect(url);
  checkShard(network, shard);
  const call = { script: `0x${Number(target).toString(16)}`, gasLimit: `0x${gas.toString(16)}`, data };
  const asked = isHex(target, 32) ? target : call;
  const found = await network.shards[shard]!.call<RemoteTrace>('script_trace', asked);
  const { outcome, gasUsed, output, error, hostCalls, hostCallCount } = found;
  const calls = hostCalls.map((each) => ({
    ...each,
    depth: Number(each.depth),
    script: Number(each.script),
    gas: Number(each.gas),
    gasLeft: Number(each.gasLeft),
  }));
  return {
    outcome,
    gasUsed: Number(gasUsed),
    output,
    ...(error && { error }),
    calls,
    callCount: Number(hostCallCount),
  };
}

function traceText({ outcome, gasUsed, output, error, calls, callCount, receipts = [] }: Trace): string {
  const more = callCount - calls.length;
  return [
    ...calls.map(callText),
    ...(more > 0 ? [pc.dim(`... ${more} more host calls`)] : []),
    (outcome === 'finished' ? pc.green : pc.red)(outcome),
    facts([
      ['gas used', String(gasUsed)],
      ['host calls', `${callCount}, ${hostGas(calls)} gas${more > 0 ? ' in those shown' : ''}`],
      ...endRows(outcome, hexToBytes(output), error),
      ...receipts.map(({ target, data }) => ['receipt', `to ${target.shard}/${target.script}: ${data}`] as const),
    ]),
  ].join('\n');
}

/** Calls inside of others are in their gas. */
function hostGas(calls: readonly HostCall[]): number {
  return calls.reduce((sum, { depth, gas }) => (depth === 0 ? sum + gas : sum), 0);
}

function callText({ depth, function: name, arguments: named, result, gas, gasLeft, key, bytes }: HostCall): string {
  const args = Object.entries(named).map(([each, value]) => `${pc.dim(`${each}=`)}${value}`);
  const answer = result === undefined ? '' : ` = ${result}`;
  const seen = [key && `key ${key}`, bytes && `bytes ${bytes}`].filter((each) => each !== undefined).join(', ');
  const line = `${'  '.repeat(depth)}${pc.bold(name)}(${args.join(', ')})${answer}`;
  return `${String(gas).padStart(9)} ${pc.dim(String(gasLeft).padStart(10))}  ${line}${seen && pc.dim(`  ${seen}`)}`;
}
