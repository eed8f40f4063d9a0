/**
 * The host functions as they are imported: one declaration for each row of `scripts/hostFunctions.ts`, which is where
 * their meaning and their gas stand (rendered in docs/protocol/host-functions.md). A test keeps the two equal.
 * Scripts rather use the typed wrappers beside this file.
 */

// @ts-nocheck: decorators of AssemblyScript

// The call
@external("sherd", "dataSize") export declare function dataSize(): i32;
@external("sherd", "dataCopy") export declare function dataCopy(outPtr: usize, offset: i32, length: i32): void;
@external("sherd", "callerKind") export declare function callerKind(): i32;
@external("sherd", "callerScript") export declare function callerScript(): i32;
@external("sherd", "isStatic") export declare function isStatic(): i32;
@external("sherd", "gasLeft") export declare function gasLeft(): i64;
@external("sherd", "finish") export declare function finish(ptr: usize, length: i32): void;
@external("sherd", "abort") export declare function abort(ptr: usize, length: i32): void;

// The chain
@external("sherd", "chainId") export declare function chainId(): i64;
@external("sherd", "currentShard") export declare function currentShard(): i32;
@external("sherd", "shardCount") export declare function shardCount(): i32;
@external("sherd", "currentSlot") export declare function currentSlot(): i64;
@external("sherd", "scriptId") export declare function scriptId(): i32;
@external("sherd", "scriptCount") export declare function scriptCount(): i32;
@external("sherd", "minDeposit") export declare function minDeposit(): i64;
@external("sherd", "recentBeaconStateRoot") export declare function recentBeaconStateRoot(slot: i64, outPtr: usize): i32;
@external("sherd", "recentShardStateRoot") export declare function recentShardStateRoot(shard: i32, slot: i64, outPtr: usize): i32;

// The own region
@external("sherd", "storageSize") export declare function storageSize(keyPtr: usize): i32;
@external("sherd", "storageRead") export declare function storageRead(keyPtr: usize, outPtr: usize, offset: i32, length: i32): i32;
@external("sherd", "storageVersion") export declare function storageVersion(keyPtr: usize): i64;
@external("sherd", "storageTtl") export declare function storageTtl(keyPtr: usize): i64;
@external("sherd", "storageWrite") export declare function storageWrite(keyPtr: usize, ptr: usize, length: i32): void;
@external("sherd", "storageRemove") export declare function storageRemove(keyPtr: usize): i32;
@external("sherd", "storageExtendTtl") export declare function storageExtendTtl(keyPtr: usize, slots: i64): i32;

// Receipts
@external("sherd", "saveReceipt") export declare function saveReceipt(targetShard: i32, targetScript: i32, ptr: usize, length: i32): i64;
@external("sherd", "claimReceipt") export declare function claimReceipt(ptr: usize, length: i32): i32;

// Other scripts
@external("sherd", "call") export declare function call(script: i32, ptr: usize, length: i32, gas: i64): i32;
@external("sherd", "staticCall") export declare function staticCall(script: i32, ptr: usize, length: i32, gas: i64): i32;
@external("sherd", "executeCode") export declare function executeCode(codePtr: usize, codeLength: i32, ptr: usize, length: i32, gas: i64): i32;
@external("sherd", "resultSize") export declare function resultSize(): i32;
@external("sherd", "resultCopy") export declare function resultCopy(outPtr: usize, offset: i32, length: i32): void;

// Hashes and signatures
@external("sherd", "sha256") export declare function sha256(ptr: usize, length: i32, outPtr: usize): void;
@external("sherd", "keccak256") export declare function keccak256(ptr: usize, length: i32, outPtr: usize): void;
@external("sherd", "blsVerify") export declare function blsVerify(publicKeyPtr: usize, messagePtr: usize, messageLength: i32, signaturePtr: usize): i32;
@external("sherd", "secp256k1Recover") export declare function secp256k1Recover(hashPtr: usize, signaturePtr: usize, outPtr: usize): i32;
