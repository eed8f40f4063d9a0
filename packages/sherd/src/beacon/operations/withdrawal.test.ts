import { TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { BEACON } from '../../scripts/world.ts';

describe('Withdrawal', () => {
  it('moves ETH from the validator to the script and appends a receipt', () => {
    const chain = new TestChain({ evmBalance: 5n });
    const { supply } = chain;
    chain.accept({ withdrawals: [chain.withdrawal({ amount: 7n, targetShard: 2 })] });
    expect(chain.state.validators[0]).toMatchObject({ balance: 31_999_999_993n, nonce: 1n });
    expect(chain.state.executionScripts[0]!.balance).toBe(12n);
    expect(chain.receipts).toEqual([
      {
        source: BEACON,
        index: 0n,
        slot: 1n,
        sender: 0,
        targetShard: 2,
        targetScript: 0,
        amount: 7n,
        data: new Uint8Array(20).fill(0xaa),
      },
    ]);
    expect(chain.state.withdrawalReceiptCount).toBe(1n);
    expect(chain.supply).toBe(supply);
  });

  it('numbers receipts across blocks and within one', () => {
    const chain = new TestChain();
    chain.accept({
      withdrawals: [chain.withdrawal(), chain.withdrawal({ nonce: 1n }), chain.withdrawal({ validatorIndex: 3 })],
    });
    chain.accept({ withdrawals: [chain.withdrawal()] });
    expect(chain.receipts.map(({ index, sender, slot }) => [index, sender, slot])).toEqual([
      [0n, 0, 1n],
      [1n, 0, 1n],
      [2n, 3, 1n],
      [3n, 0, 2n],
    ]);
  });

  it('cannot be replayed', () => {
    const chain = new TestChain();
    const signed = chain.withdrawal();
    chain.accept({ withdrawals: [signed] });
    expect(chain.refusal({ withdrawals: [signed] }).code).toBe('BAD_NONCE');
  });

  it('refuses what breaks a rule', () => {
    const chain = new TestChain();
    const refused = (fields: Parameters<typeof chain.withdrawal>[0]) =>
      chain.refusal({ withdrawals: [chain.withdrawal(fields)] }).code;
    expect(refused({ validatorIndex: 9 })).toBe('UNKNOWN_VALIDATOR');
    expect(refused({ nonce: 1n })).toBe('BAD_NONCE');
    expect(refused({ targetShard: 4 })).toBe('UNKNOWN_SHARD');
    expect(refused({ targetScript: 1 })).toBe('UNKNOWN_SCRIPT');
    expect(refused({ amount: 0n })).toBe('ZERO_AMOUNT');
    expect(refused({ data: new Uint8Array(chain.params.maxReceiptBytes + 1) })).toBe('DATA_TOO_LONG');
    expect(refused({ amount: 32_000_000_001n })).toBe('INSUFFICIENT_BALANCE');
  });

  it("refuses a stranger's key, another signature, another kind and another chain", () => {
    const chain = new TestChain();
    const signed = chain.withdrawal();
    const of = (change: object) => chain.refusal({ withdrawals: [{ ...signed, ...change }] }).code;
    expect(of({ pubkey: chain.withdrawal({ validatorIndex: 1 }).pubkey })).toBe('WRONG_KEY');
    expect(of({ signature: chain.withdrawal({ amount: 5n }).signature })).toBe('BAD_SIGNATURE');
    expect(of({ signature: chain.newScript(Uint8Array.of(1)).signature })).toBe('BAD_SIGNATURE');
    expect(of({ message: { ...signed.message, targetShard: 1 } })).toBe('BAD_SIGNATURE');
    const elsewhere = new TestChain({ params: { ...chain.params, chainId: 1 } });
    expect(elsewhere.refusal({ withdrawals: [signed] }).code).toBe('BAD_SIGNATURE');
  });

  it('ends the duties of a validator that keeps less than the smallest deposit, after the root window', () => {
    const chain = new TestChain({ validators: 2 });
    chain.accept({ withdrawals: [chain.withdrawal({ amount: 32_000_000_000n })] });
    expect(chain.state.validators[0]!.exitSlot).toBe(1n + 8n + 1n);
    expect(
      chain.refusal({ withdrawals: [chain.withdrawal({ validatorIndex: 1, amount: 32_000_000_000n })] }).code,
    ).toBe('LAST_VALIDATOR');
    for (let i = 0; i < 12; i++) chain.block();
    expect(chain.blocks.slice(9).every(({ block }) => block.header.proposerIndex === 1)).toBe(true);
  });

  it('never makes money, whatever is withdrawn', () => {
    const chain = new TestChain({ evmBalance: 1n });
    const { supply } = chain;
    for (let i = 0; i < 6; i++) {
      chain.block({
        withdrawals: [chain.withdrawal({ validatorIndex: i % 4, amount: BigInt(i) * 9_000_000_000n + 1n })],
      });
      expect(chain.supply).toBe(supply);
    }
  });
});
