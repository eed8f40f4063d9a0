/** A small contract for tests, compiled when they run: state, an event, and every way to fail. */
import { createRequire } from 'node:module';

const SOURCE = `
// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;
contract Probe {
    event Stored(address indexed who, uint256 indexed value, string note);
    error TooLarge(uint256 have, uint256 most);
    uint256 public value;
    constructor(uint256 first) payable { value = first; }
    function store(uint256 next, string calldata note) external {
        require(next != 13, "thirteen is not stored");
        if (next > 1000) revert TooLarge(next, 1000);
        value = next;
        emit Stored(msg.sender, next, note);
    }
    function divide(uint256 a, uint256 b) external pure returns (uint256) { return a / b; }
    function spin() external pure { while (true) {} }
    function environment() external view returns (uint256, uint256, uint256, address) {
        return (block.chainid, block.number, block.timestamp, block.coinbase);
    }
    receive() external payable {}
}`;

export const PROBE_ABI = [
  { type: 'constructor', stateMutability: 'payable', inputs: [{ name: 'first', type: 'uint256' }] },
  { type: 'receive', stateMutability: 'payable' },
  {
    type: 'event',
    name: 'Stored',
    inputs: [
      { name: 'who', type: 'address', indexed: true },
      { name: 'value', type: 'uint256', indexed: true },
      { name: 'note', type: 'string', indexed: false },
    ],
  },
  {
    type: 'error',
    name: 'TooLarge',
    inputs: [
      { name: 'have', type: 'uint256' },
      { name: 'most', type: 'uint256' },
    ],
  },
  { type: 'function', name: 'value', stateMutability: 'view', inputs: [], outputs: [{ type: 'uint256' }] },
  {
    type: 'function',
    name: 'store',
    stateMutability: 'nonpayable',
    inputs: [
      { name: 'next', type: 'uint256' },
      { name: 'note', type: 'string' },
    ],
    outputs: [],
  },
  {
    type: 'function',
    name: 'divide',
    stateMutability: 'pure',
    inputs: [
      { name: 'a', type: 'uint256' },
      { name: 'b', type: 'uint256' },
    ],
    outputs: [{ type: 'uint256' }],
  },
  { type: 'function', name: 'spin', stateMutability: 'pure', inputs: [], outputs: [] },
  {
    type: 'function',
    name: 'environment',
    stateMutability: 'view',
    inputs: [],
    outputs: [{ type: 'uint256' }, { type: 'uint256' }, { type: 'uint256' }, { type: 'address' }],
  },
] as const;

interface Solc {
  compile(input: string): string;
}

/** Creation code of the contract. */
export function compileProbe(): `0x${string}` {
  const solc = createRequire(new URL('../packages/node/package.json', import.meta.url))('solc') as Solc;
  const input = {
    language: 'Solidity',
    sources: { 'Probe.sol': { content: SOURCE } },
    settings: { evmVersion: 'osaka', outputSelection: { '*': { '*': ['evm.bytecode.object'] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const contract = output.contracts?.['Probe.sol']?.Probe;
  if (contract === undefined) throw new Error(JSON.stringify(output.errors));
  return `0x${contract.evm.bytecode.object}`;
}
