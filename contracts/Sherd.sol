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
