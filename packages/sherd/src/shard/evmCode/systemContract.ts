/**
 * The host functions of scripts for EVM bytecode: the system contract under the address that contracts of script 0 know,
 * with the functions of `ISherdScript` in contracts/Sherd.sol. Gas is that of the host-function table, and of the call.
 */
import { type Address, bytesToBigInt, wordToBytes } from '../../base/index.ts';
import { blsVerify } from '../../crypto/index.ts';
import type { SystemCall, SystemContract } from '../../evm/message.ts';
import { OUTCOME } from '../../evm/outcome.ts';
import { HOST_GAS as GAS, RUN_LIMITS } from '../../scripts/rules.ts';
import type { EvmCodeRequest, ScriptResult } from '../../scripts/run.ts';
import { CLAIM_ERRORS, type StoredObject } from '../../scripts/world.ts';
import type { AbiValue } from '../evm/abi.ts';
import { SYSTEM_CONTRACT } from '../evm/systemContract.ts';
import { charge, createSystemTable, need, revert, Stop, type SystemFunction, type SystemRun } from '../systemTable.ts';
import { type FunctionDeclaration, parseDeclaration } from './declaration.ts';
import { watchSystemCalls } from './hostCalls.ts';

interface Run extends SystemRun {
  readonly request: EvmCodeRequest;
}

const U32 = 2 ** 32;
const WORD_MASK = (1n << 256n) - 1n;

/**
 * Each call of the system contract, on top of the table's price: words are read and written, and the machine makes a call.
 * That takes microseconds, many times as long as a host function that modules import; script 0 asks the same for a view.
 */
export const SYSTEM_CALL_GAS = 1_000;

/** A function by its declaration, as in contracts/Sherd.sol. */
type Declared = SystemFunction<Run> & FunctionDeclaration;

function view(declaration: string, gas: number, value: (run: Run) => AbiValue): Declared {
  return read(declaration, gas, (run) => [value(run)]);
}

function read(declaration: string, gas: number, body: (run: Run) => readonly AbiValue[]): Declared {
  return { ...parseDeclaration(declaration), writes: false, isPayable: false, gas: SYSTEM_CALL_GAS + gas, body };
}

function write(declaration: string, gas: number, body: (run: Run) => readonly AbiValue[]): Declared {
  return { ...parseDeclaration(declaration), writes: true, isPayable: false, gas: SYSTEM_CALL_GAS + gas, body };
}

