// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {SHERD_SCRIPT as HOST} from "contracts/Sherd.sol";

/// @title ETH inside shards, as an execution script of EVM bytecode.
/// @notice Messages, answers, refusals and storage objects are those of ../eth-transfer (AssemblyScript): its README
/// describes them. A transaction's data is a message; integers in it are little-endian, amounts are gwei.
contract EthTransfer {
    uint256 private constant BEACON = 0xffffffff;
    uint256 private constant MAX_MESSAGE = 8192;
    uint256 private constant SIGNATURE = 65;
    uint256 private constant DEPOSIT_DATA = 184;
    /// Half of the order of secp256k1: a higher s has a twin that is lower.
    uint256 private constant MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// Number of the signature domain `deposit`.
    uint64 private constant DEPOSIT_DOMAIN = 4;

    /// Why a message was refused. Numbers never change.
    uint32 private constant MALFORMED = 1;
    uint32 private constant UNKNOWN_KIND = 2;
    uint32 private constant BAD_SIGNATURE = 3;
    uint32 private constant BAD_NONCE = 4;
    uint32 private constant UNKNOWN_ACCOUNT = 5;
    uint32 private constant INSUFFICIENT_BALANCE = 6;
    uint32 private constant ZERO_AMOUNT = 7;
    uint32 private constant BALANCE_OVERFLOW = 8;
    uint32 private constant BAD_TARGET_SHARD = 9;
    uint32 private constant BAD_DEPOSIT = 10;
    uint32 private constant BAD_RECEIPT_DATA = 11;
    uint32 private constant FOREIGN_RECEIPT = 12;
    uint32 private constant DEPOSIT_TOO_SMALL = 13;
    uint32 private constant CLAIM_REFUSED = 20;

    /// A host function that reverts here is a fault of ours or of the chain; its sentence is handed on.
    fallback(bytes calldata message) external returns (bytes memory) {
        if (message.length < 1 || message.length > MAX_MESSAGE) refuse(MALFORMED, "a message has 1 to 8192 bytes");
        uint8 kind = uint8(message[0]);
        if (kind == 1) return claim(message);
        if (kind == 2) return transfer(message);
        if (kind == 3) return send(message);
        if (kind == 4) return deposit(message);
        if (kind == 5) return extend(message);
        if (kind == 6) return read(message);
        refuse(UNKNOWN_KIND, "no message of this kind");
    }

    function claim(bytes calldata message) private returns (bytes memory) {
        (int256 reason, uint256 source,,, uint256 sender, uint256 amount, bytes memory data) =
            HOST.claimReceipt(message[1:]);
        if (reason != 0) refuse(CLAIM_REFUSED + uint32(uint256(-reason)), "the claim was refused");
        bytes20 account;
        uint64 value;
        if (source == BEACON) {
            if (data.length != 20) refuse(BAD_RECEIPT_DATA, "a withdrawal names an account of 20 bytes");
            account = bytes20(data);
            value = uint64(amount);
        } else {
            // Only this script's own word, on another shard, is good for ETH.
            if (sender != HOST.scriptId()) refuse(FOREIGN_RECEIPT, "another script saved this receipt");
            if (data.length != 28) refuse(BAD_RECEIPT_DATA, "not a receipt of a sent amount");
            account = bytes20(data);
            bytes8 tail;
            assembly {
                tail := mload(add(data, 52))
            }
            value = swap64(uint64(tail));
        }
        credit(account, value);
        return abi.encodePacked(uint32(0), account, swap64(value));
    }

    function transfer(bytes calldata message) private returns (bytes memory) {
        if (message.length != 37 + SIGNATURE) refuse(MALFORMED, "a transfer has 102 bytes");
        bytes20 from = signer(message);
        uint64 amount = u64(message, 21);
        debit(from, amount, u64(message, 29));
        // Read after the debit was written: whoever pays himself has what he had.
        credit(bytes20(message[1:21]), amount);
        return abi.encodePacked(uint32(0));
    }

    function send(bytes calldata message) private returns (bytes memory) {
        if (message.length != 41 + SIGNATURE) refuse(MALFORMED, "a send has 106 bytes");
        bytes20 from = signer(message);
        uint256 shard = swap32(uint32(bytes4(message[1:5])));
        if (shard == HOST.currentShard() || shard >= HOST.shardCount()) {
            refuse(BAD_TARGET_SHARD, "the target is another shard of this chain");
        }
        uint64 amount = u64(message, 25);
        debit(from, amount, u64(message, 33));
        bytes memory parcel = abi.encodePacked(message[5:25], swap64(amount));
        return index(HOST.saveReceipt(shard, HOST.scriptId(), parcel));
    }

    function deposit(bytes calldata message) private returns (bytes memory) {
        if (message.length != 1 + DEPOSIT_DATA + 8 + SIGNATURE) refuse(MALFORMED, "a deposit has 258 bytes");
        bytes20 from = signer(message);
        bytes calldata data = message[1:1 + DEPOSIT_DATA];
        uint64 amount = u64(data, 80);
        debit(from, amount, u64(message, 185));
        // The beacon chain would refuse these two for ever, when the ETH has left.
        if (amount < HOST.minDeposit()) refuse(DEPOSIT_TOO_SMALL, "the chain takes no deposit so small");
        if (!depositIsSigned(data)) refuse(BAD_DEPOSIT, "the deposit is not signed by its key");
        return index(HOST.saveReceipt(BEACON, 0, data));
    }

    function extend(bytes calldata message) private returns (bytes memory) {
        if (message.length != 29) refuse(MALFORMED, "an extension has 29 bytes");
        if (!HOST.storageExtendTtl(key(bytes20(message[1:21])), u64(message, 21))) {
            refuse(UNKNOWN_ACCOUNT, "no such account");
        }
        return abi.encodePacked(uint32(0));
    }

    function read(bytes calldata message) private view returns (bytes memory) {
        if (message.length != 21) refuse(MALFORMED, "a question has 21 bytes");
        (bool exists, bytes memory record) = HOST.storageRead(key(bytes20(message[1:21])));
        if (!exists) refuse(UNKNOWN_ACCOUNT, "no such account");
        return abi.encodePacked(uint32(0), record);
    }

    // Accounts: an object of 16 bytes (nonce u64, balance u64) under the address with twelve zeros in front.

    function key(bytes20 account) private pure returns (bytes32) {
        return bytes32(uint256(uint160(account)));
    }

    function load(bytes20 account) private view returns (bool exists, uint64 nonce, uint64 balance) {
        bytes memory record;
        (exists, record) = HOST.storageRead(key(account));
        if (!exists) return (false, 0, 0);
        uint256 word;
        assembly {
            word := mload(add(record, 32))
        }
        return (true, swap64(uint64(word >> 192)), swap64(uint64(word >> 128)));
    }

    function store(bytes20 account, uint64 nonce, uint64 balance) private {
        HOST.storageWrite(key(account), abi.encodePacked(swap64(nonce), swap64(balance)));
    }

    /// A new account begins with a nonce above all of its earlier lives: objects expire.
    function credit(bytes20 account, uint64 amount) private {
        (bool exists, uint64 nonce, uint64 balance) = load(account);
        if (!exists) nonce = uint64(HOST.currentSlot() << 24);
        if (uint256(balance) + amount > type(uint64).max) refuse(BALANCE_OVERFLOW, "balance above 2^64 - 1 gwei");
        store(account, nonce, balance + amount);
    }

    function debit(bytes20 account, uint64 amount, uint64 nonce) private {
        (bool exists, uint64 next, uint64 balance) = load(account);
        if (!exists) refuse(UNKNOWN_ACCOUNT, "the signer has no account on this shard");
        if (nonce != next) refuse(BAD_NONCE, "not the nonce of the account");
        if (amount == 0) refuse(ZERO_AMOUNT, "amount of 0 gwei");
        if (amount > balance) refuse(INSUFFICIENT_BALANCE, "amount above the balance");
        unchecked {
            store(account, next + 1, balance - amount);
        }
    }

    // Signatures

    /// The account that signed the message, whose last 65 bytes are r, s and the recovery id.
    function signer(bytes calldata message) private view returns (bytes20) {
        uint256 end = message.length - SIGNATURE;
        bytes32 hash = keccak256(
            abi.encodePacked(
                "\x19Sherd ETH transfer:\n",
                swap64(uint64(block.chainid)),
                swap32(uint32(HOST.currentShard())),
                swap32(uint32(HOST.scriptId())),
                message[:end]
            )
        );
        bytes32 r = bytes32(message[end:end + 32]);
        bytes32 s = bytes32(message[end + 32:end + 64]);
        uint8 parity = uint8(message[end + 64]);
        address found = parity > 1 || uint256(s) > MAX_S ? address(0) : ecrecover(hash, 27 + parity, r, s);
        if (found == address(0)) {
            refuse(BAD_SIGNATURE, "no key made this signature, or its s is in the upper half");
        }
        return bytes20(found);
    }

    /// Proof of possession: a BLS signature over the signing root of DepositMessage, as the beacon chain checks it.
    function depositIsSigned(bytes calldata data) private view returns (bool) {
        bytes32 key0 = sha256(abi.encodePacked(data[:48], bytes16(0)));
        bytes32 root = rootOfThree(key0, bytes32(data[48:80]), bytes32(bytes8(data[80:88])));
        bytes32 signed = rootOfThree(root, u64Chunk(DEPOSIT_DOMAIN), u64Chunk(uint64(block.chainid)));
        return HOST.blsVerify(data[:48], abi.encodePacked(signed), data[88:]);
    }

    /// hash_tree_root of a container with three fields.
    function rootOfThree(bytes32 a, bytes32 b, bytes32 c) private pure returns (bytes32) {
        return sha256(abi.encodePacked(sha256(abi.encodePacked(a, b)), sha256(abi.encodePacked(c, bytes32(0)))));
    }

    function u64Chunk(uint64 value) private pure returns (bytes32) {
        return bytes32(bytes8(swap64(value)));
    }

    // Bytes

    function u64(bytes calldata data, uint256 at) private pure returns (uint64) {
        return swap64(uint64(bytes8(data[at:at + 8])));
    }

    function index(uint256 number) private pure returns (bytes memory) {
        return abi.encodePacked(uint32(0), swap64(uint64(number)));
    }

    function swap32(uint32 value) private pure returns (uint32) {
        value = ((value & 0xff00ff00) >> 8) | ((value & 0x00ff00ff) << 8);
        return (value >> 16) | (value << 16);
    }

    function swap64(uint64 value) private pure returns (uint64) {
        return (uint64(swap32(uint32(value))) << 32) | swap32(uint32(value >> 32));
    }

    /// Ends the run without any effect: code (u32), then a sentence.
    function refuse(uint32 code, string memory sentence) private pure {
        bytes memory output = abi.encodePacked(swap32(code), sentence);
        assembly {
            revert(add(output, 32), mload(output))
        }
    }
}
