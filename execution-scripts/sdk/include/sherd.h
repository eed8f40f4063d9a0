// Host functions of Sherd for execution scripts in C. Made by execution-scripts/sdk/c-header.mjs; do not edit.
// A script exports main (no parameters, no results) and memory, with a declared maximum; everything is little-endian,
// keys, hashes and roots have 32 bytes, amounts are gwei. docs/protocol/host-functions.md has the details.
#ifndef SHERD_H
#define SHERD_H

#include <stdint.h>

#define SHERD_IMPORT(name) __attribute__((import_module("sherd"), import_name(name)))
#define SHERD_EXPORT(name) __attribute__((export_name(name)))
#define SHERD_NORETURN __attribute__((noreturn))

// Target shard of a receipt for the beacon chain, and source of a withdrawal receipt.
#define SHERD_BEACON 0xffffffffu
// Bytes in front of the data of a claimed receipt: source u32, index u64, slot u64, sender u32, amount u64.
#define SHERD_CLAIMED_HEADER_BYTES 32

// What sherd_call, sherd_static_call and sherd_execute_code return.
#define SHERD_OUTCOME_FINISHED 0
#define SHERD_OUTCOME_ABORTED 1
#define SHERD_OUTCOME_REFUSED 2
#define SHERD_OUTCOME_OUT_OF_GAS 3
#define SHERD_OUTCOME_TRAPPED 4
#define SHERD_OUTCOME_CALL_DEPTH 5
#define SHERD_OUTCOME_UNKNOWN_SCRIPT 6
#define SHERD_OUTCOME_REENTERED 7
#define SHERD_OUTCOME_BAD_CODE 8

// What sherd_claim_receipt returns when it is not 0.
#define SHERD_CLAIM_MALFORMED (-1)
#define SHERD_CLAIM_WRONG_TARGET (-2)
#define SHERD_CLAIM_UNKNOWN_ROOT (-3)
#define SHERD_CLAIM_BAD_PROOF (-4)
#define SHERD_CLAIM_ALREADY_CONSUMED (-5)

// Bytes of the data that this run was called with. 10 gas.
SHERD_IMPORT("dataSize")
int32_t sherd_data_size(void);

// Copies `length` bytes of the data, from `offset` on, to `out`. The range must lie inside the data. 64 gas and 1 for
// each byte of `length`.
SHERD_IMPORT("dataCopy")
void sherd_data_copy(void *out, uint32_t offset, uint32_t length);

// 0 when a transaction called, 1 when a script did. 10 gas.
SHERD_IMPORT("callerKind")
int32_t sherd_caller_kind(void);

// Id of the calling script; 0 for a transaction. 10 gas.
SHERD_IMPORT("callerScript")
int32_t sherd_caller_script(void);

// 1 in a static run, where every write is a fault; else 0. 10 gas.
SHERD_IMPORT("isStatic")
int32_t sherd_is_static(void);

// Gas left. The rest of the current block of instructions is already paid. 28 gas.
SHERD_IMPORT("gasLeft")
int64_t sherd_gas_left(void);

// Ends the run: its effects stand, and the bytes are its output. Returning from `main` is finish with no bytes. 1600
// gas and 1 for each byte of `length`.
SHERD_IMPORT("finish") SHERD_NORETURN
void sherd_finish(const void *bytes, uint32_t length);

// Ends the run and undoes its effects; gas left is kept. The bytes are its output. 1600 gas and 1 for each byte of
// `length`.
SHERD_IMPORT("abort") SHERD_NORETURN
void sherd_abort(const void *bytes, uint32_t length);

// Chain id of the network. 10 gas.
SHERD_IMPORT("chainId")
int64_t sherd_chain_id(void);

// The shard that runs this. 10 gas.
SHERD_IMPORT("currentShard")
int32_t sherd_current_shard(void);

// Number of shards: they are 0 to count - 1. 10 gas.
SHERD_IMPORT("shardCount")
int32_t sherd_shard_count(void);

// Slot of the block. 10 gas.
SHERD_IMPORT("currentSlot")
int64_t sherd_current_slot(void);

// Id of this script; raw code has that of the script that executes it. 10 gas.
SHERD_IMPORT("scriptId")
int32_t sherd_script_id(void);

// Number of scripts: ids are 0 to count - 1. 10 gas.
SHERD_IMPORT("scriptCount")
int32_t sherd_script_count(void);

// Smallest deposit in gwei that the beacon chain makes a validator of: a receipt that asks with less is refused there
// for ever, and its ETH is lost. 10 gas.
SHERD_IMPORT("minDeposit")
int64_t sherd_min_deposit(void);

// Writes the root (32 bytes) of the beacon state after `slot`; 1, or 0 when it is not among the recent ones. 400 gas.
SHERD_IMPORT("recentBeaconStateRoot")
int32_t sherd_recent_beacon_state_root(uint64_t slot, void *out);

