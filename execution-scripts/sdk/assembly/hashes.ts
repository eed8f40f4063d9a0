/** Hashes: 32 bytes are written to `out`, which may overlap what is hashed. */
import * as host from "./host";

export function sha256(ptr: usize, length: i32, out: usize): void {
  host.sha256(ptr, length, out);
}

export function keccak256(ptr: usize, length: i32, out: usize): void {
  host.keccak256(ptr, length, out);
}
