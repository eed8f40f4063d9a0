// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// The ordinary token that `sherd demo` deploys on two shards.
contract DemoToken is ERC20 {
    constructor(uint256 supply) ERC20("Sherd Demo Token", "SDT") {
        _mint(msg.sender, supply);
    }
}
