/**
 * DepositData: what a receipt for the beacon chain carries to ask for a validator.
 * Layout: public key (48), withdrawal credentials (32), amount in gwei (u64), BLS signature (96).
 */
import { put } from "./bytes";
import { chainId } from "./host";
import { isBlsSigned } from "./signature";
import { putU64Chunk, rootOfBytes, rootOfChunks } from "./ssz";

export const DEPOSIT_DATA: i32 = 184;
/** Number of the signature domain `deposit`. */
const DEPOSIT_DOMAIN: u64 = 4;

const fields: usize = memory.data(96, 8);
const root: usize = memory.data(32, 8);

/** gwei. */
export function depositAmount(deposit: usize): u64 {
  return load<u64>(deposit, 80);
}

/** Does the depositor hold the key? The beacon chain refuses a deposit without this proof, and then the ETH is lost. */
export function depositIsSigned(deposit: usize): bool {
  rootOfBytes(deposit, 48, fields);
  put(fields + 32, deposit + 48, 32);
  putU64Chunk(fields + 64, depositAmount(deposit));
  rootOfChunks(fields, 3, root);

  put(fields, root, 32);
  putU64Chunk(fields + 32, DEPOSIT_DOMAIN);
  putU64Chunk(fields + 64, chainId());
  rootOfChunks(fields, 3, root);
  return isBlsSigned(deposit, root, 32, deposit + 88);
}
