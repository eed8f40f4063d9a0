import { describe, expect, it } from 'vitest';
import { parseForkAs, rulesOfFork } from './forkAs.ts';

describe('rules in place of a fork', () => {
  it('are named by whoever runs the files', () => {
    const forkAs = parseForkAs('Prague=pragueDraft2024');
    expect(forkAs).toEqual({ prague: 'pragueDraft2024' });
    expect(rulesOfFork('Prague', forkAs)).toBe('pragueDraft2024');
    expect(rulesOfFork('Cancun', forkAs)).toBe('cancun');
    expect(rulesOfFork('Prague')).toBe('prague');
    expect(parseForkAs('EIP158=Byzantium')).toEqual({ spuriousDragon: 'byzantium' });
  });

  it('are nothing that a file can name', () => {
    expect(rulesOfFork('pragueDraft2024')).toBeUndefined();
    expect(rulesOfFork('Nowhere', { prague: 'pragueDraft2024' })).toBeUndefined();
  });

  it('are refused when one side is unknown, with what is known', () => {
    const refused = (text: string, message: RegExp) => {
      expect(() => parseForkAs(text)).toThrow(expect.objectContaining({ code: 'BAD_FORK_AS' }));
      expect(() => parseForkAs(text)).toThrow(message);
    };
    refused('Prague', /"Prague": want FORK=RULES/);
    refused('Prague=Cancun=Osaka', /want FORK=RULES/);
    refused('Prag=cancun', /no fork "Prag"; known are frontier/);
    refused('pragueDraft2024=cancun', /no fork "pragueDraft2024"/);
    refused('Prague=draft', /no fork "draft"; known are frontier.*pragueDraft2024$/);
  });
});
