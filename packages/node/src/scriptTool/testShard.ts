/**
 * What the test of a script needs: a shard in memory with the script on it, the real engine, accounts that sign, and
 * messages that must be accepted or refused. It follows the SDK's convention: an output begins with a u32 code, 0 for
 * success.
 */
import { type Address, bigIntToBytes, bytesToHex, concatBytes, SherdError, utf8ToBytes } from 'sherd/base';
import { presetParams } from 'sherd/beacon';
import { addressOf, keccak256, signHash } from 'sherd/crypto';
import { BEACON, type ClaimError, createScriptEngine, type ScriptEngine, type ScriptResult } from 'sherd/scripts';
import { createEvmScript, createMemoryWorld, type MemoryWorld, type MemoryWorldOptions } from 'sherd/shard';

/** Gas of a test's message when it names none. */
const TEST_GAS = 5_000_000;
const { maxObjectBytes, maxReceiptBytes } = presetParams('dev');

/** The engine of the preset `dev`, with the EVM script. */
export function createTestEngine(): ScriptEngine {
  return createScriptEngine({
    builtIns: new Map([[0, createEvmScript()]]),
    limits: { maxObjectBytes, maxReceiptBytes },
  });
}

/** Where a signed message is valid. */
export interface ScriptContext {
  readonly chainId: bigint;
  readonly shard: number;
  readonly script: number;
}

export interface TestReceipt {
  /** The shard that it comes from; the beacon chain when there is none. */
  readonly source?: number;
  /** The script that saved it (the own one when there is none), or the validator. */
  readonly sender?: number;
  /** gwei of a withdrawal. */
  readonly amount?: bigint;
  readonly data: Uint8Array;
}

export interface TestShard {
  readonly world: MemoryWorld;
  readonly context: ScriptContext;
  run(data: Uint8Array, gas?: number): ScriptResult;
  /** The answer, without its zero code. @throws SherdError NOT_ACCEPTED */
  accept(data: Uint8Array): Uint8Array;
  /** Code of the refusal. @throws SherdError NOT_REFUSED also when the script left anything behind */
  refuse(data: Uint8Array): number;
  /** Bytes that claim a receipt which the shard knows from now on, or that the host refuses for `receipt`. */
  claim(receipt: TestReceipt | ClaimError): Uint8Array;
}

let claims = 0n;

/** A shard with the EVM as script 0 and `code` as script 1. @throws SherdError when the code may not be registered */
export function createTestShard(code: Uint8Array, options: MemoryWorldOptions = {}): TestShard {
  const world = createMemoryWorld({ accounts: [], ...options });
  const script = world.addScript(code);
  const engine = createTestEngine();
  const run = (data: Uint8Array, gas = TEST_GAS) =>
    engine.run({ world, script, data, gas, caller: { kind: 'transaction' } });
  return {
    world,
    context: { chainId: world.chainId, shard: world.shard, script },
    run,
    accept(data) {
      const result = run(data);
      if (result.outcome !== 'finished' || outputCode(result) !== 0) {
        throw new SherdError('NOT_ACCEPTED', `${describe(result)}, want finished`);
      }
      return result.output.slice(4);
    },
    refuse(data) {
      const before = world.digest();
      const result = run(data);
      if (result.outcome !== 'aborted') throw new SherdError('NOT_REFUSED', `${describe(result)}, want aborted`);
      if (world.digest() !== before) throw new SherdError('NOT_REFUSED', 'a refused message left something behind');
      return outputCode(result);
    },
    claim(receipt) {
      const claim = bigIntToBytes(++claims, 64);
      if (typeof receipt === 'string') world.prepareClaim(claim, receipt);
      else {
        const { source = BEACON, sender = source === BEACON ? 0 : script, amount = 0n, data } = receipt;
        const fields = { source, sender, amount, data, index: claims, slot: world.slot };
        world.prepareClaim(claim, { script, receipt: fields });
      }
      return claim;
    },
  };
}

function outputCode({ output }: ScriptResult): number {
  return output.length < 4 ? -1 : new DataView(output.buffer, output.byteOffset).getUint32(0, true);
}

function describe(result: ScriptResult): string {
  const { outcome, output, error } = result;
  if (error !== undefined) return `${outcome} ${error.code}: ${error.message}`;
  if (output.length < 4) return `${outcome} with output ${bytesToHex(output)}`;
  return `${outcome} with code ${outputCode(result)}: ${new TextDecoder().decode(output.subarray(4))}`;
}

export interface TestSigner {
  readonly key: Uint8Array;
  readonly address: Address;
}

/** An account of a test, by its number from 1 to 255. */
export function testSigner(number: number): TestSigner {
  const key = new Uint8Array(32).fill(number);
  return { key, address: addressOf(key) };
}

/** Appends the signature (65 bytes: r, s, recovery id) that `readSigner` of the SDK reads, under the same domain. */
export function signScriptMessage(
  domain: string,
  { chainId, shard, script }: ScriptContext,
  message: Uint8Array,
  key: Uint8Array,
): Uint8Array {
  const head = [utf8ToBytes(domain), littleEndian(chainId, 8), littleEndian(shard, 4), littleEndian(script, 4)];
  const { r, s, yParity } = signHash(keccak256(concatBytes(...head, message)), key);
  return concatBytes(message, bigIntToBytes(r, 32), bigIntToBytes(s, 32), Uint8Array.of(yParity));
}

/** An unsigned integer as scripts read it. */
export function littleEndian(value: bigint | number, bytes: number): Uint8Array {
  return bigIntToBytes(BigInt(value), bytes).reverse();
}

export function fromLittleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
