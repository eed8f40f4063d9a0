import { TestChain } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '../../base/index.ts';
import { BEACON } from '../../scripts/world.ts';
import { accumulatorRoot, append, EMPTY_ACCUMULATOR } from '../../trie/index.ts';
import { shardProposer } from '../committees.ts';
import { receiptRoot } from '../receipts.ts';
import { DepositData, type NewValidator, type Receipt } from '../types.ts';

const GWEI = 1_000_000_000n;

/** Receipts of shard 1, accumulated and crosslinked into `chain`; gives the operation for receipt `index`. */
function receiptsOf(chain: TestChain, receipts: Receipt[]) {
  const nodes = new Map<string, Uint8Array>();
  let acc = EMPTY_ACCUMULATOR;
  for (const receipt of receipts) {
    const next = append(acc, receiptRoot(receipt));
    for (const [key, hash] of next.nodes) nodes.set(bytesToHex(key), hash);
    acc = next.acc;
  }
  chain.block();
  const crosslink = chain.state.crosslinks[1]!;
  chain.accept({
    crosslinks: [
      chain.crosslink({
        shard: 1,
        slot: chain.state.slot,
        height: crosslink.height + 1n,
        parentRoot: crosslink.shardBlockRoot,
        beaconSlot: chain.state.slot,
        beaconRoot: chain.root,
        proposerIndex: shardProposer(chain.params, chain.state, 1, chain.state.slot),
        transactionsRoot: new Uint8Array(32),
        gasUsed: 0n,
        stateRoot: new Uint8Array(32),
        receiptsRoot: accumulatorRoot(acc),
        receiptCount: acc.count,
        outcomesRoot: new Uint8Array(32),
      }),
    ],
  });
  const store = { getNode: (key: Uint8Array) => nodes.get(bytesToHex(key)) };
  return (index: number): NewValidator => ({ claim: chain.claim(receipts[index]!, store) });
}

function depositReceipt(data: Uint8Array, fields: Partial<Receipt> = {}): Receipt {
  return {
    source: 1,
    index: 0n,
    slot: 1n,
    sender: 0,
    targetShard: BEACON,
    targetScript: 0,
    amount: 0n,
    data,
    ...fields,
  };
}

