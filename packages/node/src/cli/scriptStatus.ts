/** `sherd script list|status`: the scripts of a running network, and how far a node is with them. */
import { Command } from 'commander';
import { type Hex, SherdError } from 'sherd/base';
import { connect, type Network } from '../demo/network.ts';
import { gwei } from '../demo/units.ts';
import { table } from './output.ts';
import { facts, integer, print, type Remote, remote } from './scriptOptions.ts';

/** Quantities as the node writes them. */
interface ListedScript {
  readonly id: Hex;
  readonly codeHash: Hex;
  readonly codeSize: Hex;
  readonly balance: Hex;
  readonly builtIn: boolean;
  readonly status: string;
  readonly calls: Hex;
  readonly gasUsed: Hex;
}

interface StatusFields {
  readonly status: string;
  readonly executors: Hex;
  readonly compiledBy: Hex;
  readonly meteredSize: Hex;
  /** Microseconds. */
  readonly compileTime?: Hex;
  readonly avoided: boolean;
  readonly calls: Hex;
  readonly failures: Hex;
  readonly gasUsed: Hex;
  readonly time: Hex;
  readonly sinceSlot?: Hex;
  readonly lastSlot?: Hex;
}

export function listCommand(): Command {
  return remote(new Command('list').description('the scripts of a running network')).action(list);
}

export function statusCommand(): Command {
  return remote(new Command('status').description('is a script compiled, and how much was it used?'))
    .argument('<script>', 'script id', integer)
    .action(status);
}

/** Scripts that one answer may hold. */
const PAGE = 1_000;

async function allScripts({ beacon }: Network): Promise<readonly ListedScript[]> {
  const scripts: ListedScript[] = [];
  for (;;) {
    const page = { from: `0x${scripts.length.toString(16)}`, count: `0x${PAGE.toString(16)}` };
    const found = await beacon.call<readonly ListedScript[]>('script_list', page);
    scripts.push(...found);
    if (found.length < PAGE) return scripts;
  }
}

async function list({ url, ...output }: Remote): Promise<void> {
  const found = await allScripts(await connect(url));
  const scripts = found.map(({ id, codeHash, codeSize, balance, builtIn, status: state, calls, gasUsed }) => ({
    id: Number(id),
    codeHash,
    codeSize: Number(codeSize),
    balanceGwei: BigInt(balance).toString(),
    builtIn,
    status: state,
    calls: Number(calls),
    gasUsed: Number(gasUsed),
  }));
  print(output, scripts, () => {
    const rows = scripts.map((each) => [
      String(each.id),
      each.builtIn ? 'built in' : each.codeHash,
      String(each.codeSize),
      gwei(BigInt(each.balanceGwei)),
      each.status,
      String(each.calls),
      String(each.gasUsed),
    ]);
    return table(['id', 'code', 'bytes', 'balance', 'status', 'calls', 'gas'], rows);
  });
}

async function status(script: number, { url, ...output }: Remote): Promise<void> {
  const { beacon } = await connect(url);
  const id = `0x${script.toString(16)}`;
  const [entry, found] = await Promise.all([
    beacon.call<ListedScript | null>('script_get', id),
    beacon.call<StatusFields | null>('script_getStatus', id),
  ]);
  if (entry === null || found === null) {
    throw new SherdError('UNKNOWN_SCRIPT', `the network at ${url} has no script ${script}`, { script });
  }
  const { compileTime, sinceSlot, lastSlot } = found;
  const shown = {
    id: script,
    status: found.status,
    codeHash: entry.codeHash,
    codeSize: Number(entry.codeSize),
    meteredSize: Number(found.meteredSize),
    balanceGwei: BigInt(entry.balance).toString(),
    executors: Number(found.executors),
    compiledBy: Number(found.compiledBy),
    ...(compileTime === undefined ? {} : { compileMicroseconds: Number(compileTime) }),
    avoided: found.avoided,
    calls: Number(found.calls),
    failures: Number(found.failures),
    gasUsed: Number(found.gasUsed),
    runMicroseconds: Number(found.time),
    ...(sinceSlot === undefined ? {} : { sinceSlot: Number(sinceSlot), lastSlot: Number(lastSlot) }),
  };
  print(output, shown, () => statusText(shown, entry.builtIn));
}

interface ShownStatus {
  readonly id: number;
  readonly status: string;
  readonly codeHash: Hex;
  readonly codeSize: number;
  readonly meteredSize: number;
  readonly balanceGwei: string;
  readonly executors: number;
  readonly compiledBy: number;
  readonly compileMicroseconds?: number;
  readonly avoided: boolean;
  readonly calls: number;
  readonly failures: number;
  readonly gasUsed: number;
  readonly runMicroseconds: number;
  readonly sinceSlot?: number;
  readonly lastSlot?: number;
}

const milliseconds = (microseconds: number) => `${(microseconds / 1000).toFixed(3)} ms`;

function statusText(shown: ShownStatus, isBuiltIn: boolean): string {
  const { compileMicroseconds, avoided, calls, failures, sinceSlot, lastSlot } = shown;
  const longest = compileMicroseconds === undefined ? '' : `, ${milliseconds(compileMicroseconds)} at the longest`;
  const danger = avoided ? '; compiling it ended executors' : '';
  const compiled = `by ${shown.compiledBy} of ${shown.executors} executors${longest}${danger}`;
  const since = sinceSlot === undefined ? '' : ` in slots ${sinceSlot} to ${lastSlot}, ${failures} failed`;
  return facts([
    ['script', `${shown.id}, ${shown.status}`],
    ['code', isBuiltIn ? 'built in' : `${shown.codeHash}, ${shown.codeSize} bytes, ${shown.meteredSize} as it runs`],
    ...(shown.status === 'builtIn' || shown.status === 'interpreted' ? [] : [['compiled', compiled] as const]),
    ['balance', gwei(BigInt(shown.balanceGwei))],
    ['calls', `${calls}${since}`],
    ['gas', `${shown.gasUsed}, in ${milliseconds(shown.runMicroseconds)} on this node`],
  ]);
}
