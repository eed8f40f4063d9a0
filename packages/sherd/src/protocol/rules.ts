/** The shape of a fork's rules: every number, switch and named formula that the machine and the transition ask for. */

/** How SSTORE is priced: by the current value alone, or net of the original value (EIP-1283, EIP-2200). */
export type StorageMetering = 'simple' | 'net';

/** Which calls pay for a new account: to any absent one, or to an empty one that receives ether (EIP-161). */
export type NewAccountCharge = 'absent' | 'emptyWithValue';

/** What becomes of a creation that cannot pay for its code: an account without code, or a halt (EIP-2). */
export type CodeDepositFailure = 'keepEmpty' | 'halt';

/** SELFDESTRUCT removes the account always, or only one made in the same transaction (EIP-6780). */
export type SelfDestructMode = 'always' | 'createdOnly';

/** Formula of the difficulty: Frontier's, EIP-2's, EIP-100's (counts ommers), or none after the merge. */
export type DifficultyFormula = 'frontier' | 'homestead' | 'byzantium' | 'none';

/** What the first field of a receipt is (EIP-658). */
export type ReceiptField = 'stateRoot' | 'status';

/** System contracts that a block calls before its transactions. */
export type BlockStartCall = 'beaconRoots' | 'blockHashHistory';

/** Requests that a block collects, in the order of their type bytes (EIP-6110, EIP-7002, EIP-7251). */
export type RequestKind = 'deposits' | 'withdrawals' | 'consolidations';

export interface Rules {
  // --- prices inside the machine, in gas
  /** Per byte of the exponent. */
  readonly expByte: number;
  /** Per word hashed. */
  readonly keccakWord: number;
  /** Per word copied. */
  readonly copyWord: number;
  readonly memoryWord: number;
  /** Memory costs words^2 / this on top. */
  readonly memoryQuadDivisor: number;
  readonly logByte: number;
  /** For a call that carries ether. */
  readonly callValue: number;
  /** Handed to the callee for nothing when ether comes with the call. */
  readonly callStipend: number;
  /** For a call that brings an account into being. */
  readonly callNewAccount: number;
  readonly newAccountCharge: NewAccountCharge;
  /** For a SELFDESTRUCT whose heir comes into being. */
  readonly selfDestructNewAccount: number;
  /** Frames keep back one 64th of their gas from what they call (EIP-150). */
  readonly keepsOne64th: boolean;
  /** Per byte of deployed code. */
  readonly codeDepositByte: number;
  readonly codeDepositFailure: CodeDepositFailure;
  /** Per word of init code (EIP-3860). */
  readonly initCodeWord: number;

  // --- storage
  readonly storageMetering: StorageMetering;
  /** SSTORE halts unless more gas than this is left (EIP-2200). */
  readonly storeSentry: number;
  /** SSTORE from zero to a value. */
  readonly storeSet: number;
  /** SSTORE over a value; the cold part is counted apart (EIP-2929). */
  readonly storeReset: number;
  /** SSTORE that changes nothing, or changes what this transaction changed before. */
  readonly storeDirty: number;
  /** Refund for a slot that becomes zero. */
  readonly storeClearRefund: number;

  // --- access lists (EIP-2929)
  readonly accessLists: boolean;
  /** First touch of an account, in all. */
  readonly coldAccount: number;
  /** First touch of a slot, in all. */
  readonly coldSlot: number;
  /** The part of a cold touch that the constant price contains already. */
  readonly warmRead: number;
  /** The block's coinbase is in the access list from the start (EIP-3651). */
  readonly warmCoinbase: boolean;

  // --- accounts and code
  /** Bytes of deployed code (EIP-170). */
  readonly maxCodeSize: number;
  /** Bytes of init code (EIP-3860). */
  readonly maxInitCodeSize: number;
  /** Code that begins with 0xef cannot be deployed (EIP-3541). */
  readonly rejectsCodePrefixEf: boolean;
  /** Nonce of a new contract (EIP-161). */
  readonly newContractNonce: bigint;
  /** Empty accounts that a transaction touched are removed (EIP-161). */
  readonly clearsEmptyAccounts: boolean;
  readonly selfDestruct: SelfDestructMode;
  readonly selfDestructRefund: number;
  /** Code 0xef0100 ++ address stands for the code of that address (EIP-7702). */
  readonly delegations: boolean;
  /** Opcode 0x44 is PREVRANDAO, no longer DIFFICULTY (EIP-4399). */
  readonly prevRandao: boolean;

  // --- transactions
  /** EIP-2718 types that are allowed; 0 is the legacy transaction. */
  readonly transactionTypes: readonly number[];
  /** Signatures may bind the chain id (EIP-155). */
  readonly replayProtection: boolean;
  /** Signatures with a high s are refused (EIP-2). */
  readonly lowS: boolean;
  readonly txGas: number;
  /** On top for a creation. */
  readonly txCreateGas: number;
  readonly txZeroByte: number;
  readonly txNonZeroByte: number;
  readonly txAccessListAddress: number;
  readonly txAccessListSlot: number;
  /** Per authorisation, as if its account did not exist yet (EIP-7702). */
  readonly txAuthorization: number;
  /** What remains of it for an account that exists; the difference is refunded. */
  readonly txAuthorizationExisting: number;
  /** Floor price per token of calldata; a byte is 4 tokens, a zero byte 1 (EIP-7623). 0: no floor. */
  readonly txFloorToken: number;
  /** Gas limit of a transaction (EIP-7825). */
  readonly maxTxGas: number;
  /** Refund is at most the gas used divided by this. */
  readonly refundQuotient: number;
  readonly receiptField: ReceiptField;

  // --- blocks
  /** Wei. */
  readonly blockReward: bigint;
  readonly difficulty: DifficultyFormula;
  /** Blocks by which the difficulty bomb is put off. */
  readonly bombDelay: bigint;
  /** Blocks carry a base fee (EIP-1559). */
  readonly baseFee: boolean;
  readonly baseFeeElasticity: bigint;
  readonly baseFeeChangeDenominator: bigint;
  /** Wei; base fee of the first block that has one. */
  readonly initialBaseFee: bigint;
  readonly gasLimitBoundDivisor: bigint;
  readonly minBlockGasLimit: bigint;
  readonly maxExtraData: number;
  readonly maxOmmers: number;
  readonly withdrawals: boolean;
  readonly blockStartCalls: readonly BlockStartCall[];
  readonly requests: readonly RequestKind[];
  /** Bytes of an RLP-encoded block (EIP-7934). */
  readonly maxBlockSize: number;

  // --- blobs (EIP-4844)
  readonly blobs: boolean;
  readonly blobGas: number;
  readonly blobTarget: number;
  readonly blobMax: number;
  readonly blobMaxPerTx: number;
  /** Wei. */
  readonly blobMinBaseFee: bigint;
  readonly blobBaseFeeFraction: bigint;
  /** The blob price does not sink below this times the base fee per blob (EIP-7918). 0: no such bound. */
  readonly blobReserveGas: bigint;
}