describe('NewValidator', () => {
  it('moves the deposit from the script to a new validator, which has duties after the root window', () => {
    const chain = new TestChain({ evmBalance: 100n * GWEI });
    const { supply } = chain;
    const deposit = chain.depositData(40n * GWEI);
    const operation = receiptsOf(chain, [depositReceipt(DepositData.serialize(deposit))]);
    chain.accept({ newValidators: [operation(0)] });
    expect(chain.state.executionScripts[0]!.balance).toBe(60n * GWEI);
    expect(chain.state.validators[4]).toEqual({
      pubkey: deposit.pubkey,
      withdrawalCredentials: deposit.withdrawalCredentials,
      balance: 40n * GWEI,
      nonce: 0n,
      activationSlot: 3n + 8n + 1n,
      exitSlot: 2n ** 64n - 1n,
    });
    expect(chain.supply).toBe(supply);
    chain.accept({ withdrawals: [chain.withdrawal({ validatorIndex: 4 })] });
    expect(chain.supply).toBe(supply);
    for (let i = 0; i < 40; i++) chain.block();
    const proposers = chain.blocks.map(({ block }) => [block.header.slot, block.header.proposerIndex] as const);
    expect(proposers.filter(([slot]) => slot < 12n).every(([, index]) => index < 4)).toBe(true);
    expect(proposers.some(([, index]) => index === 4)).toBe(true);
  });

  it('consumes each receipt once, for ever', () => {
    const chain = new TestChain({ evmBalance: 100n * GWEI });
    const data = [5, 6, 7].map((index) => DepositData.serialize(chain.depositData(2n * GWEI, index)));
    const receipts = data.map((bytes, i) => depositReceipt(bytes, { index: BigInt(i) }));
    const operation = receiptsOf(chain, receipts);
    chain.accept({ newValidators: [operation(2), operation(0)] });
    expect(chain.refusal({ newValidators: [operation(0)] }).code).toBe('RECEIPT_CONSUMED');
    const made = chain.block({ newValidators: [operation(1), operation(1)] });
    expect(made.refused.map(({ error }) => error.code)).toEqual(['RECEIPT_CONSUMED']);
    expect(chain.state.consumedReceipts[1]![0]![0]).toBe(0b111);
    for (let i = 0; i < 20; i++) chain.block();
    expect(chain.refusal({ newValidators: [operation(2)] }).code).toBe('RECEIPT_CONSUMED');
    expect(chain.state.validators.length).toBe(7);
  });

  it('adds to a validator whose key is known', () => {
    const chain = new TestChain({ evmBalance: 100n * GWEI });
    const { supply } = chain;
    const operation = receiptsOf(chain, [depositReceipt(DepositData.serialize(chain.depositData(3n * GWEI, 2)))]);
    chain.accept({ newValidators: [operation(0)] });
    expect(chain.state.validators.length).toBe(4);
    expect(chain.state.validators[2]!.balance).toBe(35n * GWEI);
    expect(chain.supply).toBe(supply);
  });

  it('refuses what breaks a rule, and forgeries', () => {
    const chain = new TestChain({ evmBalance: 10n * GWEI });
    const good = chain.depositData(2n * GWEI, 4);
    const bytes = DepositData.serialize(good);
    const receipts = [
      depositReceipt(bytes),
      depositReceipt(bytes, { index: 1n, targetShard: 2 }),
      depositReceipt(Uint8Array.of(1, 2, 3), { index: 2n }),
      depositReceipt(DepositData.serialize(chain.depositData(GWEI - 1n, 4)), { index: 3n }),
      depositReceipt(DepositData.serialize({ ...good, amount: 3n * GWEI }), { index: 4n }),
      depositReceipt(DepositData.serialize(chain.depositData(11n * GWEI, 4)), { index: 5n }),
      depositReceipt(bytes, { index: 6n, sender: 1 }),
    ];
    const operation = receiptsOf(chain, receipts);
    const refused = (signed: NewValidator) => chain.refusal({ newValidators: [signed] }).code;
    expect(refused(operation(1))).toBe('WRONG_TARGET');
    expect(refused(operation(2))).toBe('BAD_DEPOSIT');
    expect(refused(operation(3))).toBe('DEPOSIT_TOO_SMALL');
    expect(refused(operation(4))).toBe('BAD_SIGNATURE');
    expect(refused(operation(5))).toBe('INSUFFICIENT_BALANCE');
    expect(refused(operation(6))).toBe('UNKNOWN_SCRIPT');
    const { receipt, proof } = operation(0).claim;
    const forged = (change: object, proofChange: object = {}) =>
      refused({ claim: { receipt: { ...receipt, ...change }, proof: { ...proof, ...proofChange } } });
    expect(forged({ source: BEACON })).toBe('UNKNOWN_SHARD');
    expect(forged({ source: 9 })).toBe('UNKNOWN_SHARD');
    expect(forged({ source: 0 })).toBe('BAD_PROOF');
    expect(forged({ index: 1n })).toBe('BAD_PROOF');
    expect(forged({ index: 2n ** 40n })).toBe('BAD_PROOF');
    expect(forged({ amount: 1n })).toBe('BAD_PROOF');
    expect(forged({}, { beaconSlot: 1n })).toBe('BAD_PROOF');
    expect(forged({}, { beaconSlot: 99n })).toBe('UNKNOWN_ROOT');
    expect(forged({}, { stateBranch: [] })).toBe('BAD_PROOF');
    expect(forged({}, { stateBranch: [...proof.stateBranch, new Uint8Array(32)] })).toBe('BAD_PROOF');
    for (let i = 0; i < 9; i++) chain.block();
    expect(refused({ claim: { receipt, proof } })).toBe('UNKNOWN_ROOT');
  });
});
