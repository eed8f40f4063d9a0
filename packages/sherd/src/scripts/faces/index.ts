/** The faces of the engine: tables of host functions by the module that a script imports from. One script, one face. */
import { type HostTable, hostTable, SHERD_TABLE } from '../hostInterface.ts';
import { EWASM_FUNCTIONS } from './ewasm.ts';
import { SCOUT_FUNCTIONS } from './scout.ts';

export { SCOUT_STATE_KEY } from './scout.ts';

/** `evm` is bytecode, which imports nothing. */
export type ScriptFace = 'sherd' | 'ewasm' | 'scout' | 'evm';

interface Face {
  readonly face: ScriptFace;
  readonly table: HostTable;
}

const SHERD: Face = { face: 'sherd', table: SHERD_TABLE };

/** Module that the functions of the 2019 Ewasm translation are imported from. */
export const EWASM_MODULE = 'ewasm';
/** Module that Scout's functions are imported from. */
export const SCOUT_MODULE = 'env';

const FACES: ReadonlyMap<string, Face> = new Map([
  [SHERD.table.imports.module, SHERD],
  [EWASM_MODULE, { face: 'ewasm', table: hostTable(EWASM_MODULE, EWASM_FUNCTIONS, 'capped') }],
  [SCOUT_MODULE, { face: 'scout', table: hostTable(SCOUT_MODULE, SCOUT_FUNCTIONS, 'capped') }],
]);

/**
 * The face of a script that imports from `module`. Nothing, or a module that is nobody's, is the first face: its
 * validation names the import that is not offered, and so it does for a script that mixes faces.
 */
export function faceOf(module: string | undefined): Face {
  return (module === undefined ? undefined : FACES.get(module)) ?? SHERD;
}

/** All tables, for documents and tests. */
export const HOST_TABLES: readonly HostTable[] = [...FACES.values()].map(({ table }) => table);
