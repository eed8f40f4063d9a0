import { TEST_ENV, TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { createBeaconGenesis, EVM_SCRIPT_HASH } from './genesis.ts';
import { presetParams } from './params.ts';

const params = presetParams('test');
const validator = { pubkey: new Uint8Array(48), withdrawalCredentials: new Uint8Array(32), balance: 1_000_000_000n };
const genesis = { genesisTime: 1n, validators: [validator], evmBalance: 0n };

describe('genesis', () => {
  it('holds validators, the EVM with the sum of its accounts as script 0, and other scripts', () => {
    const chain = new TestChain({ evmBalance: 7n, scripts: [{ code: Uint8Array.of(1, 2), balance: 3n }] });
    expect(chain.state.executionScripts.map(({ codeSize, balance }) => [codeSize, balance])).toEqual([
      [0n, 7n],
      [2n, 3n],
    ]);
    expect(chain.state.executionScripts[0]!.codeHash).toEqual(EVM_SCRIPT_HASH);
    expect(chain.codes.size).toBe(1);
    expect(chain.supply).toBe(4n * 32_000_000_000n + 10n);
  });

  it('depends on everything that it is given', () => {
    const root = new TestChain().root;
    expect(new TestChain().root).toEqual(root);
    expect(new TestChain({ evmBalance: 1n }).root).not.toEqual(root);
    expect(new TestChain({ params: { ...params, chainId: 5 } }).root).not.toEqual(root);
  });

  it('is refused when it breaks a rule', () => {
    const refused = (change: object) => {
      try {
        createBeaconGenesis(params, { ...genesis, ...change }, TEST_ENV);
      } catch (error) {
        return (error as { code: string }).code;
      }
      return 'accepted';
    };
    expect(refused({})).toBe('accepted');
    expect(refused({ validators: [] })).toBe('BAD_GENESIS');
    expect(refused({ validators: [{ ...validator, balance: 1n }] })).toBe('BAD_GENESIS');
    expect(refused({ evmBalance: 2n ** 64n })).toBe('BAD_GENESIS');
    expect(refused({ crosslinks: [] })).toBe('BAD_GENESIS');
    expect(refused({ scripts: [{ code: Uint8Array.of(0xff), balance: 0n }] })).toBe('CODE_REFUSED');
    expect(refused({ scripts: [{ code: new Uint8Array(0), balance: 0n }] })).toBe('CODE_SIZE');
    expect(refused({ scripts: new Array(8).fill({ code: Uint8Array.of(1), balance: 0n }) })).toBe('SCRIPT_LIMIT');
  });
});
