/**
 * The Ewasm translation of the phase 2 proposal (2019): its fourteen functions over the same engine, and three that close
 * its gaps (`getDataSize`, `getCaller`, `claimReceipt`). Where the translation leaves a choice open, the choice of the
 * first table is taken: docs/protocol/faces.md lists them.
 */
import { fn, HOST_FUNCTIONS as HOST, type HostFunction, nested, readData, readObject } from '../hostFunctions.ts';
import { fault, type HostRun } from '../hostRun.ts';
import { HOST_GAS as GAS, RUN_LIMITS } from '../rules.ts';

/** What is lent to a run below this one, where the translation names no amount: all but a 64th, to go on with. */
function mostGas({ gasLeft }: HostRun): bigint {
  return BigInt(Math.max(0, gasLeft - Math.floor(gasLeft / 64)));
}

export const EWASM_FUNCTIONS = {
  copyData: HOST.dataCopy,
  getDataSize: HOST.dataSize,
  getCaller: fn(
    [],
    'i64',
    { gas: GAS.context, doc: 'Id of the calling script, or -1 when a transaction called.' },
    (run) => (run.caller.kind === 'script' ? BigInt(run.caller.script) : -1n),
  ),
  setStorage: HOST.storageWrite,
  getStorageSize: fn(
    ['i32 keyPtr'],
    'i32',
    {
      gas: GAS.storageRead,
      reads: 'region',
      doc: 'Bytes of the object under the key; 0 when there is none. Charged also for each byte of the object.',
    },
    (run, keyPtr) => readObject(run, keyPtr)?.storage.length ?? 0,
  ),
  getStorage: fn(
    ['i32 keyPtr', 'i32 outPtr'],
    undefined,
    {
      gas: GAS.storageRead,
      reads: 'region',
      doc: 'Writes the whole object to `outPtr`; nothing when there is none. Charged also twice for each byte of it.',
    },
    (run, keyPtr, outPtr) => {
      const object = readObject(run, keyPtr);
      if (object === undefined) return;
      run.charge(GAS.copyByte * object.storage.length);
      run.write(outPtr, object.storage);
    },
  ),
  saveReceipt: HOST.saveReceipt,
  claimReceipt: HOST.claimReceipt,
  call: fn(
    ['i32 script', 'i32 ptr', 'i32 length'],
    'i32',
    {
      gas: GAS.call,
      perByte: { gas: GAS.callByte, of: 'i32 length' },
      writes: 'scripts',
      doc: 'Runs another script on its own region with all but a 64th of the gas left. The outcome (0 is finished); its output is the response.',
    },
    (run, script, ptr, length) => {
      const data = readData(run, ptr, length);
      return nested(run, mostGas(run), (given) => run.nested.script(script, data, given, false));
    },
  ),
  getResponseSize: HOST.resultSize,
  getResponse: HOST.resultCopy,
  currentShard: HOST.currentShard,
  getRecentBeaconStateRoot: HOST.recentBeaconStateRoot,
  getRecentShardStateRoot: HOST.recentShardStateRoot,
  abort: HOST.abort,
  finish: HOST.finish,
  executeCode: fn(
    ['i32 codePtr', 'i32 codeLength', 'i32 ptr', 'i32 length'],
    'i32',
    {
      gas: GAS.call,
      perByte: { gas: GAS.codeByte, of: 'i32 codeLength' },
      reads: 'scripts',
      doc: 'Runs raw code as a pure function with all but a 64th of the gas left. The outcome (0 is finished); its output is the response.',
    },
    (run, codePtr, codeLength, ptr, length) => {
      if (codeLength > RUN_LIMITS.rawCodeBytes) {
        throw fault('TOO_LONG', `${codeLength} bytes of raw code, want at most ${RUN_LIMITS.rawCodeBytes}`);
      }
      run.charge(GAS.callByte * length);
      const data = readData(run, ptr, length);
      const code = run.read(codePtr, codeLength);
      return nested(run, mostGas(run), (given) => run.nested.code(code, data, given));
    },
  ),
} as const satisfies Readonly<Record<string, HostFunction>>;