const FUNCTIONS: readonly Declared[] = [
  // --- the call
  view('callerKind()', GAS.context, ({ request }) => (request.caller.kind === 'script' ? 1n : 0n)),
  view('callerScript()', GAS.context, ({ request: { caller } }) =>
    BigInt(caller.kind === 'script' ? caller.script : 0),
  ),
  view('isStatic()', GAS.context, ({ message }) => (message.isStatic ? 1n : 0n)),

  // --- the chain
  view('currentShard()', GAS.context, ({ request }) => BigInt(request.world.shard)),
  view('shardCount()', GAS.context, ({ request }) => BigInt(request.world.shardCount)),
  view('currentSlot()', GAS.context, ({ request }) => BigInt(request.world.slot)),
  view('scriptId()', GAS.context, ({ request }) => BigInt(request.script)),
  view('scriptCount()', GAS.context, ({ request }) => BigInt(request.world.scriptCount)),
  view('minDeposit()', GAS.context, ({ request }) => request.world.minDeposit),
  view('recentBeaconStateRoot(uint256 slot)', GAS.root, ({ request, args }) => {
    const slot = args.uint(0, Number.MAX_SAFE_INTEGER);
    return rootWord(slot === undefined ? undefined : request.world.recentBeaconStateRoot(slot));
  }),
  view('recentShardStateRoot(uint256 shard, uint256 slot)', GAS.root, ({ request, args }) => {
    const shard = args.uint(0, U32);
    const slot = args.uint(1, Number.MAX_SAFE_INTEGER);
    const isKnown = shard !== undefined && slot !== undefined;
    return rootWord(isKnown ? request.world.recentShardStateRoot(shard, slot) : undefined);
  }),

  // --- the own region
  view('storageSize(bytes32 key)', GAS.storageRead, (run) => signed(readObject(run)?.storage.length)),
  read('storageRead(bytes32 key)', GAS.storageRead, (run) => {
    const object = readObject(run);
    return [object === undefined ? 0n : 1n, object?.storage.slice() ?? new Uint8Array(0)];
  }),
  view('storageVersion(bytes32 key)', GAS.storageRead, (run) => signed(readObject(run)?.version)),
  view('storageTtl(bytes32 key)', GAS.storageRead, (run) => signed(readObject(run)?.ttl)),
  write('storageWrite(bytes32 key, bytes storage_)', GAS.storageWrite, storageWrite),
  write('storageRemove(bytes32 key)', GAS.storageWrite, (run) => {
    const { world, script } = run.request;
    return [world.removeObject(script, keyOf(run)) ? 1n : 0n];
  }),
  write('storageExtendTtl(bytes32 key, uint256 slots)', GAS.storageWrite, storageExtendTtl),

  // --- receipts
  write('saveReceipt(uint256 shard, uint256 script, bytes data)', GAS.receipt, saveReceipt),
  write('claimReceipt(bytes claim)', GAS.claim, claimReceipt),

  // --- other scripts
  write('callScript(uint256 script, bytes data, uint256 gas)', GAS.call, (run) => [callScript(run, false)]),
  view('staticCallScript(uint256 script, bytes data, uint256 gas)', GAS.call, (run) => callScript(run, true)),
  view('executeCode(bytes code, bytes data, uint256 gas)', GAS.call, executeCode),

  // --- signatures
  view('blsVerify(bytes publicKey, bytes message, bytes signature)', GAS.blsVerify, (run) => {
    const { args } = run;
    const key = need(args.bytes(0), 'publicKey');
    const message = need(args.bytes(1), 'message');
    const signature = need(args.bytes(2), 'signature');
    charge(run, message.length * GAS.sha256Byte);
    if (key.length !== 48 || signature.length !== 96) throw revert('sherd: a key has 48 bytes, a signature 96');
    return blsVerify(key.slice(), message.slice(), signature.slice()) ? 1n : 0n;
  }),
];

const runTable = createSystemTable(FUNCTIONS, { unknownGas: SYSTEM_CALL_GAS });
const PARAMETERS = new Map(FUNCTIONS.map(({ signature, parameters }) => [signature, parameters]));

/** The system contract of one run. */
export function codeSystemContracts(request: EvmCodeRequest): ReadonlyMap<Address, SystemContract> {
  const watch = watchSystemCalls(request, PARAMETERS);
  const answer = (message: SystemCall) => runTable(message, (run) => ({ ...run, request }), watch);
  return new Map([[SYSTEM_CONTRACT, answer]]);
}

/** All functions with the names of their parameters. */
export const CODE_SYSTEM_DECLARATIONS: readonly FunctionDeclaration[] = FUNCTIONS;

/** Signatures of all functions, for documents and tests. */
export const CODE_SYSTEM_FUNCTIONS: readonly string[] = FUNCTIONS.map(({ signature }) => signature);

/** Key of the object that is asked for. @throws Stop when the code has no region */
function keyOf({ request, args }: Run): Uint8Array {
  if (request.isRawCode) throw revert('sherd: executed code has no region');
  const key = need(args.word(0), 'key');
  return wordToBytes(key);
}

function readObject(run: Run): StoredObject | undefined {
  const object = run.request.world.getObject(run.request.script, keyOf(run));
  if (object !== undefined) charge(run, GAS.storageReadByte * object.storage.length);
  return object;
}

function storageWrite(run: Run): readonly AbiValue[] {
  const { world, script, limits } = run.request;
  const key = keyOf(run);
  const storage = need(run.args.bytes(1), 'storage');
  atMost(storage.length, limits.maxObjectBytes, 'a storage object');
  charge(run, storage.length * GAS.storageWriteByte);
  world.setObject(script, key, storage);
  return [BigInt(world.getObject(script, key)!.version)];
}

