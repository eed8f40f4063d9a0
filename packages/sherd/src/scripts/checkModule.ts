/** May this code be a script? Decoding, validation and metering in one verdict, for registration and for executeCode. */
import { assert, concatBytes, isSherdError, type SherdError } from '../base/index.ts';
import { sha256 } from '../crypto/index.ts';
import {
  type BoundedModule,
  boundMemory,
  decodeModule,
  meterModule,
  validateModule,
  WASM_LIMITS,
  type WasmErrorCode,
  wasmError,
} from '../wasm/index.ts';
import { faceOf, type ScriptFace } from './faces/index.ts';
import { MAX_EVM_CODE_BYTES, MAX_METERED_BYTES, START_GAS } from './rules.ts';
import { encodeRunHeader } from './runHeader.ts';

export interface AcceptedModule {
  readonly ok: true;
  /** What the script is written for: the module that it imports from, or EVM bytecode. */
  readonly face: ScriptFace;
  /** SHA-256 of the code as it was handed in. */
  readonly codeHash: Uint8Array;
  /** The form that runs; EVM bytecode runs as it is. */
  readonly metered: Uint8Array;
  /** Bytes of the code as it was handed in. */
  readonly size: number;
  readonly functions: number;
  /** Host functions that it imports. */
  readonly imports: readonly string[];
  /** Pages of 64 KiB. */
  readonly memory: { readonly initial: number; readonly maximum: number };
}

export interface RefusedModule {
  readonly ok: false;
  readonly code: WasmErrorCode | EvmCodeError;
  readonly message: string;
  /** Function index (imports counted), its name when the module tells, byte offset in the module. */
  readonly function?: number;
  readonly name?: string;
  readonly offset?: number;
}

/** Why EVM bytecode is refused: too long, or with the first byte that is reserved for formats to come (EIP-3541). */
export type EvmCodeError = 'EVM_CODE_TOO_LARGE' | 'EVM_BAD_PREFIX';

export type ModuleVerdict = AcceptedModule | RefusedModule;

/** Checks and meters a module. Same bytes, same verdict, on every machine; never throws for what the bytes hold. */
export function checkModule(code: Uint8Array): ModuleVerdict {
  return isEvmCode(code) ? checkEvmCode(code) : checkWasm(code);
}

/** The same for WebAssembly alone. */
export function checkWasm(code: Uint8Array): ModuleVerdict {
  try {
    return accept(code);
  } catch (error) {
    if (isSherdError(error) && error.code.startsWith('WASM_')) return refused(error as SherdError<WasmErrorCode>);
    throw error;
  }
}

function accept(code: Uint8Array): AcceptedModule {
  const decoded = decodeModule(code, WASM_LIMITS);
  const { face, table } = faceOf(decoded.imports[0]?.module);
  const module = boundMemory(decoded, table.imports, WASM_LIMITS);
  const facts = validateModule(module, table.imports, WASM_LIMITS);
  const header = encodeRunHeader({ memory: module.memory!, startGas: startGas(module, code.length) });
  const metered = concatBytes(meterModule(module, facts, table.imports), header);
  if (metered.length > MAX_METERED_BYTES) {
    throw wasmError('WASM_TOO_LARGE', `${metered.length} bytes when metered, want at most ${MAX_METERED_BYTES}`);
  }
  // What we accept and rewrite is valid; anything else is a fault of ours and may not become a verdict.
  assert(WebAssembly.validate(metered), 'the metered module is not valid');
  return {
    ok: true,
    face,
    codeHash: sha256(code),
    metered,
    size: code.length,
    functions: module.functions.length,
    imports: module.imports.map(({ name }) => name),
    memory: { initial: module.memory!.initial, maximum: module.memory!.maximum },
  };
}

/**
 * Which code is taken for EVM bytecode: whatever does not begin with zero, the first byte of WebAssembly. Bytecode that
 * begins with it stops at once, and does nothing that anybody could want.
 */
export function isEvmCode(code: Uint8Array): boolean {
  return code.length > 0 && code[0] !== 0;
}

/** Every byte string is bytecode, so there is little to check: what runs into nonsense halts there. */
function checkEvmCode(code: Uint8Array): ModuleVerdict {
  const { length } = code;
  if (length > MAX_EVM_CODE_BYTES) {
    const message = `${length} bytes of EVM bytecode, want at most ${MAX_EVM_CODE_BYTES}`;
    return { ok: false, code: 'EVM_CODE_TOO_LARGE', message };
  }
  if (code[0] === 0xef) {
    return { ok: false, code: 'EVM_BAD_PREFIX', message: 'EVM bytecode begins with 0xef, which is reserved' };
  }
  const none = { functions: 0, imports: [], memory: { initial: 0, maximum: 0 } };
  return { ok: true, face: 'evm', codeHash: sha256(code), metered: code, size: length, ...none };
}

/** Gas of starting an instance: what has to be cleared and filled before its first instruction. */
function startGas(module: BoundedModule, size: number): number {
  let gas = START_GAS.instance + START_GAS.codeByte * size + START_GAS.page * module.memory!.initial;
  gas += START_GAS.tableEntry * (module.table?.initial ?? 0);
  for (const { functions } of module.elements) gas += START_GAS.tableEntry * functions.length;
  for (const { bytes } of module.data) gas += START_GAS.dataByte * bytes.length;
  return gas;
}

function refused(error: SherdError<WasmErrorCode>): RefusedModule {
  const { data } = error;
  return { ok: false, code: error.code, message: error.message, ...(data as Partial<RefusedModule>) };
}
