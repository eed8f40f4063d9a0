// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {SHERD} from "../Sherd.sol";

/// Leaves messages, with ETH if you like, in the postbox of another shard. Each calls `deliver` there, from the
/// mirrored address of this postbox.
contract Postbox {
    event Received(address indexed from, uint256 value, string text);

    /// For the call on the other side; taken from the gas of this one.
    uint256 constant GAS = 100_000;

    function post(uint256 shard, address postbox, string calldata text) external payable returns (uint256 receiptIndex) {
        return SHERD.send{value: msg.value}(shard, postbox, GAS, abi.encodeCall(this.deliver, (text)));
    }

    function deliver(string calldata text) external payable {
        require(bytes(text).length > 0, "empty");
        emit Received(msg.sender, msg.value, text);
    }

    /// What could not be delivered comes back.
    receive() external payable {}
}
