// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title What a contract on a Sherd shard can do beyond Ethereum.
/// @notice The system contract lives in the program, at the same address on every shard. Failures revert with
/// Error(string). DELEGATECALL and CALLCODE are refused, STATICCALL of a function that writes halts.
/// Gas and encodings: docs/protocol/evm-script.md.
interface ISherd {
    /// @notice Value or a call left for another shard.
    event Sent(
        uint256 indexed receiptIndex,
        uint256 indexed shard,
        address indexed to,
        address from,
        uint256 value,
        uint256 gasLimit,
        bytes data
    );

    /// @notice Value left for the beacon chain; `amount` in gwei.
    event WithdrawnToBeacon(uint256 indexed receiptIndex, address indexed from, uint256 amount, bytes depositData);

    /// @notice Burns msg.value here and saves a receipt that anybody can deliver on `shard`.
    /// With gasLimit 0 the value arrives at `to` and nothing is called; `data` must then be empty.
    /// Otherwise `to` is called there with `data`, the value and `gasLimit` gas, by mirrorOf(this shard, msg.sender);
    /// gasLimit is taken from this call's gas. If that call fails, the value comes back to msg.sender in a receipt.
    /// @param gasLimit At most 5,000,000.
    /// @return receiptIndex Number of the receipt among those of this shard.
    function send(uint256 shard, address to, uint256 gasLimit, bytes calldata data)
        external
        payable
        returns (uint256 receiptIndex);

    /// @notice Burns msg.value here and asks the beacon chain to make a validator of it (or to add to one).
    /// @param depositData SSZ DepositData, 184 bytes: public key (48), withdrawal credentials (32), amount in gwei
    /// (uint64, little-endian), signature (96). The amount must be msg.value; the signature is checked here.
    function withdrawToBeacon(bytes calldata depositData) external payable returns (uint256 receiptIndex);

    /// @notice Runs an execution script on its own region. What it writes is undone if this call is.
    /// @param gas At most this much of the gas left.
    /// @return output What the script finished with. A script that aborts reverts with its data.
    function callScript(uint256 script, bytes calldata data, uint256 gas) external returns (bytes memory output);

    /// @notice The same without any write.
    function staticCallScript(uint256 script, bytes calldata data, uint256 gas)
        external
        view
        returns (bytes memory output);

    function currentShard() external view returns (uint256);

    function currentSlot() external view returns (uint256);

    /// @notice Root of the beacon state after `slot`; 0 when it is not among the recent ones.
    function recentBeaconStateRoot(uint256 slot) external view returns (bytes32);

    /// @notice State root of a shard at `slot`: own ones from the window, others' from their newest crosslink; else 0.
    function recentShardStateRoot(uint256 shard, uint256 slot) external view returns (bytes32);

    /// @notice Address from which messages of `account` on `shard` arrive. Nobody has a key for it.
    function mirrorOf(uint256 shard, address account) external view returns (address);
}

ISherd constant SHERD = ISherd(0x0000000000000000000000000000000000005e4D);

/// @title What an execution script of EVM bytecode can do: the host functions of scripts, at the same address.
/// @notice Such a script has no ETH and no account; its slots are storage objects of its region. Functions that write
/// halt in a static call. Gas is that of docs/protocol/host-functions.md; more in docs/protocol/faces.md.
interface ISherdScript {
    /// @notice 0 when a transaction called, 1 when a script did.
    function callerKind() external view returns (uint256);

    /// @notice Id of the calling script; 0 for a transaction.
    function callerScript() external view returns (uint256);

    function isStatic() external view returns (bool);

    function currentShard() external view returns (uint256);

    function shardCount() external view returns (uint256);

    function currentSlot() external view returns (uint256);

    function scriptId() external view returns (uint256);

    function scriptCount() external view returns (uint256);

    /// @notice Smallest deposit in gwei that the beacon chain makes a validator of. A receipt that asks with less is
    /// refused there for ever, and its ETH is lost.
    function minDeposit() external view returns (uint256);

    function recentBeaconStateRoot(uint256 slot) external view returns (bytes32);

    function recentShardStateRoot(uint256 shard, uint256 slot) external view returns (bytes32);

    /// @notice Bytes of the object, or -1 when there is none. A slot that is not 0 is an object of 32 bytes under its
    /// number.
    function storageSize(bytes32 key) external view returns (int256);

    function storageRead(bytes32 key) external view returns (bool exists, bytes memory storage_);

    /// @notice How often the object was written, or -1.
    function storageVersion(bytes32 key) external view returns (int256);

    /// @notice Last slot (of the chain) at which the object can be read, or -1.
    function storageTtl(bytes32 key) external view returns (int256);

    function storageWrite(bytes32 key, bytes calldata storage_) external returns (uint256 version);

    function storageRemove(bytes32 key) external returns (bool existed);

    function storageExtendTtl(bytes32 key, uint256 slots) external returns (bool exists);

    /// @notice Saves a receipt for a script on a shard, or for the beacon chain (shard 0xffffffff).
    function saveReceipt(uint256 shard, uint256 script, bytes calldata data) external returns (uint256 index);

    /// @notice Verifies an SSZ ReceiptClaim and marks its receipt consumed.
    /// `reason` is 0, or says why not (docs/protocol/host-functions.md, claims), and then nothing has happened.
    /// `amount` is in gwei, of a withdrawal; else 0.
    function claimReceipt(bytes calldata claim)
        external
        returns (
            int256 reason,
            uint256 source,
            uint256 index,
            uint256 slot,
            uint256 sender,
            uint256 amount,
            bytes memory data
        );

    /// @notice Runs another script on its own region with at most `gas`. One that aborts reverts with its data.
    function callScript(uint256 script, bytes calldata data, uint256 gas) external returns (bytes memory output);

    /// @notice The same without any write; only a script with a lower id than the own one may be asked.
    function staticCallScript(uint256 script, bytes calldata data, uint256 gas)
        external
        view
        returns (bytes memory output);

    /// @notice Runs raw code (WebAssembly or EVM bytecode) as a pure function with at most `gas`.
    function executeCode(bytes calldata code, bytes calldata data, uint256 gas)
        external
        view
        returns (bytes memory output);

    /// @notice Checks a BLS signature (96 bytes) under a public key (48 bytes).
    function blsVerify(bytes calldata publicKey, bytes calldata message, bytes calldata signature)
        external
        view
        returns (bool);
}

ISherdScript constant SHERD_SCRIPT = ISherdScript(0x0000000000000000000000000000000000005e4D);
