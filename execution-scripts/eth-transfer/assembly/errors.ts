/** Why a message was refused: the first four bytes of the output of an abort. Numbers never change. */
export const MALFORMED: u32 = 1;
export const UNKNOWN_KIND: u32 = 2;
export const BAD_SIGNATURE: u32 = 3;
export const BAD_NONCE: u32 = 4;
export const UNKNOWN_ACCOUNT: u32 = 5;
export const INSUFFICIENT_BALANCE: u32 = 6;
export const ZERO_AMOUNT: u32 = 7;
export const BALANCE_OVERFLOW: u32 = 8;
export const BAD_TARGET_SHARD: u32 = 9;
export const BAD_DEPOSIT: u32 = 10;
export const BAD_RECEIPT_DATA: u32 = 11;
export const FOREIGN_RECEIPT: u32 = 12;
export const DEPOSIT_TOO_SMALL: u32 = 13;
/** Claims that the host refused: 20 plus the number of the reason. */
export const CLAIM_REFUSED: u32 = 20;
