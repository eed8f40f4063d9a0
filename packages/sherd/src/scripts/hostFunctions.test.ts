import {
  assembleModule,
  createScriptNetwork,
  type ModuleSource,
  objectKey,
  RUN_GAS,
  writeObject,
} from '@sherd/testkit';
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, utf8ToBytes, wordToBytes } from '../base/index.ts';
import { blsDeriveSecretKey, blsPublicKey, blsSign, keccak256, sha256, signHash } from '../crypto/index.ts';
import { HOST_FUNCTIONS, type HostFunctionName } from './hostFunctions.ts';
import { HOST_GAS, RUN_LIMITS } from './rules.ts';
import { BEACON, CLAIM_ERRORS } from './world.ts';

/** Copies the transaction's data to 0, does what `main` says, and finishes with `length` bytes from 1024 on. */
function probe(imports: readonly HostFunctionName[], main: string, length: number): ModuleSource {
  return {
    imports: [...imports, 'dataSize', 'dataCopy', 'finish'],
    main: `i32.const 0 i32.const 0 call $dataSize call $dataCopy ${main} i32.const 1024 i32.const ${length} call $finish`,
  };
}

const answer = (source: ModuleSource, data?: Uint8Array) => createScriptNetwork([source]).run(0, data);
const asI32 = (call: string) => `i32.const 1024 ${call} i32.store`;
const asI64 = (call: string) => `i32.const 1024 ${call} i64.store`;
const number = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
const bigNumber = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(0, true);

describe('the table', () => {
  it('names parameters once, and prices by a parameter that is there', () => {
    for (const [name, { parameters, effect }] of Object.entries(HOST_FUNCTIONS)) {
      expect(new Set(parameters).size, name).toBe(parameters.length);
      if (effect.perByte) expect(parameters, name).toContain(effect.perByte.of);
      expect(Number.isSafeInteger(effect.gas) && effect.gas > 0, name).toBe(true);
      expect(effect.doc.endsWith('.'), name).toBe(true);
    }
  });
});

describe('context', () => {
  it.each([
    ['chainId', 53_900n],
    ['currentSlot', 10n],
    ['minDeposit', 1_000_000_000n],
  ] as const)('%s', (name, want) => {
    expect(bigNumber(answer(probe([name], asI64(`call $${name}`), 8)).output)).toBe(want);
  });

  it.each([
    ['currentShard', 3],
    ['shardCount', 4],
    ['scriptId', 0],
    ['scriptCount', 1],
    ['callerKind', 0],
    ['callerScript', 0],
    ['isStatic', 0],
  ] as const)('%s', (name, want) => {
    expect(number(answer(probe([name], asI32(`call $${name}`), 4)).output)).toBe(want);
  });

  it('gasLeft is what is left', () => {
    const result = answer(probe(['gasLeft'], asI64('call $gasLeft'), 8));
    const seen = Number(bigNumber(result.output));
    expect(seen).toBeLessThan(RUN_GAS);
    expect(seen - result.gasLeft).toBeLessThan(100);
  });

  it('gives recent roots, and says when there is none', () => {
    const { world, run } = createScriptNetwork([
      probe(['recentBeaconStateRoot'], asI32('i64.const 9 i32.const 1028 call $recentBeaconStateRoot'), 36),
      probe(['recentShardStateRoot'], asI32('i32.const 2 i64.const 8 i32.const 1028 call $recentShardStateRoot'), 36),
    ]);
    expect(number(run(0).output)).toBe(0);
    world.setBeaconRoot(9, objectKey(0xbb));
    world.setShardRoot(2, 8, objectKey(0xcc));
    expect(run(0).output).toEqual(concatBytes(Uint8Array.of(1, 0, 0, 0), objectKey(0xbb)));
    expect(run(1).output).toEqual(concatBytes(Uint8Array.of(1, 0, 0, 0), objectKey(0xcc)));
  });
});

