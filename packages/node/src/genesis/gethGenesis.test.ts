/** Genesis files of geth. */
import { describe, expect, it } from 'vitest';
import { readGethGenesis } from './gethGenesis.ts';

describe('a genesis file', () => {
  it('may leave out everything', () => {
    expect(readGethGenesis({})).toMatchObject({ config: undefined, accounts: [], number: 0n, gasLimit: undefined });
  });

  it.each([
    ['number', '0x10000000000000000', 'genesis.number: have "0x10000000000000000", want at most 64 bits'],
    ['timestamp', '0x10000000000000000', 'want at most 64 bits'],
    ['gasLimit', -1, 'genesis.gasLimit: have -1'],
    ['baseFeePerGas', `0x1${'0'.repeat(64)}`, 'want at most 256 bits'],
    ['coinbase', '0x12', 'genesis.coinbase: not an address'],
    ['alloc', { '00': { balance: '1' } }, 'genesis.alloc.00: not an address'],
    ['alloc', { [`0x${'11'.repeat(20)}`]: { nonce: '0x10000000000000000' } }, 'nonce: have'],
  ])('has no %s that no block could have', (key, value, message) => {
    expect(() => readGethGenesis({ [key]: value })).toThrow(
      expect.objectContaining({ code: 'BAD_FIXTURE', message: expect.stringContaining(message) }),
    );
  });
});
