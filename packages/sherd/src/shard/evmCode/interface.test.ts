/** Scripts of bytecode reach the whole table of host functions, and Solidity knows exactly what there is. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { HOST_FUNCTIONS } from '../../scripts/index.ts';
import type { Parameter } from './declaration.ts';
import { CODE_SYSTEM_DECLARATIONS } from './systemContract.ts';

interface Compiled {
  readonly contracts: Readonly<Record<string, Readonly<Record<string, { readonly abi: readonly AbiEntry[] }>>>>;
}

interface AbiEntry {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly Parameter[];
}

/** Host functions that the machine has as instructions, pre-compiled contracts or the way in which calls work. */
const OF_THE_MACHINE: Readonly<Record<string, string>> = {
  dataSize: 'CALLDATASIZE',
  dataCopy: 'CALLDATACOPY',
  gasLeft: 'GAS',
  finish: 'RETURN',
  abort: 'REVERT',
  chainId: 'CHAINID',
  resultSize: 'RETURNDATASIZE',
  resultCopy: 'RETURNDATACOPY',
  sha256: 'address 2',
  keccak256: 'KECCAK256',
  secp256k1Recover: 'address 1',
};
/** Names that contracts/Sherd.sol has otherwise, because Solidity has its own `call`. */
const RENAMED: Readonly<Record<string, string>> = { call: 'callScript', staticCall: 'staticCallScript' };

test('ISherdScript declares what the system contract has', () => {
  const header = readFileSync(new URL('../../../../../contracts/Sherd.sol', import.meta.url), 'utf8');
  const settings = { outputSelection: { '*': { '*': ['abi'] } } };
  const input = { language: 'Solidity', sources: { 'Sherd.sol': { content: header } }, settings };
  const solc = createRequire(import.meta.url)('solc') as { compile(input: string): string };
  const { contracts } = JSON.parse(solc.compile(JSON.stringify(input))) as Compiled;
  const declared = contracts['Sherd.sol']!['ISherdScript']!.abi.filter(({ type }) => type === 'function');
  const text = (name: string, parameters: readonly Parameter[]) =>
    `${name}(${parameters.map((each) => `${each.type} ${each.name}`).join(', ')})`;
  expect(declared.map(({ name, inputs }) => text(name, inputs)).sort()).toEqual(
    CODE_SYSTEM_DECLARATIONS.map(({ name, parameters }) => text(name, parameters)).sort(),
  );
});

test('every host function is there, or the machine has it', () => {
  const names = CODE_SYSTEM_DECLARATIONS.map(({ name }) => name);
  const wanted = Object.keys(HOST_FUNCTIONS).filter((name) => OF_THE_MACHINE[name] === undefined);
  expect(names.sort()).toEqual(wanted.map((name) => RENAMED[name] ?? name).sort());
});
