/** The demo's contracts compile, and their ABI is what the steps use. */
import { expect, test } from 'vitest';
import { compileContract } from './solidity.ts';

test('the token is an ERC-20 of OpenZeppelin', () => {
  const { abi, bytecode } = compileContract('demo/DemoToken.sol', 'DemoToken');
  const names = new Set(abi.map(({ name }) => name));
  for (const name of ['transfer', 'balanceOf', 'Transfer', 'ERC20InsufficientBalance']) expect(names).toContain(name);
  expect(bytecode).toMatch(/^0x60[0-9a-f]{1000,}$/);
});

test('the system contract has an interface in Solidity', () => {
  const { abi } = compileContract('Sherd.sol', 'ISherd');
  expect(abi.find(({ name }) => name === 'send')).toMatchObject({ type: 'function', stateMutability: 'payable' });
});

test('a contract that is not there is a coded refusal', () => {
  expect(() => compileContract('Sherd.sol', 'Nothing')).toThrow(/contracts\/Sherd\.sol has no contract Nothing/);
  expect(() => compileContract('Nothing.sol', 'Nothing')).toThrow(/no contracts\/Nothing\.sol/);
});
