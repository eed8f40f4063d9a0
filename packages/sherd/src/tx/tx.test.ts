import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, bytesToHex, hexToBytes } from '../base/index.ts';
import { addressOf } from '../crypto/index.ts';
import { forkRules } from '../protocol/index.ts';
import {
  type Authorization,
  type BlobTransaction,
  decodeTransaction,
  decodeWithSidecar,
  effectiveGasPrice,
  encodeTransaction,
  encodeWithSidecar,
  recoverAuthority,
  recoverSender,
  signAuthorization,
  signTransaction,
  type Transaction,
  transactionHash,
  validateTransaction,
  versionedHash,
} from './index.ts';

const KEY = hexToBytes('0x4646464646464646464646464646464646464646464646464646464646464646');
const TO: Address = '0x3535353535353535353535353535353535353535';
const osaka = forkRules('osaka').rules;

const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(bytesToHex);
const call = {
  nonce: uint(64),
  gasLimit: uint(64),
  to: fc.option(address, { nil: undefined }),
  value: uint(256),
  data: fc.uint8Array({ maxLength: 60 }),
};
const typed = {
  ...call,
  chainId: uint(64),
  accessList: fc.array(fc.record({ address, slots: fc.array(uint(256), { maxLength: 2 }) }), { maxLength: 2 }),
};
const market = { ...typed, maxPriorityFeePerGas: uint(128), maxFeePerGas: uint(128) };
const authorization: fc.Arbitrary<Authorization> = fc.record({
  chainId: uint(256),
  address,
  nonce: uint(64),
  yParity: uint(8),
  r: uint(256),
  s: uint(256),
});
const transactions: fc.Arbitrary<Transaction> = fc.oneof(
  fc.record({
    type: fc.constant(0 as const),
    ...call,
    chainId: fc.option(uint(60), { nil: undefined }),
    gasPrice: uint(128),
  }),
  fc.record({ type: fc.constant(1 as const), ...typed, gasPrice: uint(128) }),
  fc.record({ type: fc.constant(2 as const), ...market }),
  fc.record({
    type: fc.constant(3 as const),
    ...market,
    maxFeePerBlobGas: uint(128),
    blobVersionedHashes: fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant(4 as const), ...market, authorizationList: fc.array(authorization, { maxLength: 2 }) }),
);

const legacy: Transaction = {
  type: 0,
  chainId: 1n,
  nonce: 9n,
  gasPrice: 20_000_000_000n,
  gasLimit: 21_000n,
  to: TO,
  value: 10n ** 18n,
  data: new Uint8Array(0),
};
const feeMarket: Transaction = {
  type: 2,
  chainId: 1n,
  nonce: 0n,
  maxPriorityFeePerGas: 2n,
  maxFeePerGas: 10n,
  gasLimit: 21_000n,
  to: TO,
  value: 0n,
  data: new Uint8Array(0),
  accessList: [],
};

