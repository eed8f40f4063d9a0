/**
 * What a script may ask of its host: one row per function. The imports of an instance, the validation of a module's
 * import section, the charge of the fixed gas by the metering, the checks before each body and
 * docs/protocol/host-functions.md all derive from these rows.
 *
 * Conventions: everything is unsigned and little-endian; `ptr` is an offset into the caller's memory; a key has 32
 * bytes; amounts are gwei; gas is in units of `rules.ts`. A pointer outside the memory, a length above its limit or a
 * forbidden write is a fault: it ends the run and burns its gas. Everything that a script can meet without a fault of
 * its own (no such object, a refused claim, a failed call) is a return value.
 */
import { bytesToBigInt } from '../base/index.ts';
import { blsVerify, keccak256, recoverPublicKey, sha256 } from '../crypto/index.ts';
import { fault, Halt, type HostRun } from './hostRun.ts';
import { HOST_GAS as GAS, RUN_LIMITS } from './rules.ts';
import { SCRIPT_OUTCOMES, type ScriptResult } from './run.ts';
import { CLAIM_ERRORS, type ClaimedReceipt, type StoredObject } from './world.ts';

export type ValueType = 'i32' | 'i64';
/** Type and name of a parameter: `i32 keyPtr`. */
export type Parameter = `${ValueType} ${string}`;
/** What a function touches: the own region, receipts of this shard, or other scripts. */
export type Area = 'region' | 'receipts' | 'scripts';

type Arguments<P extends readonly Parameter[]> = { [K in keyof P]: P[K] extends `i64 ${string}` ? bigint : number };
type Returned<R> = R extends 'i32' ? number : R extends 'i64' ? bigint : unknown;

export interface Effect<P extends readonly Parameter[] = readonly Parameter[]> {
  /** Gas of every call; charged by the metering as part of the calling block. */
  readonly gas: number;
  /** Gas for each byte that a length parameter announces; charged before the body runs. */
  readonly perByte?: { readonly gas: number; readonly of: P[number] };
  readonly reads?: Area;
  /** Forbidden in a static run. */
  readonly writes?: Area;
  /** One sentence or two for the documentation. */
  readonly doc: string;
}

export interface HostFunction {
  readonly parameters: readonly Parameter[];
  readonly result: ValueType | undefined;
  readonly effect: Effect;
  /** Arguments arrive unsigned: i32 as a number, i64 as a bigint. What a function without a result returns is ignored. */
  readonly body: (run: HostRun, ...args: never[]) => unknown;
}

export function fn<const P extends readonly Parameter[], const R extends ValueType | undefined>(
  parameters: P,
  result: R,
  effect: Effect<P>,
  body: (run: HostRun, ...args: Arguments<P>) => Returned<R>,
): HostFunction {
  return { parameters, result, effect: effect as Effect, body: body as HostFunction['body'] };
}

/** Version of an absent object, size of an absent object: -1 as i64 and i32. */
const ABSENT = -1;

