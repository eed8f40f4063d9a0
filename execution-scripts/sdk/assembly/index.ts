/** SDK of Sherd's execution scripts: typed host functions and the few helpers that every script needs. */
export * from "./bytes";
export * from "./deposit";
export * from "./outcome";
export * from "./receipts";
export * from "./signature";
export * from "./ssz";
import * as host from "./host";
export { host };
