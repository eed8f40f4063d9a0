/** Compiles the demo's contracts with solc; imports come from the checkout and from node_modules. */
import { createRequire } from 'node:module';
import { bytesToUtf8, type Hex, SherdError } from 'sherd/base';
import { demoFile, packageFile, withPackages } from './files.ts';

export interface CompiledContract {
  /** JSON ABI, as viem and ethers take it. */
  readonly abi: readonly AbiEntry[];
  /** Creation code. */
  readonly bytecode: Hex;
}

export interface AbiEntry {
  readonly type: string;
  readonly name?: string;
  readonly [field: string]: unknown;
}

interface Solc {
  compile(
    input: string,
    callbacks: { readonly import: (path: string) => { contents: string } | { error: string } },
  ): string;
}

interface SolcOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: Readonly<
    Record<string, Readonly<Record<string, { abi: readonly AbiEntry[]; evm: { bytecode: { object: string } } }>>>
  >;
}

/**
 * Compiles `contracts/<source>` for the newest fork.
 * @throws SherdError DEMO_NEEDS_PACKAGES, SOLIDITY_ERROR
 */
export function compileContract(source: string, name: string): CompiledContract {
  const path = `contracts/${source}`;
  const input = {
    language: 'Solidity',
    sources: { [path]: { content: bytesToUtf8(demoFile(path)) } },
    settings: {
      evmVersion: 'osaka',
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const solc = withPackages('solc', () => createRequire(import.meta.url)('solc') as Solc);
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport })) as SolcOutput;
  const problem = output.errors?.find(({ severity }) => severity === 'error');
  if (problem !== undefined) throw new SherdError('SOLIDITY_ERROR', problem.formattedMessage, { source });
  const contract = output.contracts?.[path]?.[name];
  if (contract === undefined) throw new SherdError('SOLIDITY_ERROR', `${path} has no contract ${name}`, { source });
  return { abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

function readImport(path: string): { contents: string } | { error: string } {
  try {
    const isOurs = path.startsWith('contracts/');
    return { contents: isOurs ? bytesToUtf8(demoFile(path)) : packageFile(path) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
