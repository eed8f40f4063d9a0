/** Whether what a caller without types hands in as rules of a fork is such. */
import { badArgument } from '../base/arguments.ts';

/** @throws SherdError BAD_ARGUMENT unless the value is `forkRules(name).rules`, or has its shape. */
export function checkRules(rules: unknown): void {
  const types = (rules as { readonly transactionTypes?: unknown } | null | undefined)?.transactionTypes;
  if (!Array.isArray(types)) throw badArgument('rules', rules, 'those of forkRules(name).rules');
}
