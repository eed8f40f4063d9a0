/** SELFDESTRUCT in every era: what it costs, whom it pays, and what is left of the contract. */
import { CONTRACT, call, execute, op, push, sstore, storeInMemory } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import type { Address } from '../base/index.ts';
import { FORKS, type ForkName } from '../protocol/index.ts';
import { OUTCOME } from './index.ts';

const HEIR: Address = '0x00000000000000000000000000000000000a11ce';
/** PUSH20 or shorter before the instruction. */
const PUSH = 3;

interface Scene {
  readonly fork: ForkName;
  readonly balance?: bigint;
  readonly heirBalance?: bigint;
}

function destroy({ fork, balance = 0n, heirBalance }: Scene) {
  const heir = heirBalance === undefined ? {} : { [HEIR]: { balance: heirBalance } };
  const code = call('SELFDESTRUCT', HEIR);
  return execute(code, { fork, accounts: { [CONTRACT]: { nonce: 1n, balance, code }, ...heir } });
}

/** From a fork on, until the next one that is named. */
function byFork<T>(table: Partial<Record<ForkName, T>>): [ForkName, T][] {
  let value: T | undefined;
  return FORKS.map((fork) => {
    value = table[fork] ?? value;
    return [fork, value!];
  });
}

describe('the price of SELFDESTRUCT', () => {
  it('is that of the era, and more for a cold heir from Berlin on (EIP-150, EIP-2929)', () => {
    for (const [fork, price] of byFork({ frontier: 0, tangerineWhistle: 5000, berlin: 7600 })) {
      expect(destroy({ fork, heirBalance: 1n }).gasUsed - PUSH, fork).toBe(price);
      expect(destroy({ fork, heirBalance: 1n, balance: 1n }).gasUsed - PUSH, fork).toBe(price);
    }
  });

  it('has 25,000 on top for an heir that is made: always in EIP-150, with ether only since EIP-161', () => {
    for (const [fork, [empty, paying]] of byFork<readonly [number, number]>({
      frontier: [0, 0],
      tangerineWhistle: [30_000, 30_000],
      spuriousDragon: [5000, 30_000],
      berlin: [7600, 32_600],
    })) {
      expect(destroy({ fork }).gasUsed - PUSH, `${fork}, without ether`).toBe(empty);
      expect(destroy({ fork, balance: 1n }).gasUsed - PUSH, `${fork}, with ether`).toBe(paying);
    }
  });

  it('is paid to the last unit, or the frame halts', () => {
    for (const fork of FORKS) {
      const { gasUsed } = destroy({ fork, balance: 1n });
      const code = call('SELFDESTRUCT', HEIR);
      const accounts = { [CONTRACT]: { nonce: 1n, balance: 1n, code } };
      const enough = execute(code, { fork, accounts, message: { gas: gasUsed } });
      expect([enough.outcome, enough.journal.getBalance(HEIR)], fork).toEqual([OUTCOME.SELFDESTRUCT, 1n]);
      const less = execute(code, { fork, accounts, message: { gas: gasUsed - 1 } });
      expect([less.outcome, less.journal.getBalance(HEIR)], fork).toEqual([OUTCOME.OUT_OF_GAS, 0n]);
    }
  });
});

describe('after SELFDESTRUCT', () => {
  const removeEmpty = true;

  it('the contract is gone with its storage until Cancun, and stays without its ether from then on (EIP-6780)', () => {
    for (const [fork, stays] of byFork({ frontier: false, cancun: true })) {
      const code = sstore(1, 7) + call('SELFDESTRUCT', HEIR);
      const { journal } = execute(code, { fork, accounts: { [CONTRACT]: { nonce: 1n, balance: 9n, code } } });
      journal.finalizeTransaction({ removeEmpty });
      expect(journal.getBalance(HEIR), fork).toBe(9n);
      expect(journal.getBalance(CONTRACT), fork).toBe(0n);
      expect(journal.exists(CONTRACT), fork).toBe(stays);
      expect(journal.getStorage(CONTRACT, 1n), fork).toBe(stays ? 7n : 0n);
    }
  });

  it('what it leaves to itself is burnt until Cancun, and kept from then on', () => {
    for (const [fork, kept] of byFork({ frontier: 0n, cancun: 9n })) {
      const code = op.ADDRESS + op.SELFDESTRUCT;
      const { journal } = execute(code, { fork, accounts: { [CONTRACT]: { nonce: 1n, balance: 9n, code } } });
      journal.finalizeTransaction({ removeEmpty });
      expect(journal.getBalance(CONTRACT), fork).toBe(kept);
    }
  });

  it('a contract that destroys itself while it is made is gone in every era, and its ether with it', () => {
    // Init code that names itself as heir: what it was endowed with is burnt.
    const init = op.ADDRESS + op.SELFDESTRUCT;
    const code = storeInMemory(0, init) + call('CREATE', 5, 0, init.length / 2) + push(0) + op.SSTORE;
    for (const fork of FORKS) {
      const { journal } = execute(code, { fork, accounts: { [CONTRACT]: { nonce: 1n, balance: 9n, code } } });
      const created = journal.getStorage(CONTRACT, 0n);
      expect(created, fork).not.toBe(0n);
      journal.finalizeTransaction({ removeEmpty });
      const address: Address = `0x${created.toString(16).padStart(40, '0')}`;
      expect([journal.exists(address), journal.getBalance(CONTRACT)], fork).toEqual([false, 4n]);
    }
  });
});