describe('storage', () => {
  const store = 'i32.const 512 i32.const 3 i32.store8 i32.const 512 i32.const 0';

  it('writes, reads in part, tells size, version and ttl, removes', () => {
    const { world, run } = createScriptNetwork([
      probe(['storageWrite'], `${store} call $dataSize call $storageWrite`, 0),
      probe(
        ['storageWrite', 'storageRead', 'storageSize', 'storageVersion', 'storageTtl', 'storageRemove'],
        `i32.const 512 i32.const 3 i32.store8
         i32.const 512 i32.const 0 call $dataSize call $storageWrite
         i32.const 1024 i32.const 512 call $storageSize i32.store8
         i32.const 1025 i32.const 512 i32.const 1040 i32.const 1 i32.const 3 call $storageRead i32.store8
         i32.const 1026 i32.const 512 call $storageVersion i64.store8
         i32.const 1027 i32.const 512 call $storageTtl i64.store8
         i32.const 1028 i32.const 512 i32.const 1044 i32.const 9 i32.const 9 call $storageRead i32.store8
         i32.const 1029 i32.const 512 call $storageRemove i32.store8
         i32.const 1030 i32.const 512 call $storageRemove i32.store8
         i32.const 1031 i32.const 512 call $storageSize i32.store8
         i32.const 1032 i32.const 512 call $storageVersion i64.store8
         i32.const 1033 i32.const 512 i32.const 0 i32.const 0 i32.const 1 call $storageRead i32.store8`,
        19,
      ),
    ]);
    expect(run(0, utf8ToBytes('value')).outcome).toBe('finished');
    expect(world.getObject(0, objectKey(3))!.storage).toEqual(utf8ToBytes('value'));
    const { output } = run(1, utf8ToBytes('value'));
    // Size 5, 3 bytes read, version 1, ttl 110, nothing past the end; removed, not twice; then absent.
    expect([...output.subarray(0, 10)]).toEqual([5, 3, 1, 110, 0, 1, 0, 255, 255, 255]);
    expect(output.subarray(16, 19)).toEqual(utf8ToBytes('alu'));
    // The region of script 0 has not noticed.
    expect(world.getObject(0, objectKey(3))).toBeDefined();
  });

  it('extends a ttl, and lets an object expire without it', () => {
    const { world, run } = createScriptNetwork([
      // Script 0 has the EVM's region, whose objects never expire.
      { main: 'nop' },
      probe(['storageWrite'], `${store} i32.const 0 call $storageWrite`, 0),
    ]);
    run(1);
    world.slot = 110;
    expect(world.getObject(1, objectKey(3))).toBeDefined();
    world.slot = 111;
    expect(world.getObject(1, objectKey(3))).toBeUndefined();
    const extend = createScriptNetwork([
      { main: 'nop' },
      probe(
        ['storageWrite', 'storageExtendTtl', 'storageTtl'],
        `${store} i32.const 0 call $storageWrite
         i32.const 1024 i32.const 512 i64.const 50 call $storageExtendTtl i32.store8
         i32.const 1025 i32.const 600 i64.const 50 call $storageExtendTtl i32.store8
         i32.const 1026 i32.const 512 call $storageTtl i64.store8`,
        3,
      ),
    ]);
    expect([...extend.run(1).output]).toEqual([1, 0, 160]);
  });

  it('refuses objects above the limit', () => {
    const source = (length: number) => probe(['storageWrite'], `${store} i32.const ${length} call $storageWrite`, 0);
    expect(answer(source(1024)).outcome).toBe('finished');
    expect(answer(source(1025)).error).toMatchObject({ code: 'TOO_LONG' });
  });

  it('charges what an object holds, also when little of it is read', () => {
    const cost = (length: number) => {
      const reader = createScriptNetwork([
        probe(['storageWrite', 'storageSize'], `${store} i32.const ${length} call $storageWrite`, 0),
        probe(
          ['storageWrite', 'storageSize'],
          `${store} i32.const ${length} call $storageWrite i32.const 512 call $storageSize drop`,
          0,
        ),
      ]);
      return reader.run(0).gasLeft - reader.run(1).gasLeft;
    };
    expect(cost(1000) - cost(0)).toBe(1000);
  });
});