// Writes the state root (32 bytes) of a shard at `slot`; 1, or 0 when this shard does not know it. 400 gas.
SHERD_IMPORT("recentShardStateRoot")
int32_t sherd_recent_shard_state_root(uint32_t shard, uint64_t slot, void *out);

// Bytes of the object under the key, or -1. Charged also for each byte of the object. 2000 gas.
SHERD_IMPORT("storageSize")
int32_t sherd_storage_size(const void *key);

// Copies up to `length` bytes of the object, from `offset` on; the number copied, or -1 when there is no object.
// Charged also for each byte of the object. 2000 gas and 1 for each byte of `length`.
SHERD_IMPORT("storageRead")
int32_t sherd_storage_read(const void *key, void *out, uint32_t offset, uint32_t length);

// How often the object was written, or -1. Charged also for each byte of the object. 2000 gas.
SHERD_IMPORT("storageVersion")
int64_t sherd_storage_version(const void *key);

// Last slot at which the object can be read, or -1. Charged also for each byte of the object. 2000 gas.
SHERD_IMPORT("storageTtl")
int64_t sherd_storage_ttl(const void *key);

// Writes the object; its version counts up and its ttl is extended. 16000 gas and 4 for each byte of `length`.
SHERD_IMPORT("storageWrite")
void sherd_storage_write(const void *key, const void *bytes, uint32_t length);

// Removes the object: 1, or 0 when there was none. 16000 gas.
SHERD_IMPORT("storageRemove")
int32_t sherd_storage_remove(const void *key);

// Extends the ttl of the object by `slots`: 1, or 0 when there is no object. Charged also for each started 1024 slots
// of each started 32 bytes of key and object. 16000 gas.
SHERD_IMPORT("storageExtendTtl")
int32_t sherd_storage_extend_ttl(const void *key, uint64_t slots);

// Saves a receipt for a script on a shard, or for the beacon chain (shard 0xffffffff); its index on this shard. One
// for a shard or script that does not exist can never be claimed. 12000 gas and 4 for each byte of `length`.
SHERD_IMPORT("saveReceipt")
int64_t sherd_save_receipt(uint32_t target_shard, uint32_t target_script, const void *bytes, uint32_t length);

// Verifies an SSZ ReceiptClaim and marks its receipt consumed: 0, and the receipt is the result; or why not. 60000
// gas and 4 for each byte of `length`.
SHERD_IMPORT("claimReceipt")
int32_t sherd_claim_receipt(const void *bytes, uint32_t length);

// Runs another script on its own region with at most `gas` of the gas left; what it leaves comes back. Its effects
// are undone unless it finished. The outcome (0 is finished); its output is the result. 20000 gas and 1 for each byte
// of `length`.
SHERD_IMPORT("call")
int32_t sherd_call(uint32_t script, const void *bytes, uint32_t length, uint64_t gas);

// Like call, but nothing may be written, and only a script with a lower id than the own one may be asked. 20000 gas
// and 1 for each byte of `length`.
SHERD_IMPORT("staticCall")
int32_t sherd_static_call(uint32_t script, const void *bytes, uint32_t length, uint64_t gas);

// Runs raw code (WebAssembly that is checked and metered here, or EVM bytecode) as a pure function with at most
// `gas`: no region, no receipts, static calls only. The outcome (0 is finished); its output is the result. `length`
// is charged as in call. 20000 gas and 200 for each byte of `code_length`.
SHERD_IMPORT("executeCode")
int32_t sherd_execute_code(const void *code, uint32_t code_length, const void *bytes, uint32_t length, uint64_t gas);

// Bytes of the result of the last call, executed code or claim. 10 gas.
SHERD_IMPORT("resultSize")
int32_t sherd_result_size(void);

// Copies `length` bytes of the result, from `offset` on. The range must lie inside the result. 64 gas and 1 for each
// byte of `length`.
SHERD_IMPORT("resultCopy")
void sherd_result_copy(void *out, uint32_t offset, uint32_t length);

// Writes the SHA-256 hash (32 bytes). 300 gas and 1 for each byte of `length`.
SHERD_IMPORT("sha256")
void sherd_sha256(const void *bytes, uint32_t length, void *out);

// Writes the Keccak-256 hash (32 bytes). 250 gas and 1 for each byte of `length`.
SHERD_IMPORT("keccak256")
void sherd_keccak256(const void *bytes, uint32_t length, void *out);

// Checks a BLS signature (96 bytes) of the message under a public key (48 bytes): 1 or 0. 400000 gas and 1 for each
// byte of `message_length`.
SHERD_IMPORT("blsVerify")
int32_t sherd_bls_verify(const void *public_key, const void *message, uint32_t message_length, const void *signature);

// Recovers the public key (64 bytes, x and y) from a hash (32 bytes) and a signature (65 bytes: r, s, recovery id 0
// or 1). 1; or 0, and nothing is written, when there is none. High s is accepted: a script that cares must look.
// 50000 gas.
SHERD_IMPORT("secp256k1Recover")
int32_t sherd_secp256k1_recover(const void *hash, const void *signature, void *out);

#endif
