/** `sherd script`: looks at execution scripts before and after they are on a chain, adds and calls them. */
import { Command } from 'commander';
import { bytesToHex, type Hex, hexToBytes, SherdError } from 'sherd/base';
import { presetParams, registrationFee } from 'sherd/beacon';
import { checkModule, checkWasm, type ModuleVerdict, type ScriptFace } from 'sherd/scripts';
import { connect, getValidator, headSlot, runOperation, runTransaction } from '../demo/network.ts';
import { newScriptOperation } from '../demo/operations.ts';
import { gwei } from '../demo/units.ts';
import { createNetworkKeys, DEV_MNEMONIC } from '../genesis/index.ts';
import { loadScript } from '../scriptTool/build.ts';
import { isSource } from '../scriptTool/project.ts';
import { pc } from './colors.ts';
import { EXIT_FAILED } from './output.ts';
import {
  checkShard,
  DEFAULT_GAS,
  endRows,
  facts,
  hex,
  integer,
  type Output,
  print,
  type Remote,
  remote,
} from './scriptOptions.ts';
import { sourceCommands } from './scriptSource.ts';
import { listCommand, statusCommand } from './scriptStatus.ts';
import { traceCommand } from './scriptTrace.ts';

export function scriptCommand(): Command {
  const command = new Command('script')
    .description('make, check, register and call execution scripts (WebAssembly, EVM bytecode)')
    .addHelpText(
      'after',
      `
Examples:
  sherd script new counter && cd counter && sherd script test
  sherd script build
  sherd script check execution-scripts/eth-transfer/eth-transfer.wasm
  sherd script register execution-scripts/eth-transfer/eth-transfer.wasm --validator 2
  sherd script list --json
  sherd script status 1
  sherd script call 1 --shard 2 --data 0x06f39fd6e51aad88f6f4ce6ab8827279cfffb92266
  sherd script trace 1 --shard 2 --data 0x06f39fd6e51aad88f6f4ce6ab8827279cfffb92266`,
    );
  for (const each of sourceCommands()) command.addCommand(each);
  command
    .command('check')
    .description('would this script be accepted? (no network needed)')
    .argument('<script>', 'module, EVM bytecode, AssemblyScript source, or folder of a script')
    .option('--json', 'print one JSON object')
    .action(checkCommand);
  for (const each of [traceCommand(), listCommand(), statusCommand()]) command.addCommand(each);
  remote(command.command('register').description('register a script; the validator pays for its size'))
    .argument('<script>', 'module, EVM bytecode, AssemblyScript source, or folder of a script')
    .option('--validator <index>', 'validator that registers it and pays', integer, 0)
    .option('--mnemonic <words>', 'mnemonic of the network', DEV_MNEMONIC)
    .action(registerCommand);
  remote(command.command('call').description('send a transaction to a script and wait for its block'))
    .argument('<script>', 'script id', integer)
    .option('--shard <number>', 'shard', integer, 0)
    .option('--data <hex>', 'data of the transaction', hex, '0x')
    .option('--gas <amount>', 'gas limit', integer, DEFAULT_GAS)
    .action(callCommand);
  return command;
}

/** Almost any bytes are EVM bytecode: a file that calls itself WebAssembly and is none was not meant to be that. */
function checkFile(file: string, code: Uint8Array): ModuleVerdict {
  return file.endsWith('.wasm') ? checkWasm(code) : checkModule(code);
}

const FACE_TEXT: Readonly<Record<ScriptFace, string>> = {
  sherd: 'the host functions of Sherd',
  ewasm: 'the Ewasm translation of 2019',
  scout: 'Scout',
  evm: 'the EVM (bytecode)',
};

