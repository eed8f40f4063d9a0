/** Why a message was refused: the first four bytes of the output of an abort. Numbers never change. */
export const MALFORMED: u32 = 1;
export const UNKNOWN_KIND: u32 = 2;
export const BAD_SIGNATURE: u32 = 3;
export const BAD_NONCE: u32 = 4;
export const UNKNOWN_NAME: u32 = 5;
export const NAME_TAKEN: u32 = 6;
export const BAD_NAME: u32 = 7;
export const NOT_OWNER: u32 = 8;
export const TOO_LONG: u32 = 9;
