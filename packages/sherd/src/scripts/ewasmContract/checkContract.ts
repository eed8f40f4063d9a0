/** May this code be an Ewasm contract? Decoding, validation, metering and compiling in one verdict. */
import { assert, isSherdError, type SherdError } from '../../base/index.ts';
import {
  type Bounds,
  boundMemory,
  decodeModule,
  MAIN_EXPORT,
  MEMORY_EXPORT,
  meterModule,
  validateModule,
  WASM_LIMITS,
  type WasmErrorCode,
  type WasmModule,
  wasmError,
} from '../../wasm/index.ts';
import { MAX_METERED_BYTES } from '../rules.ts';
import { CONTRACT_INTERFACE } from './functions.ts';

/** A contract that can be started. */
export interface CompiledContract {
  readonly ok: true;
  readonly module: WebAssembly.Module;
  readonly memory: Bounds;
  /** Functions of the interface that it imports. */
  readonly imports: readonly string[];
  /** Bytes of the metered form. */
  readonly size: number;
}

export interface RefusedContract {
  readonly ok: false;
  readonly code: WasmErrorCode;
  readonly message: string;
}

export type ContractVerdict = CompiledContract | RefusedContract;

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** Whether code is taken for WebAssembly: by its first four bytes. The rest may turn out to be no module. */
export function isWasmCode(code: Uint8Array): boolean {
  return MAGIC.every((byte, i) => code[i] === byte);
}

/** The same bytes have the same verdict on every machine. Never throws for what the bytes hold. */
export function checkContract(code: Uint8Array): ContractVerdict {
  try {
    return compile(code);
  } catch (error) {
    if (!isSherdError(error) || !error.code.startsWith('WASM_')) throw error;
    const { code: why, message } = error as SherdError<WasmErrorCode>;
    return { ok: false, code: why, message };
  }
}

function compile(code: Uint8Array): CompiledContract {
  const decoded = decodeModule(code, WASM_LIMITS);
  const module = boundMemory(decoded, CONTRACT_INTERFACE, WASM_LIMITS);
  const facts = validateModule(module, CONTRACT_INTERFACE, WASM_LIMITS);
  checkNothingElseExported(module);
  const metered = meterModule(module, facts, CONTRACT_INTERFACE);
  if (metered.length > MAX_METERED_BYTES) {
    throw wasmError('WASM_TOO_LARGE', `${metered.length} bytes when metered, want at most ${MAX_METERED_BYTES}`);
  }
  // What we accept and rewrite is valid; anything else is a fault of ours and may not become a verdict.
  assert(WebAssembly.validate(metered), 'the metered contract is not valid');
  return {
    ok: true,
    module: new WebAssembly.Module(metered),
    memory: module.memory!,
    imports: module.imports.map(({ name }) => name),
    size: metered.length,
  };
}

/** Ewasm's contract interface: `main` and `memory` and nothing besides. */
function checkNothingElseExported({ exports }: WasmModule): void {
  for (const { name } of exports) {
    if (name !== MAIN_EXPORT && name !== MEMORY_EXPORT) {
      throw wasmError('WASM_BAD_EXPORT', `export ${name}, want main and memory only`);
    }
  }
}
