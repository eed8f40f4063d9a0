import { bytesToHex, hexToBytes, isSherdError, parseAddress, utf8ToBytes } from 'sherd/base';
import { addressOf, keccak256 } from 'sherd/crypto';
import { decodeTransaction, encodeTransaction, recoverSender, signTransaction, transactionHash } from 'sherd/tx';

const secretKey = keccak256(utf8ToBytes('a key for examples only'));
const signed = signTransaction(
  {
    type: 2,
    chainId: 1n,
    nonce: 7n,
    maxPriorityFeePerGas: 1_000_000_000n,
    maxFeePerGas: 30_000_000_000n,
    gasLimit: 21_000n,
    to: parseAddress('0x0000000000000000000000000000000000000b0b'),
    value: 10n ** 18n,
    data: new Uint8Array(0),
    accessList: [],
  },
  secretKey,
);
const raw = bytesToHex(encodeTransaction(signed));

const decoded = decodeTransaction(hexToBytes(raw));
console.log(decoded.type, decoded.nonce, decoded.to, decoded.value);
console.log(recoverSender(decoded) === addressOf(secretKey), bytesToHex(transactionHash(decoded)).length);

try {
  decodeTransaction(hexToBytes('0x05c0'));
} catch (error) {
  if (!isSherdError(error)) throw error;
  console.log(error.code, error.data);
}
