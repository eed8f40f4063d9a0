/**
 * Coded errors: what is refused is refused with a code that programs can test, and numbers that people can read.
 * A halting contract is not an error of this kind (it is an outcome code); a bug is an assertion.
 */

/** Plain values that may stand in an error's data; bigint and bytes are allowed, so serialise with care. */
export type ErrorData = Readonly<Record<string, unknown>>;

/**
 * A refusal: a transaction, block, proof, module, parameter or file that breaks a rule.
 *
 * `code` is upper snake case and stable (`NONCE_TOO_LOW`); `message` says what was had and what was wanted;
 * `data` carries the same facts typed.
 */
export class SherdError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly data: ErrorData;

  constructor(code: Code, message: string, data: ErrorData = {}) {
    super(message);
    this.name = 'SherdError';
    this.code = code;
    this.data = data;
  }
}

/** True when `error` is a {@link SherdError}, optionally of one of the given codes. */
export function isSherdError(error: unknown, ...codes: string[]): error is SherdError {
  return error instanceof SherdError && (codes.length === 0 || codes.includes(error.code));
}

/**
 * Throws `error` on when it only says that the stack of this machine is full. Libraries tell by throwing that bytes are no
 * point or no object; who catches that calls this first, since native stack may decide no result. (An Error of any class:
 * engines agree on the words, V8 and JavaScriptCore on these, SpiderMonkey on the others.)
 */
export function throwIfStackIsFull(error: unknown): void {
  if (error instanceof Error && /call stack size exceeded|too much recursion/.test(error.message)) throw error;
}

/** Throws a plain Error: a broken invariant of ours, never a user's mistake. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
