/** SDK of Sherd's execution scripts: typed host functions and the few helpers that every script needs. */
export * from "./bytes";
export * from "./calls";
export * from "./deposit";
export * from "./outcome";
export * from "./receipts";
export * from "./signature";
export * from "./ssz";
import * as context from "./context";
import * as hashes from "./hashes";
import * as host from "./host";
import * as storage from "./storage";
import * as u256 from "./u256";
import * as u64math from "./u64";
export { context, hashes, host, storage, u256, u64math };