function storageExtendTtl(run: Run): readonly AbiValue[] {
  const { world, script } = run.request;
  const key = keyOf(run);
  const wanted = need(run.args.word(1), 'slots');
  const object = readObject(run);
  if (object === undefined) return [0n];
  const slots = wanted > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(wanted);
  charge(run, GAS.ttl * Math.ceil(slots / 1024) * Math.ceil((32 + object.storage.length) / 32));
  return [world.extendTtl(script, key, slots) ? 1n : 0n];
}

function saveReceipt(run: Run): readonly AbiValue[] {
  const { world, script, limits } = run.request;
  const target = { shard: need(run.args.uint(0, U32), 'shard'), script: need(run.args.uint(1, U32), 'script') };
  const data = need(run.args.bytes(2), 'data');
  atMost(data.length, limits.maxReceiptBytes, 'a receipt');
  charge(run, data.length * GAS.receiptByte);
  return [world.saveReceipt(script, target, data)];
}

/** Reason (0, or one of CLAIM_ERRORS) and the receipt. */
function claimReceipt(run: Run): readonly AbiValue[] {
  const { world, script } = run.request;
  const claim = need(run.args.bytes(0), 'claim');
  charge(run, claim.length * GAS.claimByte);
  const claimed = world.claimReceipt(script, claim.slice());
  if (typeof claimed === 'string') {
    return [signed(CLAIM_ERRORS[claimed]), 0n, 0n, 0n, 0n, 0n, new Uint8Array(0)];
  }
  const { source, index, slot, sender, amount, data } = claimed;
  return [0n, BigInt(source), index, BigInt(slot), BigInt(sender), amount, data];
}

function callScript(run: Run, isStatic: boolean): Uint8Array {
  const { args, request } = run;
  const script = need(args.uint(0, U32), 'script');
  const data = need(args.bytes(1), 'data');
  if (isStatic && script >= request.script) {
    throw revert(`sherd: script ${request.script} may ask lower scripts only, not ${script}`);
  }
  return lend(run, `script ${script}`, data, 2, (gas) => request.nested.script(script, data.slice(), gas, isStatic));
}

function executeCode(run: Run): Uint8Array {
  const { args, request } = run;
  const code = need(args.bytes(0), 'code');
  const data = need(args.bytes(1), 'data');
  atMost(code.length, RUN_LIMITS.rawCodeBytes, 'raw code');
  charge(run, code.length * GAS.codeByte);
  return lend(run, 'the code', data, 2, (gas) => request.nested.code(code.slice(), data.slice(), gas));
}

/** Lends gas (an argument) to a run below; its output, or a revert: with the data of an abort, else with a sentence. */
function lend(
  run: Run,
  what: string,
  data: Uint8Array,
  gasAt: number,
  start: (gas: number) => ScriptResult,
): Uint8Array {
  const wanted = need(run.args.word(gasAt), 'gas');
  atMost(data.length, RUN_LIMITS.dataBytes, 'data');
  charge(run, data.length * GAS.callByte);
  const gas = wanted < BigInt(run.gas) ? Number(wanted) : run.gas;
  const result = start(gas);
  run.gas -= gas - result.gasLeft;
  if (result.outcome === 'finished') return result.output;
  if (result.outcome === 'aborted' && result.output.length > 0) throw new Stop(OUTCOME.REVERT, result.output);
  throw revert(`sherd: ${what} ${result.outcome}`);
}

function atMost(length: number, limit: number, what: string): void {
  if (length > limit) throw revert(`sherd: ${length} bytes of ${what}, at most ${limit}`);
}

function rootWord(root: Uint8Array | undefined): bigint {
  return root === undefined ? 0n : bytesToBigInt(root);
}

/** A number as int256; -1 for what is absent. */
function signed(value = -1): bigint {
  return BigInt(value) & WORD_MASK;
}
