/** `sherd demo`: the story of the system against a running network, or against one of its own. */
import { Command } from 'commander';
import { isSherdError, SherdError } from 'sherd/base';
import { connect, type Network } from '../demo/network.ts';
import { type NetworkProcess, startNetwork } from '../demo/process.ts';
import { runDemo } from '../demo/run.ts';
import { Story, type StoryListener, type StoryStep } from '../demo/story.ts';
import { createNetworkKeys, DEV_MNEMONIC } from '../genesis/index.ts';
import { pc } from './colors.ts';
import { EXIT_FAILED, table } from './output.ts';

const DEFAULT_URL = 'http://127.0.0.1:8545';

interface DemoOptions {
  readonly url: string;
  readonly ephemeral?: boolean;
  readonly json?: boolean;
  readonly mnemonic: string;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('a script, ETH and contracts across the shards of a running network, with every balance checked')
    .option('--url <url>', 'network', DEFAULT_URL)
    .option('--ephemeral', 'start a network of its own, in memory, and stop it afterwards')
    .option('--mnemonic <words>', 'mnemonic of the network', DEV_MNEMONIC)
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText(
      'after',
      `
Examples:
  sherd demo --ephemeral
  sherd demo --url http://127.0.0.1:8545
  sherd demo --ephemeral --json | jq .ok`,
    )
    .action(demo);
}

async function demo(options: DemoOptions): Promise<void> {
  // An exit, unlike death by a signal, takes a network of our own along.
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const started = performance.now();
  const printer = options.json === true ? undefined : createPrinter();
  const story = new Story(printer);
  let own: NetworkProcess | undefined;
  let network: Network | undefined;
  let failure: SherdError | undefined;
  try {
    if (options.ephemeral === true) own = await startNetwork(['--ephemeral', '--mnemonic', options.mnemonic]);
    network = await reach(own?.url ?? options.url);
    printer?.onNetwork(network);
    await runDemo(network, createNetworkKeys(options.mnemonic), story);
  } catch (error) {
    failure = asRefusal(error);
  } finally {
    await own?.stop();
  }
  const milliseconds = Math.round(performance.now() - started);
  if (failure !== undefined) process.exitCode = EXIT_FAILED;
  if (options.json === true) console.log(JSON.stringify(report(network, story, milliseconds, failure), null, 2));
  else if (failure === undefined) console.log(summary(story, milliseconds));
  if (failure !== undefined && options.json !== true) throw failure;
}

async function reach(url: string): Promise<Network> {
  try {
    return await connect(url);
  } catch (error) {
    if (!isSherdError(error, 'NO_NETWORK')) throw error;
    const hint = 'start one with "sherd start", or let the demo do it: "sherd demo --ephemeral"';
    throw new SherdError('NO_NETWORK', `${error.message}; ${hint}`, error.data);
  }
}

/** Libraries for Ethereum throw errors of their own: their short sentence is the reason. */
function asRefusal(error: unknown): SherdError {
  if (isSherdError(error)) return error;
  if (!(error instanceof Error)) return new SherdError('DEMO_FAILED', String(error));
  const short = 'shortMessage' in error && typeof error.shortMessage === 'string' ? error.shortMessage : error.message;
  const details = 'details' in error && typeof error.details === 'string' ? ` (${error.details})` : '';
  return new SherdError('DEMO_FAILED', `${short}${details}`);
}

function report(network: Network | undefined, story: Story, milliseconds: number, failure: SherdError | undefined) {
  return {
    ok: failure === undefined,
    ...(network === undefined
      ? {}
      : { network: { url: network.url, chainId: Number(network.chainId), shards: network.shardCount } }),
    steps: story.steps,
    milliseconds,
    ...(failure === undefined ? {} : { error: { code: failure.code, message: failure.message } }),
  };
}

function summary(story: Story, milliseconds: number): string {
  const balances = story.steps.flatMap((step) => step.balances);
  const width = Math.max(...balances.map(({ text }) => text.length));
  const steps = story.steps.map(({ title, checks, milliseconds: time }, i) => [
    String(i + 1),
    title,
    String(checks.length),
    seconds(time),
  ]);
  const count = story.steps.reduce((sum, { checks }) => sum + checks.length, 0);
  return [
    '',
    table(
      ['balance', ''],
      balances.map(({ what, text }) => [what, text.padStart(width)]),
    ),
    table(['', 'step', 'checks', 'time'], steps),
    pc.green(`${count} checks hold, ${seconds(milliseconds)} in all`),
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

interface Printer extends StoryListener {
  readonly onNetwork: (network: Network) => void;
}

const FRAMES = ['|', '/', '-', '\\'];

/** Lines on stdout as things happen; a spinner on stderr while they take their time, when that is a terminal. */
function createPrinter(): Printer {
  let number = 0;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const isLive = process.stderr.isTTY === true;
  const clear = () => {
    if (isLive) process.stderr.write('\r\u001b[K');
  };
  const line = (text: string) => {
    clear();
    console.log(text);
  };
  return {
    onNetwork: ({ url, chainId, shardCount }) => line(`${url}: chain ${chainId}, ${shardCount} shards`),
    onStep(title) {
      number += 1;
      line(`\n${pc.bold(`${number} ${title}`)}`);
      if (isLive) timer = setInterval(() => process.stderr.write(`\r${FRAMES[frame++ % FRAMES.length]}`), 100);
    },
    onFact: (name, value) => line(`  ${pc.dim(name)} ${value}`),
    onBalance: ({ what, text }) => line(`  ${pc.cyan(what)} ${text}`),
    onCheck: ({ what, text }) => line(`  ${pc.green('=')} ${what}: ${text}`),
    onStepEnd(step: StoryStep) {
      clearInterval(timer);
      clear();
      line(pc.dim(`  ${seconds(step.milliseconds)}`));
    },
  };
}