function refusal(tx: Transaction, rules = osaka): string {
  try {
    validateTransaction(tx, rules, 1n);
    return 'valid';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('transactions', () => {
  it('sign the example of EIP-155 to the byte', () => {
    const signed = signTransaction(legacy, KEY);
    expect(bytesToHex(encodeTransaction(signed))).toBe(
      '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
    );
    expect(recoverSender(signed)).toBe('0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f');
  });

  it('of every type decode to what was encoded, and keep sender and hash', () => {
    const sender = addressOf(KEY);
    fc.assert(
      fc.property(transactions, (tx) => {
        const signed = signTransaction(tx, KEY);
        const decoded = decodeTransaction(encodeTransaction(signed));
        expect(decoded).toEqual(signed);
        expect(recoverSender(decoded)).toBe(sender);
        expect(transactionHash(decoded)).toEqual(transactionHash(signed));
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it('that are objects from elsewhere have fields of the right type', () => {
    const change = (fields: object) => refusal({ ...feeMarket, ...fields } as Transaction);
    const checksummed = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
    expect(change({})).toBe('valid');
    for (const fields of [
      { nonce: 0 },
      { gasLimit: 21_000 },
      { gasLimit: -1n },
      { value: -1n },
      { value: undefined },
      { maxFeePerGas: -1n },
      { maxPriorityFeePerGas: null },
      { to: checksummed },
      { to: '0x12' },
      { data: '0x12' },
      { accessList: undefined },
      { accessList: [{ address: checksummed, slots: [] }] },
      { accessList: [{ address: TO, slots: [1n << 256n] }] },
      { type: 3, maxFeePerBlobGas: 1n },
      { type: 3, maxFeePerBlobGas: 1n, blobVersionedHashes: [Uint8Array.of(1)] },
      { type: 3, maxFeePerBlobGas: 1, blobVersionedHashes: [] },
      { type: 4 },
      { type: 4, authorizationList: [{ address: checksummed }] },
      { type: 0, gasPrice: 1 },
    ]) {
      expect([fields, change(fields)]).toEqual([fields, 'TX_FIELD']);
    }
  });

  it('refuse bytes that are no transaction with a code', () => {
    const code = (hex: string) => {
      try {
        decodeTransaction(hexToBytes(hex));
        return 'accepted';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code('0x')).toBe('RLP_TRUNCATED');
    expect(code('0x05c0')).toBe('TX_TYPE_NOT_SUPPORTED');
    expect(code('0x02c0')).toBe('RLP_FIELD');
    expect(code('0xc0')).toBe('RLP_FIELD');
    const encoded = encodeTransaction(signTransaction(legacy, KEY));
    expect(code(`${bytesToHex(encoded)}00`)).toBe('RLP_TRAILING_BYTES');
  });

  it('are refused for what no state could make valid', () => {
    expect(refusal(feeMarket)).toBe('valid');
    expect(refusal({ ...feeMarket, chainId: 2n })).toBe('CHAIN_ID_MISMATCH');
    expect(refusal(feeMarket, forkRules('berlin').rules)).toBe('TX_TYPE_NOT_SUPPORTED');
    expect(refusal({ ...feeMarket, maxPriorityFeePerGas: 11n })).toBe('PRIORITY_FEE_ABOVE_FEE_CAP');
    expect(refusal({ ...feeMarket, nonce: (1n << 64n) - 1n })).toBe('NONCE_IS_MAX');
    expect(refusal({ ...feeMarket, gasLimit: 16_777_217n })).toBe('GAS_LIMIT_TOO_HIGH');
    expect(refusal({ ...feeMarket, to: undefined, data: new Uint8Array(49_153) })).toBe('INIT_CODE_TOO_LARGE');
    expect(refusal({ ...feeMarket, type: 4, authorizationList: [] })).toBe('NO_AUTHORIZATIONS');
    expect(refusal({ ...legacy, signature: { yParity: 0, r: 1n, s: 1n << 255n } })).toBe('SIGNATURE_INVALID');
    const blob = { ...feeMarket, type: 3, maxFeePerBlobGas: 1n } as const;
    const hash = versionedHash(new Uint8Array(48));
    expect(refusal({ ...blob, blobVersionedHashes: [hash] })).toBe('valid');
    expect(refusal({ ...blob, blobVersionedHashes: [] })).toBe('NO_BLOBS');
    expect(refusal({ ...blob, blobVersionedHashes: new Array(7).fill(hash) })).toBe('TOO_MANY_BLOBS');
    expect(refusal({ ...blob, blobVersionedHashes: [new Uint8Array(32)] })).toBe('BLOB_HASH_VERSION');
    expect(refusal({ ...blob, to: undefined, blobVersionedHashes: [hash] })).toBe('BLOB_TX_CREATION');
  });

  it('pay the base fee and at most the cap', () => {
    expect(effectiveGasPrice(feeMarket, 5n)).toBe(7n);
    expect(effectiveGasPrice(feeMarket, 9n)).toBe(10n);
    expect(effectiveGasPrice(legacy, 5n)).toBe(20_000_000_000n);
  });
});

describe('authorisations', () => {
  it('name who signed them, and nobody when anything was changed to be out of range', () => {
    const signed = signAuthorization({ chainId: 1n, address: TO, nonce: 3n }, KEY);
    expect(recoverAuthority(signed)).toBe(addressOf(KEY));
    expect(recoverAuthority({ ...signed, nonce: 4n })).not.toBe(addressOf(KEY));
    expect(recoverAuthority({ ...signed, yParity: 2n })).toBeUndefined();
    expect(recoverAuthority({ ...signed, s: (1n << 256n) - 1n })).toBeUndefined();
    expect(recoverAuthority({ ...signed, r: 0n })).toBeUndefined();
  });
});

describe('blob sidecars', () => {
  const commitment = new Uint8Array(48).fill(7);
  const tx = signTransaction(
    {
      ...feeMarket,
      type: 3,
      maxFeePerBlobGas: 1n,
      blobVersionedHashes: [versionedHash(commitment)],
    } as BlobTransaction,
    KEY,
  );
  const blobs = [new Uint8Array(131_072)];

  it('travel with the transaction in both forms', () => {
    for (const version of [0, 1] as const) {
      const proofs = new Array(version === 0 ? 1 : 128).fill(new Uint8Array(48));
      const sidecar = { version, blobs, commitments: [commitment], proofs };
      const decoded = decodeWithSidecar(encodeWithSidecar(tx, sidecar));
      expect(decoded.transaction).toEqual(tx);
      expect(decoded.sidecar).toEqual(sidecar);
    }
  });

  it('are refused when counts or hashes do not fit the transaction', () => {
    const sidecar = { version: 0, blobs, commitments: [commitment], proofs: [new Uint8Array(48)] } as const;
    const attempt = (changed: object) => () => decodeWithSidecar(encodeWithSidecar(tx, { ...sidecar, ...changed }));
    const mismatch = expect.objectContaining({ code: 'BLOB_SIDECAR_MISMATCH' });
    expect(attempt({ proofs: [] })).toThrow(mismatch);
    expect(attempt({ commitments: [new Uint8Array(48)] })).toThrow(mismatch);
  });
});