describe('receipts', () => {
  it('are saved with an index, and undone with the run', () => {
    const save = 'i32.const 2 i32.const 5 i32.const 0 call $dataSize call $saveReceipt';
    const { world, run } = createScriptNetwork([
      probe(
        ['saveReceipt'],
        asI64(`${save} drop i32.const -1 i32.const 0 i32.const 0 i32.const 0 call $saveReceipt`),
        8,
      ),
      probe(['saveReceipt'], `${save} drop unreachable`, 0),
    ]);
    expect(bigNumber(run(0, utf8ToBytes('pay')).output)).toBe(1n);
    expect(run(1, utf8ToBytes('pay')).outcome).toBe('trapped');
    expect(world.receipts()).toEqual([
      { script: 0, target: { shard: 2, script: 5 }, index: 0n, data: utf8ToBytes('pay') },
      { script: 0, target: { shard: BEACON, script: 0 }, index: 1n, data: new Uint8Array(0) },
    ]);
    expect(run(0, new Uint8Array(65)).error).toMatchObject({ code: 'TOO_LONG' });
  });

  it('are claimed once, and read in a fixed layout', () => {
    const claim = `${asI32('i32.const 0 call $dataSize call $claimReceipt')}
      i32.const 1028 i32.const 0 call $resultSize call $resultCopy`;
    const { world, run } = createScriptNetwork([
      probe(['claimReceipt', 'resultSize', 'resultCopy'], claim, 38),
      probe(['claimReceipt', 'resultSize', 'resultCopy'], `${claim} unreachable`, 0),
    ]);
    const data = Uint8Array.of(0xaa, 0xbb);
    const receipt = { source: BEACON, index: 258n, slot: 7, sender: 3, amount: 32_000_000_000n, data };
    world.prepareClaim(utf8ToBytes('good'), { script: 0, receipt });
    world.prepareClaim(utf8ToBytes('other'), { script: 1, receipt });
    world.prepareClaim(utf8ToBytes('forged'), 'BAD_PROOF');
    expect(bytesToHex(run(0, utf8ToBytes('good')).output)).toBe(
      '0x00000000' + 'ffffffff' + '0201000000000000' + '0700000000000000' + '03000000' + '0040597307000000' + 'aabb',
    );
    expect(number(run(0, utf8ToBytes('good')).output)).toBe(CLAIM_ERRORS.ALREADY_CONSUMED);
    expect(number(run(0, utf8ToBytes('other')).output)).toBe(CLAIM_ERRORS.WRONG_TARGET);
    expect(number(run(0, utf8ToBytes('forged')).output)).toBe(CLAIM_ERRORS.BAD_PROOF);
    expect(number(run(0, utf8ToBytes('nonsense')).output)).toBe(CLAIM_ERRORS.MALFORMED);
    // A claim in a run that fails is not consumed.
    expect(run(1, utf8ToBytes('other')).outcome).toBe('trapped');
    expect(world.digest()).not.toContain(bytesToHex(utf8ToBytes('other')));
  });
});

