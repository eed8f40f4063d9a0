import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex, ZERO_ADDRESS } from 'sherd/base';
import {
  BLOOM_LENGTH,
  createEthashCache,
  EMPTY_OMMERS_HASH,
  encodeHeader,
  type Header,
  hashimoto,
  sealHash,
} from 'sherd/block';
import { keccak256 } from 'sherd/crypto';
import { EMPTY_TRIE_ROOT } from 'sherd/trie';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSmallSuiteFile, type SmallSuiteName } from './smallSuites.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sherd-small-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The errors of a file's cases by name; empty text for a pass. */
function run(suite: SmallSuiteName, fileName: string, content: unknown) {
  const path = join(folder, fileName);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  const { results, fault } = runSmallSuiteFile(suite, path);
  return { fault, errors: Object.fromEntries(results.map(({ name, error }) => [name, error])) };
}

describe('small suites tell right from wrong', () => {
  it('RLP', () => {
    const { errors } = run('rlp', 'rlp.json', {
      text: { in: 'dog', out: '0x83646f67' },
      list: { in: ['dog', 1, '#256'], out: '0xc883646f6701820100' },
      otherValue: { in: 'cat', out: '0x83646f67' },
      tooLong: { in: 'INVALID', out: '0x83646f' },
      notInvalid: { in: 'INVALID', out: '0x80' },
      notValid: { in: 'VALID', out: '0x83646f' },
    });
    expect(errors).toMatchObject({ text: '', list: '', tooLong: '' });
    expect(errors['otherValue']).toMatch(/^value encodes to 0x83636174/);
    expect(errors['notInvalid']).toBe('decoded, want a refusal');
    expect(errors['notValid']).toMatch(/^refused with RLP_/);
  });

  it('tries, hashed keys by the name of the file', () => {
    const empty = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';
    const gone = {
      in: [
        ['k', 'v'],
        ['k', null],
      ],
      root: empty,
    };
    expect(run('trie', 'trie.json', { gone }).errors).toEqual({ gone: '' });
    expect(run('trie', 'secure.json', { gone }).errors).toEqual({ gone: '' });
    const kept = { in: { k: 'v' }, root: empty };
    expect(run('trie', 'trie.json', { kept }).errors['kept']).toMatch(/^root key by key: have 0x/);
  });

  it('difficulty, of parents below the least one too', () => {
    const test = {
      currentBlockNumber: '0x01',
      currentTimestamp: '0x0a',
      parentTimestamp: '0x00',
      parentDifficulty: '0x100000',
      currentDifficulty: '0x100200',
    };
    const wrong = { ...test, currentDifficulty: '0x100000' };
    const small = { ...test, parentDifficulty: '0x10', currentDifficulty: '0x20000' };
    const { errors } = run('difficulty', 'difficulty.json', { all: { Frontier: { test, wrong, small } } });
    expect(errors).toEqual({ test: '', wrong: 'difficulty: have 1049088, want 1048576 (frontier)', small: '' });
  });

  it('instructions and contracts', () => {
    const word = (value: number) => value.toString(16).padStart(64, '0');
    const sum = { X: word(2), Y: word(3), Expected: word(5) };
    expect(run('opcode', 'testcases_add.json', [sum, { ...sum, Expected: word(6) }]).errors).toMatchObject({
      '[0]': '',
      '[1]': expect.stringMatching(/^have 0x0+5, want 0x0+6$/),
    });
    const nothing = { Name: 'nothing', Input: '', Expected: '', Gas: 3000 };
    expect(run('precompile', 'ecRecover.json', [nothing]).errors).toEqual({ nothing: '' });
    expect(run('precompile', 'ecRecover.json', [{ ...nothing, Gas: 1 }]).errors['nothing']).toMatch(/^gas: have 3000/);
    expect(run('precompile', 'fail-blake2f.json', [{ Input: '00', ExpectedError: 'x' }]).errors).toEqual({ '[0]': '' });
  });

  it('proof of work', () => {
    const header: Header = {
      parentHash: new Uint8Array(32),
      ommersHash: EMPTY_OMMERS_HASH,
      coinbase: ZERO_ADDRESS,
      stateRoot: EMPTY_TRIE_ROOT,
      transactionsRoot: EMPTY_TRIE_ROOT,
      receiptsRoot: EMPTY_TRIE_ROOT,
      bloom: new Uint8Array(BLOOM_LENGTH),
      difficulty: 131_072n,
      number: 1n,
      gasLimit: 5000n,
      gasUsed: 0n,
      timestamp: 15n,
      extraData: new Uint8Array(0),
      mixHash: new Uint8Array(32),
      nonce: new Uint8Array(8).fill(7),
    };
    const cache = createEthashCache(0);
    const { mixHash, result } = hashimoto(cache, sealHash(header), header.nonce);
    const good = {
      nonce: bytesToHex(header.nonce),
      mixHash: bytesToHex(mixHash),
      header: bytesToHex(encodeHeader({ ...header, mixHash })),
      seed: bytesToHex(new Uint8Array(32)),
      result: bytesToHex(result),
      cache_size: cache.bytes.length,
      full_size: cache.datasetSize,
      header_hash: bytesToHex(sealHash(header)),
      cache_hash: bytesToHex(keccak256(cache.bytes)),
    };
    const wrong = (key: keyof typeof good, value: unknown) => ({ ...good, [key]: value });
    const other = bytesToHex(new Uint8Array(32).fill(1));
    const { errors } = run('pow', 'pow.json', {
      good,
      cache_size: wrong('cache_size', 1),
      full_size: wrong('full_size', 1),
      seed: wrong('seed', other),
      cache_hash: wrong('cache_hash', other),
      header_hash: wrong('header_hash', other),
      nonce: wrong('nonce', '0x0707070707070708'),
      mixHash: wrong('mixHash', other),
      header: wrong('header', bytesToHex(encodeHeader(header))),
      result: wrong('result', other),
    });
    expect(errors['good']).toBe('');
    for (const [key, error] of Object.entries(errors)) {
      const named = key === 'good' ? '' : key === 'header' ? 'mixHash' : key;
      expect(error.split(':')[0], key).toBe(named);
    }
  });

  it('names what is wrong with a file', () => {
    expect(run('opcode', 'testcases_none.json', []).fault).toBe('testcases_none: no instruction NONE');
    expect(run('precompile', 'none.json', []).fault).toBe('none: no pre-compiled contract of this name');
    expect(run('rlp', 'bad.json', '{').fault).toMatch(/^the file: /);
    expect(run('rlp', 'bad.json', { a: 1 }).fault).toBe('a: have 1, want an object');
  });
});
