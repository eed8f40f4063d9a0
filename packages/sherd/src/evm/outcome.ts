/** How a frame ended, as small integers in ranges: 0 running, from 1 success, from 16 revert, from 32 halt. */

/** Effects stand below 16 and are undone from there on; all gas is burnt from 32 on. */
export const OUTCOME = {
  RUNNING: 0,
  STOP: 1,
  RETURN: 2,
  SELFDESTRUCT: 3,
  /** REVERT: effects are undone, gas and output are kept. */
  REVERT: 16,
  /** Refusals before a frame runs: effects undone, the gas handed to the callee returned. */
  CALL_DEPTH: 17,
  INSUFFICIENT_BALANCE: 18,
  NONCE_OVERFLOW: 19,
  /** From here on: exceptional halts. Effects are undone, all gas is burnt. */
  OUT_OF_GAS: 32,
  INVALID_OPCODE: 33,
  STACK_UNDERFLOW: 34,
  STACK_OVERFLOW: 35,
  INVALID_JUMP: 36,
  STATIC_WRITE: 37,
  RETURN_DATA_OUT_OF_BOUNDS: 38,
  CREATE_COLLISION: 39,
  CODE_TOO_LARGE: 40,
  INIT_CODE_TOO_LARGE: 41,
  INVALID_CODE_PREFIX: 42,
  CODE_STORE_OUT_OF_GAS: 43,
  PRECOMPILE_FAILURE: 44,
  /** Code of another machine (`foreignCode.ts`) is malformed, or failed by its own rules. */
  FOREIGN_CODE_FAILURE: 45,
  /** The abort flag was set from outside; the result means nothing and must not be used. */
  ABORTED: 63,
} as const;

/** How a frame or a message ended: one of the numbers of `OUTCOME`. */
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

/** Effects stand. */
export function isSuccess(outcome: Outcome): boolean {
  return outcome > 0 && outcome < 16;
}

/** Effects are undone, the gas that is left is returned. */
export function isRevert(outcome: Outcome): boolean {
  return outcome >= 16 && outcome < 32;
}

/** An exceptional halt: effects are undone, all gas is burnt. */
export function isHalt(outcome: Outcome): boolean {
  return outcome >= 32;
}

/** What people call each outcome; the words of geth where geth has them. */
export const OUTCOME_TEXT: Readonly<Record<Outcome, string>> = {
  [OUTCOME.RUNNING]: 'running',
  [OUTCOME.STOP]: 'stop',
  [OUTCOME.RETURN]: 'return',
  [OUTCOME.SELFDESTRUCT]: 'self-destruct',
  [OUTCOME.REVERT]: 'execution reverted',
  [OUTCOME.CALL_DEPTH]: 'max call depth exceeded',
  [OUTCOME.INSUFFICIENT_BALANCE]: 'insufficient balance for transfer',
  [OUTCOME.NONCE_OVERFLOW]: 'nonce uint64 overflow',
  [OUTCOME.OUT_OF_GAS]: 'out of gas',
  [OUTCOME.INVALID_OPCODE]: 'invalid opcode',
  [OUTCOME.STACK_UNDERFLOW]: 'stack underflow',
  [OUTCOME.STACK_OVERFLOW]: 'stack limit reached',
  [OUTCOME.INVALID_JUMP]: 'invalid jump destination',
  [OUTCOME.STATIC_WRITE]: 'write protection',
  [OUTCOME.RETURN_DATA_OUT_OF_BOUNDS]: 'return data out of bounds',
  [OUTCOME.CREATE_COLLISION]: 'contract address collision',
  [OUTCOME.CODE_TOO_LARGE]: 'max code size exceeded',
  [OUTCOME.INIT_CODE_TOO_LARGE]: 'max initcode size exceeded',
  [OUTCOME.INVALID_CODE_PREFIX]: 'invalid code: must not begin with 0xef',
  [OUTCOME.CODE_STORE_OUT_OF_GAS]: 'contract creation code storage out of gas',
  [OUTCOME.PRECOMPILE_FAILURE]: 'precompiled contract failed',
  [OUTCOME.FOREIGN_CODE_FAILURE]: 'contract of another machine failed',
  [OUTCOME.ABORTED]: 'aborted',
};