describe('what is handed over', () => {
  it('to executed code is charged by its bytes, as in a call', () => {
    const code = assembleModule({ main: 'nop' });
    const gasLeft = (how: 'call' | 'executeCode', length: number) => {
      const target = how === 'call' ? 'i32.const 0' : `i32.const 0 i32.const ${code.length}`;
      const { run } = createScriptNetwork([
        { main: 'nop' },
        {
          imports: [how],
          data: [[0, code]],
          main: `${target} i32.const 0 i32.const ${length} i64.const 90000 call $${how} if unreachable end`,
        },
      ]);
      const result = run(1);
      expect(result.outcome).toBe('finished');
      return result.gasLeft;
    };
    for (const how of ['call', 'executeCode'] as const) {
      expect(gasLeft(how, 128) - gasLeft(how, 1_128), how).toBe(1_000 * HOST_GAS.callByte);
    }
  });

  it('has a limit: data, claims and raw code', () => {
    const most = RUN_LIMITS.dataBytes;
    const calls: readonly (readonly [name: HostFunctionName, atMost: number, call: (length: number) => string])[] = [
      ['claimReceipt', most, (n) => `i32.const 0 i32.const ${n} call $claimReceipt drop`],
      ['call', most, (n) => `i32.const 9 i32.const 0 i32.const ${n} i64.const 0 call $call drop`],
      ['finish', most, (n) => `i32.const 0 i32.const ${n} call $finish`],
      [
        'executeCode',
        most,
        (n) => `i32.const 0 i32.const 0 i32.const 0 i32.const ${n} i64.const 0 call $executeCode drop`,
      ],
      [
        'executeCode',
        RUN_LIMITS.rawCodeBytes,
        (n) => `i32.const 0 i32.const ${n} i32.const 0 i32.const 0 i64.const 0 call $executeCode drop`,
      ],
    ];
    for (const [name, limit, call] of calls) {
      const end = (length: number) =>
        createScriptNetwork([{ imports: [name], memory: [17, 17], main: call(length) }]).run(0, undefined, 20_000_000);
      expect(end(limit).outcome, `${name} of ${limit}`).toBe('finished');
      expect(end(limit + 1), `${name} of ${limit + 1}`).toMatchObject({
        outcome: 'trapped',
        error: { code: 'TOO_LONG' },
      });
    }
  });
});

describe('hashes and signatures', () => {
  it('hash like everybody', () => {
    const hash = (name: 'sha256' | 'keccak256') =>
      answer(probe([name], `i32.const 0 call $dataSize i32.const 1024 call $${name}`, 32), utf8ToBytes('abc')).output;
    expect(hash('sha256')).toEqual(sha256(utf8ToBytes('abc')));
    expect(hash('keccak256')).toEqual(keccak256(utf8ToBytes('abc')));
  });

  it('check BLS signatures, and take any bytes', () => {
    const source = probe(
      ['blsVerify'],
      asI32('i32.const 0 i32.const 144 call $dataSize i32.const 144 i32.sub i32.const 48 call $blsVerify'),
      4,
    );
    const secret = blsDeriveSecretKey(new Uint8Array(32).fill(7));
    const message = utf8ToBytes('a message');
    const good = concatBytes(blsPublicKey(secret), blsSign(secret, message), message);
    expect(number(answer(source, good).output)).toBe(1);
    expect(number(answer(source, concatBytes(good, Uint8Array.of(0))).output)).toBe(0);
    expect(number(answer(source, new Uint8Array(200)).output)).toBe(0);
  });

  it('recover secp256k1 keys, and say when there is none', () => {
    const source = probe(
      ['secp256k1Recover'],
      asI32('i32.const 0 i32.const 32 i32.const 1028 call $secp256k1Recover'),
      68,
    );
    // The key of EIP-155's example, and the address that everybody knows it by.
    const hash = keccak256(utf8ToBytes('a message'));
    const { r, s, yParity } = signHash(hash, new Uint8Array(32).fill(0x46));
    const data = concatBytes(hash, wordToBytes(r), wordToBytes(s), Uint8Array.of(yParity));
    const { output } = answer(source, data);
    expect(number(output)).toBe(1);
    expect(bytesToHex(keccak256(output.subarray(4)).subarray(12))).toBe('0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f');
    const without = (change: (bytes: Uint8Array) => void) => {
      const bytes = data.slice();
      change(bytes);
      return answer(source, bytes).output;
    };
    expect(without((b) => b.fill(0, 32, 64))).toEqual(new Uint8Array(68));
    expect(without((b) => b.fill(255, 64, 96))).toEqual(new Uint8Array(68));
    expect(without((b) => (b[96] = 27))).toEqual(new Uint8Array(68));
  });
});

describe('abort', () => {
  it('takes its effects back and hands over its reason', () => {
    const source: ModuleSource = {
      imports: ['storageWrite', 'abort'],
      main: `${writeObject(5)} i32.const 0 i32.const 32 call $abort`,
    };
    const { world, run } = createScriptNetwork([source]);
    expect(run(0)).toMatchObject({ outcome: 'aborted', output: objectKey(5) });
    expect(world.digest()).toBe('');
  });
});
