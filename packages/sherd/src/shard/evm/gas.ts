/** Gas and bounds of what the EVM script adds to Ethereum: claims, and the functions of the system contract. */

export const EVM_SCRIPT_GAS = {
  /** Delivering a claim: a proof of about a hundred hashes, an account and the books. */
  claim: 60_000,
  /** Each byte of the claimed receipt's data. */
  claimByte: 16,
  /** Call that comes with a withdrawal, or from a Wasm script of another shard: nobody has prepaid one. */
  unpaidCall: 200_000,

  /** Saving a receipt for another shard; its claim there is paid for by this too. */
  send: 90_000,
  /** The same for the beacon chain, with a signature check. */
  withdraw: 250_000,
  receiptByte: 16,
  /** On top of the gas handed to the script. */
  callScript: 5_000,
  callScriptByte: 3,
  /** Words are read and written, and the machine makes a call: microseconds. */
  view: 1_000,
  mirror: 1_500,
} as const;

/** Most gas that a message may prepay for its call: any block can serve it. */
export const MAX_MESSAGE_GAS = 5_000_000;

export const GWEI = 1_000_000_000n;
