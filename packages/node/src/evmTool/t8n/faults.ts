/** What ends a state transition early, and the exit codes that geth's `evm t8n` has for it. */
import { isSherdError, SherdError } from 'sherd/base';

/** Exit codes by kind of fault: the block cannot be run, bad settings, a block hash is missing, and three of files. */
export const T8N_EXIT_CODES = {
  T8N_EVM: 2,
  T8N_CONFIG: 3,
  T8N_MISSING_BLOCKHASH: 4,
  T8N_JSON: 10,
  T8N_IO: 11,
  T8N_RLP: 12,
} as const;

export type T8nCode = keyof typeof T8N_EXIT_CODES;

export function t8nFault(code: T8nCode, message: string): SherdError<T8nCode> {
  return new SherdError(code, message, { exitCode: T8N_EXIT_CODES[code] });
}

/** Runs `body`; refusals of other parts become a fault of this kind, with the same words. */
export function orFault<T>(code: T8nCode, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!isSherdError(error) || error.code.startsWith('T8N_')) throw error;
    throw t8nFault(code, error.message);
  }
}

/** geth's line and exit code for a fault; undefined for anything else. */
export function t8nExit(error: unknown): { readonly exitCode: number; readonly text: string } | undefined {
  if (!isSherdError(error) || !error.code.startsWith('T8N_')) return undefined;
  const exitCode = T8N_EXIT_CODES[error.code as T8nCode];
  return { exitCode, text: `ERROR(${exitCode}): ${error.message}` };
}