export const HOST_FUNCTIONS = {
  // --- the call
  dataSize: fn(
    [],
    'i32',
    { gas: GAS.context, doc: 'Bytes of the data that this run was called with.' },
    (run) => run.data.length,
  ),
  dataCopy: fn(
    ['i32 outPtr', 'i32 offset', 'i32 length'],
    undefined,
    {
      gas: GAS.copy,
      perByte: { gas: GAS.copyByte, of: 'i32 length' },
      doc: 'Copies `length` bytes of the data, from `offset` on, to `outPtr`. The range must lie inside the data.',
    },
    (run, outPtr, offset, length) => run.copyOut(run.data, 'data', outPtr, offset, length),
  ),
  callerKind: fn([], 'i32', { gas: GAS.context, doc: '0 when a transaction called, 1 when a script did.' }, (run) =>
    run.caller.kind === 'script' ? 1 : 0,
  ),
  callerScript: fn([], 'i32', { gas: GAS.context, doc: 'Id of the calling script; 0 for a transaction.' }, (run) =>
    run.caller.kind === 'script' ? run.caller.script : 0,
  ),
  isStatic: fn(
    [],
    'i32',
    { gas: GAS.context, doc: '1 in a static run, where every write is a fault; else 0.' },
    (run) => (run.isStatic ? 1 : 0),
  ),
  gasLeft: fn(
    [],
    'i64',
    { gas: GAS.gasLeft, doc: 'Gas left. The rest of the current block of instructions is already paid.' },
    (run) => BigInt(run.gasLeft),
  ),
  finish: fn(
    ['i32 ptr', 'i32 length'],
    undefined,
    {
      gas: GAS.end,
      perByte: { gas: GAS.copyByte, of: 'i32 length' },
      doc: 'Ends the run: its effects stand, and the bytes are its output. Returning from `main` is finish with no bytes.',
    },
    (run, ptr, length) => {
      throw new Halt('finished', readData(run, ptr, length));
    },
  ),
  abort: fn(
    ['i32 ptr', 'i32 length'],
    undefined,
    {
      gas: GAS.end,
      perByte: { gas: GAS.copyByte, of: 'i32 length' },
      doc: 'Ends the run and undoes its effects; gas left is kept. The bytes are its output.',
    },
    (run, ptr, length) => {
      throw new Halt('aborted', readData(run, ptr, length));
    },
  ),

  // --- the chain
  chainId: fn([], 'i64', { gas: GAS.context, doc: 'Chain id of the network.' }, (run) => run.world.chainId),
  currentShard: fn([], 'i32', { gas: GAS.context, doc: 'The shard that runs this.' }, (run) => run.world.shard),
  shardCount: fn(
    [],
    'i32',
    { gas: GAS.context, doc: 'Number of shards: they are 0 to count - 1.' },
    (run) => run.world.shardCount,
  ),
  currentSlot: fn([], 'i64', { gas: GAS.context, doc: 'Slot of the block.' }, (run) => BigInt(run.world.slot)),
  scriptId: fn(
    [],
    'i32',
    { gas: GAS.context, doc: 'Id of this script; raw code has that of the script that executes it.' },
    (run) => run.script,
  ),
  scriptCount: fn(
    [],
    'i32',
    { gas: GAS.context, doc: 'Number of scripts: ids are 0 to count - 1.' },
    (run) => run.world.scriptCount,
  ),
  minDeposit: fn(
    [],
    'i64',
    {
      gas: GAS.context,
      doc: 'Smallest deposit in gwei that the beacon chain makes a validator of: a receipt that asks with less is refused there for ever, and its ETH is lost.',
    },
    (run) => run.world.minDeposit,
  ),
  recentBeaconStateRoot: fn(
    ['i64 slot', 'i32 outPtr'],
    'i32',
    {
      gas: GAS.root,
      doc: 'Writes the root (32 bytes) of the beacon state after `slot`; 1, or 0 when it is not among the recent ones.',
    },
    (run, slot, outPtr) => writeRoot(run, outPtr, run.world.recentBeaconStateRoot(slotNumber(slot))),
  ),
  recentShardStateRoot: fn(
    ['i32 shard', 'i64 slot', 'i32 outPtr'],
    'i32',
    {
      gas: GAS.root,
      doc: 'Writes the state root (32 bytes) of a shard at `slot`; 1, or 0 when this shard does not know it.',
    },
    (run, shard, slot, outPtr) => writeRoot(run, outPtr, run.world.recentShardStateRoot(shard, slotNumber(slot))),
  ),

  // --- the own region
  storageSize: fn(
    ['i32 keyPtr'],
    'i32',
    {
      gas: GAS.storageRead,
      reads: 'region',
      doc: 'Bytes of the object under the key, or -1. Charged also for each byte of the object.',
    },
    (run, keyPtr) => readObject(run, keyPtr)?.storage.length ?? ABSENT,
  ),
  storageRead: fn(
    ['i32 keyPtr', 'i32 outPtr', 'i32 offset', 'i32 length'],
    'i32',
    {
      gas: GAS.storageRead,
      perByte: { gas: GAS.copyByte, of: 'i32 length' },
      reads: 'region',
      doc: 'Copies up to `length` bytes of the object, from `offset` on; the number copied, or -1 when there is no object. Charged also for each byte of the object.',
    },
    (run, keyPtr, outPtr, offset, length) => {
      const object = readObject(run, keyPtr);
      if (object === undefined) return ABSENT;
      const part = object.storage.subarray(offset, Math.min(offset + length, object.storage.length));
      run.write(outPtr, part);
      return part.length;
    },
  ),
  storageVersion: fn(
    ['i32 keyPtr'],
    'i64',
    {
      gas: GAS.storageRead,
      reads: 'region',
      doc: 'How often the object was written, or -1. Charged also for each byte of the object.',
    },
    (run, keyPtr) => BigInt(readObject(run, keyPtr)?.version ?? ABSENT),
  ),
  storageTtl: fn(
    ['i32 keyPtr'],
    'i64',
    {
      gas: GAS.storageRead,
      reads: 'region',
      doc: 'Last slot at which the object can be read, or -1. Charged also for each byte of the object.',
    },
    (run, keyPtr) => BigInt(readObject(run, keyPtr)?.ttl ?? ABSENT),
  ),
  storageWrite: fn(
    ['i32 keyPtr', 'i32 ptr', 'i32 length'],
    undefined,
    {
      gas: GAS.storageWrite,
      perByte: { gas: GAS.storageWriteByte, of: 'i32 length' },
      writes: 'region',
      doc: 'Writes the object; its version counts up and its ttl is extended.',
    },
    (run, keyPtr, ptr, length) => {
      atMost(length, run.limits.maxObjectBytes, 'a storage object');
      run.world.setObject(run.script, run.read(keyPtr, 32), run.read(ptr, length));
    },
  ),
  storageRemove: fn(
    ['i32 keyPtr'],
    'i32',
    { gas: GAS.storageWrite, writes: 'region', doc: 'Removes the object: 1, or 0 when there was none.' },
    (run, keyPtr) => (run.world.removeObject(run.script, run.read(keyPtr, 32)) ? 1 : 0),
  ),
  storageExtendTtl: fn(
    ['i32 keyPtr', 'i64 slots'],
    'i32',
    {
      gas: GAS.storageWrite,
      writes: 'region',
      doc: 'Extends the ttl of the object by `slots`: 1, or 0 when there is no object. Charged also for each started 1024 slots of each started 32 bytes of key and object.',
    },
    (run, keyPtr, slots) => {
      const object = readObject(run, keyPtr);
      if (object === undefined) return 0;
      const count = slotNumber(slots);
      const gas = GAS.ttl * Math.ceil(count / 1024) * Math.ceil((32 + object.storage.length) / 32);
      run.charge(Math.min(gas, Number.MAX_SAFE_INTEGER));
      return run.world.extendTtl(run.script, run.read(keyPtr, 32), count) ? 1 : 0;
    },
  ),

  // --- receipts
  saveReceipt: fn(
    ['i32 targetShard', 'i32 targetScript', 'i32 ptr', 'i32 length'],
    'i64',
    {
      gas: GAS.receipt,
      perByte: { gas: GAS.receiptByte, of: 'i32 length' },
      writes: 'receipts',
      doc: 'Saves a receipt for a script on a shard, or for the beacon chain (shard 0xffffffff); its index on this shard. One for a shard or script that does not exist can never be claimed.',
    },
    (run, targetShard, targetScript, ptr, length) => {
      atMost(length, run.limits.maxReceiptBytes, 'a receipt');
      const target = { shard: targetShard, script: targetScript };
      return run.world.saveReceipt(run.script, target, run.read(ptr, length));
    },
  ),
  claimReceipt: fn(
    ['i32 ptr', 'i32 length'],
    'i32',
    {
      gas: GAS.claim,
      perByte: { gas: GAS.claimByte, of: 'i32 length' },
      writes: 'receipts',
      doc: 'Verifies an SSZ ReceiptClaim and marks its receipt consumed: 0, and the receipt is the result; or why not.',
    },
    (run, ptr, length) => {
      atMost(length, RUN_LIMITS.dataBytes, 'a claim');
      const claimed = run.world.claimReceipt(run.script, run.read(ptr, length));
      if (typeof claimed === 'string') return CLAIM_ERRORS[claimed];
      run.result = encodeClaimed(claimed);
      return 0;
    },
  ),

  // --- other scripts
  call: fn(
    ['i32 script', 'i32 ptr', 'i32 length', 'i64 gas'],
    'i32',
    {
      gas: GAS.call,
      perByte: { gas: GAS.callByte, of: 'i32 length' },
      writes: 'scripts',
      doc: 'Runs another script on its own region with at most `gas` of the gas left; what it leaves comes back. Its effects are undone unless it finished. The outcome (0 is finished); its output is the result.',
    },
    (run, script, ptr, length, gas) => {
      const data = readData(run, ptr, length);
      return nested(run, gas, (given) => run.nested.script(script, data, given, false));
    },
  ),
  staticCall: fn(
    ['i32 script', 'i32 ptr', 'i32 length', 'i64 gas'],
    'i32',
    {
      gas: GAS.call,
      perByte: { gas: GAS.callByte, of: 'i32 length' },
      reads: 'scripts',
      doc: 'Like call, but nothing may be written, and only a script with a lower id than the own one may be asked.',
    },
    (run, script, ptr, length, gas) => {
      const data = readData(run, ptr, length);
      if (script >= run.script) {
        throw fault(
          'NOT_A_LOWER_SCRIPT',
          `script ${run.script} makes a static call to script ${script}, want a lower id`,
        );
      }
      return nested(run, gas, (given) => run.nested.script(script, data, given, true));
    },
  ),
  executeCode: fn(
    ['i32 codePtr', 'i32 codeLength', 'i32 ptr', 'i32 length', 'i64 gas'],
    'i32',
    {
      gas: GAS.call,
      perByte: { gas: GAS.codeByte, of: 'i32 codeLength' },
      reads: 'scripts',
      doc: 'Runs raw code (WebAssembly that is checked and metered here, or EVM bytecode) as a pure function with at most `gas`: no region, no receipts, static calls only. The outcome (0 is finished); its output is the result. `length` is charged as in call.',
    },
    (run, codePtr, codeLength, ptr, length, gas) => {
      atMost(codeLength, RUN_LIMITS.rawCodeBytes, 'raw code');
      run.charge(GAS.callByte * length);
      const data = readData(run, ptr, length);
      const code = run.read(codePtr, codeLength);
      return nested(run, gas, (given) => run.nested.code(code, data, given));
    },
  ),
  resultSize: fn(
    [],
    'i32',
    { gas: GAS.context, doc: 'Bytes of the result of the last call, executed code or claim.' },
    (run) => run.result.length,
  ),
  resultCopy: fn(
    ['i32 outPtr', 'i32 offset', 'i32 length'],
    undefined,
    {
      gas: GAS.copy,
      perByte: { gas: GAS.copyByte, of: 'i32 length' },
      doc: 'Copies `length` bytes of the result, from `offset` on. The range must lie inside the result.',
    },
    (run, outPtr, offset, length) => run.copyOut(run.result, 'the result', outPtr, offset, length),
  ),

  // --- hashes and signatures
  sha256: fn(
    ['i32 ptr', 'i32 length', 'i32 outPtr'],
    undefined,
    { gas: GAS.sha256, perByte: { gas: GAS.sha256Byte, of: 'i32 length' }, doc: 'Writes the SHA-256 hash (32 bytes).' },
    (run, ptr, length, outPtr) => run.write(outPtr, sha256(run.read(ptr, length))),
  ),
  keccak256: fn(
    ['i32 ptr', 'i32 length', 'i32 outPtr'],
    undefined,
    {
      gas: GAS.keccak256,
      perByte: { gas: GAS.keccak256Byte, of: 'i32 length' },
      doc: 'Writes the Keccak-256 hash (32 bytes).',
    },
    (run, ptr, length, outPtr) => run.write(outPtr, keccak256(run.read(ptr, length))),
  ),
  blsVerify: fn(
    ['i32 publicKeyPtr', 'i32 messagePtr', 'i32 messageLength', 'i32 signaturePtr'],
    'i32',
    {
      gas: GAS.blsVerify,
      perByte: { gas: GAS.sha256Byte, of: 'i32 messageLength' },
      doc: 'Checks a BLS signature (96 bytes) of the message under a public key (48 bytes): 1 or 0.',
    },
    (run, publicKeyPtr, messagePtr, messageLength, signaturePtr) => {
      const message = run.read(messagePtr, messageLength);
      return blsVerify(run.read(publicKeyPtr, 48), message, run.read(signaturePtr, 96)) ? 1 : 0;
    },
  ),
  secp256k1Recover: fn(
    ['i32 hashPtr', 'i32 signaturePtr', 'i32 outPtr'],
    'i32',
    {
      gas: GAS.secp256k1Recover,
      doc: 'Recovers the public key (64 bytes, x and y) from a hash (32 bytes) and a signature (65 bytes: r, s, recovery id 0 or 1). 1; or 0, and nothing is written, when there is none. High s is accepted: a script that cares must look.',
    },
    (run, hashPtr, signaturePtr, outPtr) => {
      const hash = run.read(hashPtr, 32);
      const signature = run.read(signaturePtr, 65);
      const parity = signature[64]!;
      if (parity !== 0 && parity !== 1) return 0;
      const r = bytesToBigInt(signature.subarray(0, 32));
      const key = recoverPublicKey(hash, r, bytesToBigInt(signature.subarray(32, 64)), parity);
      if (key === undefined) return 0;
      run.write(outPtr, key);
      return 1;
    },
  ),
} as const satisfies Readonly<Record<string, HostFunction>>;

