/** What `sherd run` does with its options: reads, runs, and prints in the manner of geth's `evm run`. */
import { type Address, bytesToHex, EMPTY_BYTES, SherdError } from 'sherd/base';
import { callError, createJsonTracer, type JsonTracerOptions, OUTCOME_TEXT, type Tracer } from 'sherd/evm';
import type { ForkName } from 'sherd/protocol';
import { readGethGenesis } from '../genesis/gethGenesis.ts';
import type { TracerName } from '../rpc/backend.ts';
import { benchmark, benchmarkText, duration } from './benchmark.ts';
import { bytesOfText, hexOrFile, parseJson, readText } from './input.ts';
import { createNamedTracer, type NamedTracer } from './namedTracer.ts';
import { type CodeResult, type CodeRun, createWorld, keepEffects, placeCode, runCode } from './runCode.ts';
import { dumpState } from './stateJson.ts';

export interface RunOptions {
  readonly code?: string;
  readonly codefile?: string;
  readonly input?: string;
  readonly inputfile?: string;
  readonly gas: bigint;
  readonly price: bigint;
  readonly value: bigint;
  readonly sender: Address;
  readonly receiver: Address;
  readonly create?: boolean;
  readonly prestate?: string;
  readonly fork?: ForkName;
  /** What lines of steps have; undefined for none. */
  readonly steps?: JsonTracerOptions | undefined;
  readonly tracer?: TracerName;
  readonly 'tracer.config'?: string;
  readonly dump?: boolean;
  readonly bench?: boolean;
  readonly stat?: boolean;
}

/** Where the lines go; the command's are standard output and standard error. */
export interface RunOutput {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/**
 * A halt of the code is a result, and printed as such.
 * @throws SherdError NO_SUCH_FILE, BAD_HEX, BAD_JSON, BAD_FIXTURE, BAD_CHAIN_CONFIG, BAD_OPTIONS.
 */
export function runCommand(argument: string | undefined, options: RunOptions, { out, err }: RunOutput): void {
  const run = readRun(argument, options);
  const genesis =
    options.prestate === undefined
      ? undefined
      : readGethGenesis(parseJson(readText(options.prestate), options.prestate));
  const world = createWorld(genesis, options.fork);
  placeCode(world, run);
  if (options.bench === true) {
    if (options.steps !== undefined || options.tracer !== undefined) {
      throw new SherdError('BAD_OPTIONS', 'a benchmark is not traced: leave out --json and --tracer');
    }
    const measured = benchmark(world, run);
    printResult(measured.result, out);
    err(benchmarkText(measured));
    return;
  }
  const named = namedTracer(options);
  const ending = createEndingTracer();
  const tracer = named?.tracer ?? stepTracer(options, out) ?? ending;
  const to = run.isCreation ? undefined : run.receiver;
  tracer.beginTransaction?.({ from: run.sender, to, coinbase: world.block.coinbase, authorities: [] }, world.journal);
  const began = process.hrtime.bigint();
  const result = runCode(world, run, tracer);
  const took = Number(process.hrtime.bigint() - began);
  keepEffects(world, tracer);
  if (named !== undefined) out(named.end({ ...result, gasLimit: run.gas, from: run.sender, to }));
  else if (options.steps === undefined) printResult(result, out, ending.error());
  if (options.dump === true) out(JSON.stringify(dumpState(world.store), null, 4));
  if (options.stat === true) err(`EVM gas used:    ${result.gasUsed}\nexecution time:  ${duration(took)}`);
}

/** `error` says more than the outcome, where somebody watched. */
function printResult({ output, isSuccess, outcome }: CodeResult, out: RunOutput['out'], error?: string): void {
  out(bytesToHex(output));
  if (!isSuccess) out(` error: ${error ?? OUTCOME_TEXT[outcome]}`);
}

/** Watches nothing but how the message ends, at no cost for its steps. */
function createEndingTracer(): Tracer & { readonly error: () => string | undefined } {
  let error: string | undefined;
  return {
    exit(result) {
      if (result.depth === 0) error = callError(result);
    },
    error: () => error,
  };
}

function readRun(argument: string | undefined, options: RunOptions): CodeRun {
  const sources = [argument, options.code, options.codefile].filter((source) => source !== undefined);
  if (sources.length > 1)
    throw new SherdError('BAD_OPTIONS', 'code is given more than once: want one of CODE, --code, --codefile');
  if (options.input !== undefined && options.inputfile !== undefined) {
    throw new SherdError('BAD_OPTIONS', 'input is given twice: want one of --input, --inputfile');
  }
  if (sources.length === 0 && options.prestate === undefined) {
    throw new SherdError(
      'BAD_OPTIONS',
      'no code: want CODE, --code, --codefile, or --prestate with code at the receiver',
    );
  }
  return {
    code: readCode(argument, options),
    input: readInput(options),
    isCreation: options.create === true,
    sender: options.sender,
    receiver: options.receiver,
    gas: options.gas,
    price: options.price,
    value: options.value,
  };
}

function readCode(argument: string | undefined, { code, codefile }: RunOptions): Uint8Array {
  if (argument !== undefined) return bytesOfText(hexOrFile(argument), 'code');
  if (code !== undefined) return bytesOfText(code, '--code');
  return codefile === undefined ? EMPTY_BYTES : bytesOfText(readText(codefile), codefile);
}

function readInput({ input, inputfile }: RunOptions): Uint8Array {
  if (input !== undefined) return bytesOfText(input, '--input');
  return inputfile === undefined ? EMPTY_BYTES : bytesOfText(readText(inputfile), inputfile);
}

function stepTracer({ steps }: RunOptions, out: RunOutput['out']): Tracer | undefined {
  return steps === undefined ? undefined : createJsonTracer(out, steps);
}

function namedTracer(options: RunOptions): NamedTracer | undefined {
  if (options.tracer === undefined) return undefined;
  const config = parseJson(options['tracer.config'] ?? '{}', '--tracer.config');
  return createNamedTracer(options.tracer, config);
}
