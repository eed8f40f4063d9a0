/** The keys of the development network, from its mnemonic. Everybody knows them: they are worth nothing elsewhere. */
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';
import type { Address } from 'sherd/base';
import { addressOf, blsDeriveSecretKey, blsPublicKey } from 'sherd/crypto';

export const DEV_MNEMONIC = 'test test test test test test test test test test test junk';

export interface ValidatorKey {
  readonly secretKey: Uint8Array;
  readonly pubkey: Uint8Array;
}

export interface AccountKey {
  readonly secretKey: Uint8Array;
  readonly address: Address;
}

export interface DevKeys {
  /** Signing key of EIP-2334: m/12381/3600/i/0/0. */
  validator(index: number): ValidatorKey;
  /** m/44'/60'/0'/0/i. */
  account(index: number): AccountKey;
}

export function createDevKeys(mnemonic: string = DEV_MNEMONIC): DevKeys {
  const seed = mnemonicToSeedSync(mnemonic);
  const accounts = HDKey.fromMasterSeed(seed).derive("m/44'/60'/0'/0");
  return {
    validator(index) {
      const secretKey = blsDeriveSecretKey(seed, [12_381, 3600, index, 0, 0]);
      return { secretKey, pubkey: blsPublicKey(secretKey) };
    },
    account(index) {
      const secretKey = accounts.deriveChild(index).privateKey!;
      return { secretKey, address: addressOf(secretKey) };
    },
  };
}