async function checkCommand(path: string, options: Output): Promise<void> {
  const code = await loadScript(path);
  const accepted = checkFile(path, code);
  // A refusal names the function when the module does: a source is compiled once more, with names.
  const verdict = accepted.ok || !isSource(path) ? accepted : checkModule(await loadScript(path, { names: true }));
  if (!verdict.ok) {
    process.exitCode = EXIT_FAILED;
    const { code: reason, message, name, offset } = verdict;
    const place = { ...(verdict.function === undefined ? {} : { function: verdict.function }), name, offset };
    print(options, { ok: false, code: reason, message, ...place }, () => `${pc.red('refused')} ${reason}: ${message}`);
    return;
  }
  const params = presetParams('dev');
  const fits = code.length <= params.maxScriptBytes;
  const { codeHash, face, metered, size, functions, imports, memory } = verdict;
  const price = registrationFee(params, size);
  if (!fits) process.exitCode = EXIT_FAILED;
  const shown = {
    ok: fits,
    face,
    codeHash: bytesToHex(codeHash),
    size,
    meteredSize: metered.length,
    functions,
    imports,
    memory,
  };
  print(options, { ...shown, priceGwei: price.toString() }, () =>
    [
      fits ? pc.green('accepted') : pc.red(`refused CODE_SIZE: ${size} bytes, want at most ${params.maxScriptBytes}`),
      facts([
        ['code hash', shown.codeHash],
        ['written for', FACE_TEXT[face]],
        ['size', `${size} bytes, ${metered.length} as it runs`],
        ...(face === 'evm'
          ? []
          : ([
              ['functions', `${functions}, and ${imports.length} of the host: ${imports.join(', ')}`],
              ['memory', `${memory.initial} to ${memory.maximum} pages of 64 KiB`],
            ] as const)),
        ['price', `${gwei(price)} (preset dev)`],
      ]),
    ].join('\n'),
  );
}

interface RegisterOptions extends Remote {
  readonly validator: number;
  readonly mnemonic: string;
}

async function registerCommand(path: string, options: RegisterOptions): Promise<void> {
  const code = await loadScript(path);
  const verdict = checkFile(path, code);
  if (!verdict.ok) {
    throw new SherdError('CODE_REFUSED', `${verdict.code}: ${verdict.message}`, { reason: verdict.code });
  }
  const network = await connect(options.url);
  const key = createNetworkKeys(options.mnemonic).validator(options.validator);
  const validator = await getValidator(network, key.pubkey);
  if (validator === undefined) {
    throw new SherdError(
      'UNKNOWN_VALIDATOR',
      `the mnemonic's key ${options.validator} is no validator of this network`,
    );
  }
  const message = { sender: validator.index, nonce: validator.nonce, slot: await headSlot(network), code };
  const operation = newScriptOperation(network.chainId, message, key);
  const { id, scriptId, slot } = await runOperation(network, 'newExecutionScript', operation);
  const price = BigInt(code.length) * network.scriptPricePerByte;
  print(options, { script: scriptId, slot: Number(slot), operation: id, priceGwei: price.toString() }, () =>
    [
      pc.green(`script ${scriptId}`),
      facts([
        ['slot', String(slot)],
        ['operation', id],
        ['paid', `${gwei(price)} by validator ${validator.index}`],
      ]),
    ].join('\n'),
  );
}

interface CallOptions extends Remote {
  readonly shard: number;
  readonly data: Hex;
  readonly gas: number;
}

async function callCommand(script: number, options: CallOptions): Promise<void> {
  const network = await connect(options.url);
  checkShard(network, options.shard);
  const transaction = { script, gasLimit: options.gas, data: hexToBytes(options.data) };
  const result = await runTransaction(network, options.shard, transaction);
  const { id, height, outcome, gasUsed, output, error } = result;
  if (outcome !== 'finished') process.exitCode = EXIT_FAILED;
  print(options, { id, height, outcome, gasUsed, output: bytesToHex(output), error }, () =>
    [
      (outcome === 'finished' ? pc.green : pc.red)(outcome),
      facts([
        ['block', `${height} of shard ${options.shard}`],
        ['transaction', id],
        ['gas used', String(gasUsed)],
        ...endRows(outcome, output, error),
      ]),
    ].join('\n'),
  );
}
