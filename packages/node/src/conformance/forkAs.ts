/**
 * Files that were filled before their fork was final: whoever runs them says under which rules, `Prague` as
 * `pragueDraft2024`. Nothing about a file is guessed.
 */
import { SherdError } from 'sherd/base';
import { DRAFTS, FORKS, forkFromName, type RulesName, rulesFromName } from 'sherd/protocol';

/** The rules by the fork that a file names. A plain object, because it goes to worker threads. */
export type ForkAs = Readonly<Partial<Record<RulesName, RulesName>>>;

/**
 * `FORK=RULES`, both by any of their names.
 * @throws SherdError BAD_FORK_AS.
 */
export function parseForkAs(text: string): ForkAs {
  const [name = '', rulesName = '', ...rest] = text.split('=');
  const fork = forkFromName(name);
  const rules = rulesFromName(rulesName);
  if (fork !== undefined && rules !== undefined && rest.length === 0) return { [fork]: rules };
  const unknown = fork === undefined ? name : rulesName;
  const names = fork === undefined ? FORKS : [...FORKS, ...Object.keys(DRAFTS)];
  const what = rest.length > 0 || !text.includes('=') ? 'want FORK=RULES' : `no fork ${JSON.stringify(unknown)}`;
  throw new SherdError('BAD_FORK_AS', `${JSON.stringify(text)}: ${what}; known are ${names.join(', ')}`, { text });
}

/** The rules for the fork that a file names; undefined when nobody knows the name. */
export function rulesOfFork(forkName: string, forkAs: ForkAs = {}): RulesName | undefined {
  const fork = forkFromName(forkName);
  return fork === undefined ? undefined : (forkAs[fork] ?? fork);
}
