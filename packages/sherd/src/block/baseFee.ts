/** The base fee and how it follows demand (EIP-1559). */
import { checkObject, checkUnsigned } from '../base/arguments.ts';
import { checkRules } from '../protocol/checkRules.ts';
import type { Rules } from '../protocol/index.ts';
import type { Header } from './header.ts';

/** Base fee in wei of the block after `parent`, under the rules of that block; 0 where blocks have none. */
export function nextBaseFee(parent: Pick<Header, 'baseFee' | 'gasLimit' | 'gasUsed'>, rules: Rules): bigint {
  checkObject(parent, 'parent');
  checkRules(rules);
  if (!rules.baseFee) return 0n;
  if (parent.baseFee === undefined) return rules.initialBaseFee;
  for (const field of ['baseFee', 'gasLimit', 'gasUsed'] as const) checkUnsigned(parent[field], `parent: ${field}`);
  const target = parent.gasLimit / rules.baseFeeElasticity;
  if (parent.gasUsed === target) return parent.baseFee;
  const distance = parent.gasUsed > target ? parent.gasUsed - target : target - parent.gasUsed;
  const change = (parent.baseFee * distance) / target / rules.baseFeeChangeDenominator;
  if (parent.gasUsed < target) return parent.baseFee - change;
  return parent.baseFee + (change > 0n ? change : 1n);
}
