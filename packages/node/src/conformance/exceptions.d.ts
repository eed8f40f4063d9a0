/** What the suites call each refusal: one table from our codes to their names, new and old. */
/** True when `code` is one of the kinds of refusal that `expected` names; alternatives stand between bars. */
export declare function isExpectedException(expected: string, code: string): boolean;
