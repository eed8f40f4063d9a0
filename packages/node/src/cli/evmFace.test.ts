/** Command lines of geth's `evm`, and what is made of them. */
import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { asksVersion, evmArguments, evmVersionLine, isEvmName } from './evmFace.ts';
import { withoutGoBooleans } from './goFlags.ts';

describe('a command line of geth', () => {
  it('is known by the name of the program', () => {
    expect(['/usr/bin/evm', '/tmp/evm.js'].map(isEvmName)).toEqual([true, true]);
    expect(['/usr/bin/sherd', '/evm/sherd', undefined].map(isEvmName)).toEqual([false, false, false]);
  });

  it('asks for the version in three ways, and gets what fillers of tests look for', () => {
    expect([['--version'], ['-v'], ['version'], ['t8n', 'version']].map(asksVersion)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(evmVersionLine('1.2.3')).toMatch(/^evm(\.exe)? version\b/);
  });

  it.each([
    ['statetest a.json', 'statetest a.json --json --nofile --exit0'],
    ['blocktest --run x a.json', 'blocktest --run x a.json --json --nofile --exit0'],
    ['statetest --human a.json', 'statetest a.json --exit0'],
    ['--json --nomemory statetest a.json', 'statetest --trace --nomemory a.json --json --nofile --exit0'],
    ['--verbosity 3 blocktest --trace a.json', 'blocktest --verbosity 3 --trace a.json --json --nofile --exit0'],
    ['--verbosity=3 run 00', 'run --verbosity=3 00'],
    ['t8n --state.fork=X', 't8n --state.fork=X'],
    ['--help', '--help'],
  ])('%s becomes %s', (asked, want) => {
    expect(evmArguments(asked.split(' ')).join(' ')).toBe(want);
  });
});

describe("Go's way to say true and false", () => {
  const command = new Command('x')
    .option('--trace')
    .option('--nomemory')
    .option('--trace.memory')
    .addOption(new Option('--fork <name>'));

  it.each([
    ['--trace=true --fork=true', '--trace --fork=true'],
    ['--trace=false a', 'a'],
    ['--nomemory=false', '--trace.memory'],
    ['--nomemory=true', '--nomemory'],
    ['--other=true', '--other=true'],
  ])('%s is read as %s', (args, want) => {
    expect(withoutGoBooleans(args.split(' '), command).join(' ')).toBe(want);
  });
});
