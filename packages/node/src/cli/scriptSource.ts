/** `sherd script new|build|test|trace`: work on a script before any network knows it. */
import { relative } from 'node:path';
import { Command } from 'commander';
import { bytesToHex, type Hex, hexToBytes } from 'sherd/base';
import { checkModule } from 'sherd/scripts';
import { buildProject, loadScript } from '../scriptTool/build.ts';
import { createProject, openProject } from '../scriptTool/project.ts';
import { runTests } from '../scriptTool/testRun.ts';
import { createTestEngine } from '../scriptTool/testShard.ts';
import { type HostCall, traceRun } from '../scriptTool/trace.ts';
import { createDescribedShard, readWorldFile } from '../scriptTool/worldFile.ts';
import { pc } from './colors.ts';
import { EXIT_FAILED } from './output.ts';
import { DEFAULT_GAS, facts, hex, integer, type Output, print } from './scriptOptions.ts';

export function sourceCommands(): readonly Command[] {
  return [
    new Command('new')
      .description('make a script: source, test, README; it builds and passes its test as it is')
      .argument('<name>', 'small letters, digits, hyphens')
      .option('--dir <folder>', 'where its folder is made', '.')
      .option('--json', 'print one JSON object')
      .action(newCommand),
    new Command('build')
      .description('compile assembly/index.ts (AssemblyScript) to NAME.wasm')
      .argument('[folder]', 'folder of the script', '.')
      .option('--json', 'print one JSON object')
      .action(buildCommand),
    new Command('test')
      .description('build, then run test/*.test.mjs on a shard in memory')
      .argument('[folder]', 'folder of the script', '.')
      .action(testCommand),
    new Command('trace')
      .description('run a message on a shard in memory and show every host call with its gas')
      .argument('<script>', 'module, EVM bytecode, AssemblyScript source, or folder of a script')
      .option('--data <hex>', 'data of the transaction', hex, '0x')
      .option('--gas <amount>', 'gas limit', integer, DEFAULT_GAS)
      .option('--world <file>', 'JSON file: slot, objects, claims of the shard')
      .option('--json', 'print one JSON object')
      .action(traceCommand),
  ];
}

/** Of a path, as whoever sits in the current folder would type it. */
function here(path: string): string {
  return relative(process.cwd(), path) || '.';
}

function newCommand(name: string, options: Output & { readonly dir: string }): void {
  const { directory } = createProject(name, options.dir);
  print(options, { name, directory }, () =>
    [pc.green(`made ${here(directory)}`), `next: cd ${here(directory)} && sherd script test`].join('\n'),
  );
}

async function buildCommand(folder: string, options: Output): Promise<void> {
  const project = openProject(folder);
  const code = await buildProject(project);
  const verdict = checkModule(code);
  if (!verdict.ok) process.exitCode = EXIT_FAILED;
  const refusal = verdict.ok ? undefined : { code: verdict.code, message: verdict.message };
  print(options, { name: project.name, module: project.module, size: code.length, refusal }, () => {
    const built = `${here(project.module)}: ${code.length} bytes`;
    return refusal === undefined
      ? pc.green(built)
      : `${built}\n${pc.red('refused')} ${refusal.code}: ${refusal.message}`;
  });
}

async function testCommand(folder: string): Promise<void> {
  const project = openProject(folder);
  await buildProject(project);
  await runTests(project);
}

interface TraceOptions extends Output {
  readonly data: Hex;
  readonly gas: number;
  readonly world?: string;
}

async function traceCommand(path: string, options: TraceOptions): Promise<void> {
  const code = await loadScript(path);
  const { world, script } = createDescribedShard(options.world === undefined ? {} : readWorldFile(options.world), code);
  const { data, gas } = options;
  const request = { world, script, data: hexToBytes(data), gas, caller: { kind: 'transaction' } } as const;
  const { result, calls } = traceRun(createTestEngine(), request);
  const { outcome, gasLeft, output, error } = result;
  if (outcome !== 'finished') process.exitCode = EXIT_FAILED;
  const receipts = world.receipts().map((each) => ({ ...each, data: bytesToHex(each.data) }));
  const shown = { outcome, gasUsed: gas - gasLeft, output: bytesToHex(output), error };
  print(options, { ...shown, calls, receipts }, () =>
    [
      ...calls.map(callText),
      (outcome === 'finished' ? pc.green : pc.red)(outcome),
      facts([
        ['gas used', String(shown.gasUsed)],
        ['host calls', `${calls.length}, ${hostGas(calls)} gas`],
        ['output', shown.output],
        ...receipts.map(
          ({ target, data: bytes }) => ['receipt', `to ${target.shard}/${target.script}: ${bytes}`] as const,
        ),
        ...(error === undefined ? [] : [['error', `${error.code}: ${error.message}`] as const]),
      ]),
    ].join('\n'),
  );
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
