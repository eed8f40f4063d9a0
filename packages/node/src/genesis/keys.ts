/** Keys of a network from its mnemonic: validators (EIP-2334) and Ethereum accounts (BIP-44). */
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { type Address, addressToBytes, bytesToHex, type Hex, SherdError } from 'sherd/base';
import { addressOf, blsDeriveSecretKey, blsPublicKey } from 'sherd/crypto';

/** Known to everybody: what it guards is worth nothing. */
export const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

export interface AccountKey {
  readonly address: Address;
  readonly secretKey: Uint8Array;
}

export interface ValidatorKey {
  readonly pubkey: Uint8Array;
  readonly secretKey: Uint8Array;
  /** 0x01, eleven zeros, an address: where the priority fees of its blocks go. */
  readonly withdrawalCredentials: Uint8Array;
}

export interface NetworkKeys {
  /** m/12381/3600/index/0/0. */
  validator(index: number): ValidatorKey;
  /** m/44'/60'/0'/0/index. */
  account(index: number): AccountKey;
}

/** @throws SherdError BAD_MNEMONIC for words that are no BIP-39 phrase. */
export function createNetworkKeys(mnemonic: string = DEV_MNEMONIC): NetworkKeys {
  const words = mnemonic.trim().split(/\s+/).join(' ');
  if (!validateMnemonic(words, wordlist)) {
    throw new SherdError('BAD_MNEMONIC', 'the mnemonic is no BIP-39 phrase of English words');
  }
  const seed = mnemonicToSeedSync(words);
  const wallet = HDKey.fromMasterSeed(seed);
  const accounts = wallet.derive("m/44'/60'/0'/0");
  const feeAccounts = wallet.derive("m/44'/60'/1'/0");
  return {
    validator(index) {
      const secretKey = blsDeriveSecretKey(seed, [12_381, 3600, index, 0, 0]);
      const withdrawalCredentials = new Uint8Array(32);
      withdrawalCredentials[0] = 1;
      withdrawalCredentials.set(addressToBytes(accountAt(feeAccounts, index).address), 12);
      return { secretKey, pubkey: blsPublicKey(secretKey), withdrawalCredentials };
    },
    account: (index) => accountAt(accounts, index),
  };
}

/** Secret keys by public key, for those that the mnemonic leads to. */
export interface KeyRing {
  /** Undefined for a validator whose key is somebody else's. */
  secretKey(pubkey: Uint8Array): Uint8Array | undefined;
}

/** The keys of the first `count` validators of the mnemonic. */
export function createKeyRing(keys: NetworkKeys, count: number): KeyRing {
  const secrets = new Map<Hex, Uint8Array>();
  for (let index = 0; index < count; index++) {
    const { pubkey, secretKey } = keys.validator(index);
    secrets.set(bytesToHex(pubkey), secretKey);
  }
  return { secretKey: (pubkey) => secrets.get(bytesToHex(pubkey)) };
}

function accountAt(wallet: HDKey, index: number): AccountKey {
  const { privateKey } = wallet.deriveChild(index);
  if (privateKey === null) throw new Error('a wallet without private keys');
  return { secretKey: privateKey, address: addressOf(privateKey) };
}
