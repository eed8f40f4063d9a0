/** `sherd start`: the network in the foreground, until Ctrl-C. */
import { Command, Option } from 'commander';
import { pino } from 'pino';
import { bytesToHex } from 'sherd/base';
import { evmChainId } from 'sherd/shard';
import { DEV_MNEMONIC, FUNDED_ACCOUNTS } from '../genesis/index.ts';
import { startRpcServer } from '../rpc/index.ts';
import { createNode, type NodeOptions, type RunningNode } from '../service/index.ts';
import { pc } from './colors.ts';
import { dataOption, mnemonicOption, presetOption, seconds, wholeNumber } from './nodeOptions.ts';
import { table } from './output.ts';

interface StartOptions {
  readonly data: string;
  readonly ephemeral?: boolean;
  readonly port: number;
  readonly host: string;
  readonly allowHost?: readonly string[];
  readonly cors?: readonly string[];
  readonly slotTime?: number;
  readonly shards?: number;
  readonly validators?: number;
  readonly preset?: string;
  readonly mnemonic?: string;
  readonly executors?: number;
  readonly gasPolicy?: 'skip' | 'minimum';
  readonly logLevel: string;
}

const EXAMPLES = `
Examples:
  sherd start                                  a network of 4 shards, kept in ./sherd-data
  sherd start --ephemeral --port 0             one that is gone when it stops, on any free port
  sherd start --data chain --slot-time 6       a block on every shard every 6 seconds
  sherd start --shards 8 --validators 32       a larger one (in a new directory)`;

export function startCommand(): Command {
  const command = new Command('start').description('run a network: beacon chain, shards and JSON-RPC');
  dataOption(command)
    .option('--ephemeral', 'keep the chain in a temporary directory, removed at the end')
    .option('--port <n>', 'port of the RPC; 0: any free one', wholeNumber(0, 65_535), 8545)
    .option('--host <address>', 'address that the RPC listens on', '127.0.0.1')
    .option('--allow-host <names...>', 'host names besides local ones that clients may use')
    .option('--cors <origins...>', 'origins whose pages may use the RPC')
    .option('--slot-time <seconds>', 'make blocks at this pace (default: whenever there is work)', seconds)
    .option('--shards <n>', 'shards of a new chain (default: 4)', wholeNumber(1, 1024))
    .option('--validators <n>', 'validators of a new chain (default: 16)', wholeNumber(1, 4096))
    .addOption(presetOption());
  mnemonicOption(command)
    .option('--executors <n>', 'processes that run scripts (default: one per core, at least 2)', wholeNumber(1, 256))
    .addOption(
      new Option(
        '--gas-policy <policy>',
        'what happens to transactions that the gas of a block is too short for',
      ).choices(['skip', 'minimum']),
    )
    .addOption(
      new Option('--log-level <level>', 'what is logged, as JSON lines on standard error')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('warn'),
    )
    .addHelpText('after', EXAMPLES);
  return command.action(start);
}

async function start(options: StartOptions): Promise<void> {
  const log = pino({ level: options.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const stopping = stopSignal();
  // A promise that nobody waited for is a fault of ours, and no reason to take the network down.
  process.on('unhandledRejection', (error) => log.error({ error }, 'a fault that nobody handled'));
  const node = await createNode({ ...nodeOptions(options), log }).start();
  try {
    const server = await startRpcServer({
      backend: node.backend,
      host: options.host,
      port: options.port,
      hosts: options.allowHost ?? [],
      corsOrigins: options.cors ?? [],
      onFault: (error, where) => log.error({ error, where }, 'a request failed'),
    });
    const url = `http://${urlHost(server.host)}:${server.port}`;
    console.log(welcome(node, url, options.mnemonic ?? DEV_MNEMONIC));
    await stopping;
    console.log('stopping ...');
    await server.close();
  } finally {
    await node.stop();
  }
  console.log('stopped');
}

function nodeOptions(options: StartOptions): NodeOptions {
  const { data, ephemeral, preset, shards, validators, mnemonic, executors, gasPolicy, slotTime } = options;
  return {
    ...(ephemeral === true ? {} : { directory: data }),
    ...(preset === undefined ? {} : { preset }),
    ...(shards === undefined ? {} : { shards }),
    ...(validators === undefined ? {} : { validators }),
    ...(mnemonic === undefined ? {} : { mnemonic }),
    ...(executors === undefined ? {} : { executors }),
    ...(gasPolicy === undefined ? {} : { gasPolicy }),
    ...(slotTime === undefined ? {} : { slotTime }),
  };
}

/** Settles at the first SIGINT or SIGTERM; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    const stop = () => {
      count++;
      if (count > 1) process.exit(130);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function welcome(node: RunningNode, url: string, mnemonic: string): string {
  const { params } = node.genesis;
  const heads = node.backend.shards.map((shard) => Number(shard.head().block.header.height));
  const shards = heads.map((height, shard) => [
    String(shard),
    `${url}/shard/${shard}`,
    String(evmChainId(params, shard)),
    String(height),
  ]);
  // A mnemonic of one's own is a secret: its keys do not belong on a screen.
  const isDev = mnemonic === DEV_MNEMONIC;
  const accounts = Array.from({ length: FUNDED_ACCOUNTS }, (_, index) => {
    const { address, secretKey } = node.keys.account(index);
    return [String(index), address, ...(isDev ? [bytesToHex(secretKey)] : [])];
  });
  const where = node.isEphemeral ? 'a temporary directory, removed at the end' : node.directory;
  const slot = node.backend.beacon.head().block.header.slot;
  const state = node.isNew ? 'new chain' : `continues at slot ${slot}`;
  return [
    `${pc.bold(pc.green('sherd'))} ${node.backend.clientVersion.split('/')[1]}, preset ${params.preset}, ${state}, in ${where}`,
    '',
    `beacon chain  ${url}/beacon`,
    table(['shard', 'Ethereum JSON-RPC and WebSocket', 'chain id', 'block'], shards.slice(0, 16)),
    ...(shards.length > 16 ? [`... and ${shards.length - 16} more`] : []),
    '',
    `${node.genesis.validators.length} validators and ${FUNDED_ACCOUNTS} accounts have their keys from the mnemonic`,
    `  ${isDev ? mnemonic : 'that was given'}`,
    'The accounts had 10,000 ETH on every shard at genesis:',
    table(isDev ? ['#', 'account', 'private key'] : ['#', 'account'], accounts),
    ...(isDev
      ? [pc.yellow('Everybody knows these keys. Never send anything of value to these accounts on another network.')]
      : []),
    '',
    'Try next, in another terminal:',
    `  npx sherd demo --url ${url}`,
    `  npx sherd status --url ${url}`,
    `  curl -s -H 'content-type: application/json' ${url}/shard/0 \\`,
    `    -d '{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber","params":[]}'`,
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}
