/** Forks with single EIPs of later ones. */
import { call, execute, op, push, returnTop, sstore } from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { EXTRA_EIPS } from './extraEips.ts';
import { forkRules } from './forks.ts';

describe('an extra EIP', () => {
  it('brings its instructions, and nothing else of its fork', () => {
    expect(execute('5f', { fork: 'london' }).ending).toBe('invalid opcode');
    expect(execute(`5f${returnTop()}`, { fork: 'london+3855' }).word).toBe(0n);
    const { rules } = forkRules('london');
    expect(forkRules('london+3855').rules).toEqual(rules);
    expect(execute(op.CHAINID + returnTop(), { fork: 'homestead+1344' }).word).toBe(1n);
  });

  it('brings its prices', () => {
    const cost = (bytecode: string, fork: 'istanbul' | 'istanbul+2929' | 'byzantium' | 'byzantium+2200') =>
      execute(bytecode, { fork }).gasUsed;
    expect([cost(call('SLOAD', 1), 'istanbul'), cost(call('SLOAD', 1), 'istanbul+2929')]).toEqual([803, 2103]);
    const twice = sstore(1, 5) + sstore(1, 6);
    expect([cost(twice, 'byzantium'), cost(twice, 'byzantium+2200')]).toEqual([25_012, 20_812]);
  });

  it('can stand beside others, in any number', () => {
    const run = (fork: 'berlin+3855' | 'berlin+3198+3855') => execute(push(1) + op.BASEFEE + op.PUSH0, { fork }).ending;
    expect([run('berlin+3855'), run('berlin+3198+3855')]).toEqual(['invalid opcode', 'stop']);
  });

  it('changes nothing of a fork that has it', () => {
    for (const eip of EXTRA_EIPS.keys()) {
      const { gas, rules, precompiles } = forkRules('osaka');
      expect(forkRules(`osaka+${eip}`)).toMatchObject({ gas, rules, precompiles });
    }
  });

  it('is refused when nobody knows it, and so is its fork', () => {
    const code = (body: () => unknown) => {
      try {
        return body();
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(() => forkRules('london+9'))).toBe('UNKNOWN_EIP');
    expect(code(() => forkRules('london+'))).toBe('UNKNOWN_EIP');
    expect(code(() => forkRules('nowhere+3855' as 'london+3855'))).toBe('UNKNOWN_FORK');
  });
});
