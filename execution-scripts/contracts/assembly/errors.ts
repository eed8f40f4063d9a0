/** Why a message was refused: the first four bytes of the output of an abort. Numbers never change. */
export const MALFORMED: u32 = 1;
export const UNKNOWN_KIND: u32 = 2;
export const BAD_SIGNATURE: u32 = 3;
export const BAD_NONCE: u32 = 4;
export const UNKNOWN_ACCOUNT: u32 = 5;
export const UNKNOWN_CONTRACT: u32 = 6;
export const CONTRACT_EXISTS: u32 = 7;
/** The contract aborted: its output follows. */
export const CONTRACT_REFUSED: u32 = 8;
/** The contract's code is bad, trapped or ran out of gas: the number of the outcome (u32) follows. */
export const CONTRACT_FAILED: u32 = 9;
/** The contract finished with something that is no answer of a contract. */
export const BAD_ANSWER: u32 = 10;
export const TOO_LITTLE_GAS: u32 = 11;