export type HostFunctionName = keyof typeof HOST_FUNCTIONS;

/** Name of the module that scripts import from. */
export const HOST_MODULE = 'sherd';

/** Bytes before the data of a claimed receipt in the result buffer. */
export const CLAIMED_HEADER_BYTES = 32;

/** The claimed receipt as scripts read it: source u32, index u64, slot u64, sender u32, amount u64 (gwei), data. */
export function encodeClaimed(receipt: ClaimedReceipt): Uint8Array {
  const out = new Uint8Array(CLAIMED_HEADER_BYTES + receipt.data.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, receipt.source, true);
  view.setBigUint64(4, receipt.index, true);
  view.setBigUint64(12, BigInt(receipt.slot), true);
  view.setUint32(20, receipt.sender, true);
  view.setBigUint64(24, receipt.amount, true);
  out.set(receipt.data, CLAIMED_HEADER_BYTES);
  return out;
}

/** A slot as a number; those that no chain reaches are all the same to us. */
export function slotNumber(slot: bigint): number {
  return slot > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(slot);
}

export function atMost(length: number, limit: number, what: string): void {
  if (length > limit) throw fault('TOO_LONG', `${length} bytes of ${what}, want at most ${limit}`);
}

export function readData(run: HostRun, ptr: number, length: number): Uint8Array {
  atMost(length, RUN_LIMITS.dataBytes, 'data');
  return run.read(ptr, length);
}

export function readObject(run: HostRun, keyPtr: number): StoredObject | undefined {
  const object = run.world.getObject(run.script, run.read(keyPtr, 32));
  if (object !== undefined) run.charge(GAS.storageReadByte * object.storage.length);
  return object;
}

export function writeRoot(run: HostRun, outPtr: number, root: Uint8Array | undefined): number {
  if (root === undefined) return 0;
  run.write(outPtr, root);
  return 1;
}

/** Lends at most `gas` to a run below this one, takes back what it leaves, and keeps its output as the result. */
export function nested(run: HostRun, gas: bigint, start: (gas: number) => ScriptResult): number {
  const have = run.gasLeft;
  const given = gas > BigInt(have) ? have : Number(gas);
  run.take(given);
  const result = start(given);
  run.take(-result.gasLeft);
  run.result = result.output;
  return SCRIPT_OUTCOMES.indexOf(result.outcome);
}
