/**
 * The rules of the script engine as data: prices and bounds. One unit of gas is about five nanoseconds of the slowest
 * machine that we count on, so that a block of 30,000,000 gas is about 150 ms of work.
 */

/** Counts up whenever a price, a bound or the metering changes; part of every cache key. */
export const RULES_VERSION = 7;

/** Prices of what a script asks of its host, in gas. Prices of instructions, in ticks, are in `wasm/costs.ts`. */
export const HOST_GAS = {
  /** A call out of the sandbox that only reads a number. */
  context: 10,
  /** The counter is read and made into another number. */
  gasLeft: 28,
  /** Leaving the sandbox from within: all frames of the run are unwound. */
  end: 1_600,
  /** A call that moves bytes, and each byte of them. */
  copy: 64,
  copyByte: 1,
  /** Looking an object up, and each byte that it holds. */
  storageRead: 2_000,
  storageReadByte: 1,
  /** Writing or removing an object: its path in the tree is hashed anew. */
  storageWrite: 16_000,
  storageWriteByte: 4,
  /** Keeping 32 bytes (the key is 32 too) for another 2^10 slots. */
  ttl: 1,
  receipt: 12_000,
  receiptByte: 4,
  /** Checking a Merkle proof of about a hundred hashes. */
  claim: 60_000,
  claimByte: 4,
  root: 400,
  /** Starting another script: an instance and a memory of its own. */
  call: 20_000,
  callByte: 1,
  /** Decoding, validating, metering and compiling raw code. */
  codeByte: 200,
  sha256: 300,
  sha256Byte: 1,
  keccak256: 250,
  keccak256Byte: 1,
  blsVerify: 400_000,
  secp256k1Recover: 50_000,
} as const;

/** Prices of starting an instance, in gas. */
export const START_GAS = {
  instance: 10_000,
  /** Each byte of the module: its machine code may have to be made anew (50 ns a byte when nothing is cached). */
  codeByte: 2,
  /** Each page (64 KiB) of the memory that the module starts with: it is cleared before use. */
  page: 2_000,
  /** Each byte of a data segment. */
  dataByte: 1,
  /** Each entry of the table and of element segments. */
  tableEntry: 10,
} as const;

/** Starting a run of EVM bytecode, in gas: a machine, and the search for jump targets in the code. */
export const EVM_START_GAS = { run: 5_000, codeByte: 1 } as const;

/** Bytes of EVM bytecode of a script, and of raw code (EIP-170). */
export const MAX_EVM_CODE_BYTES = 24_576;

/** Bounds of one transaction, whatever it pays. */
export const RUN_LIMITS = {
  /** Scripts and raw codes on the stack at once. Each costs native stack in the host too. */
  nesting: 8,
  /**
   * Stack that all instances of one transaction may use together, in slots of eight bytes: see `wasm/meter.ts` for
   * what a function counts. Not half of V8's own default limit, so that the counter always ends first.
   */
  stackSlots: 49_152,
  /** Slots that one nested run costs by itself, for the frames of the host between two instances. */
  nestingSlots: 1_024,
  /** Bytes of a transaction's data, of what a script passes to another one, and of what it returns. */
  dataBytes: 1_048_576,
  /** Bytes of code that executeCode takes. */
  rawCodeBytes: 65_536,
} as const;

/** Bytes of the metered form of a module; the largest that may be handed in grow to a third of this. */
export const MAX_METERED_BYTES = 2_097_152;
