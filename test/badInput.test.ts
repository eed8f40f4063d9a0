/**
 * What strangers may send over the wire: each wrong thing gets its coded refusal, leaves nothing behind, and the
 * network goes on. After every test the network proves that by two transactions, one of each kind.
 */
import { addressToBytes, bytesToHex, concatBytes, type Hex, hexToBytes, SherdError } from 'sherd/base';
import { DepositData, ReceiptClaim, SignedWithdrawal } from 'sherd/beacon';
import { encodeTransaction, type LegacyTransaction, signTransaction } from 'sherd/tx';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  claimMessage,
  depositMessage,
  refusalOf,
  sendMessage,
  signMessage,
  transferMessage,
} from '../packages/node/src/demo/ethTransfer.ts';
import { transferScriptCode } from '../packages/node/src/demo/files.ts';
import {
  connect,
  getValidator,
  headSlot,
  type Network,
  receiptClaim,
  runMessage,
  runOperation,
  runTransaction,
  scriptBalance,
  transferAccount,
  type ValidatorInfo,
  withdrawalClaim,
} from '../packages/node/src/demo/network.ts';
import {
  depositData,
  newScriptOperation,
  newValidatorOperation,
  withdrawalOperation,
} from '../packages/node/src/demo/operations.ts';
import { type NetworkProcess, startNetwork } from '../packages/node/src/demo/process.ts';
import { until } from '../packages/node/src/demo/rpc.ts';
import { createNetworkKeys } from '../packages/node/src/genesis/index.ts';
import { assembleModule } from '../packages/testkit/src/wasmAssembler.ts';

const keys = createNetworkKeys();
const alice = keys.account(0);
const bob = keys.account(1);
const ETH = 1_000_000_000n;
const SHARD = 1;

let node: NetworkProcess;
let network: Network;
/** Id of the transfer script. */
let script: number;
let gasLimit = 1_000_000;

beforeAll(async () => {
  node = await startNetwork(['--ephemeral']);
  network = await connect(node.url);
  script = await register(transferScriptCode());
  const { receiptIndex } = await runOperation(network, 'withdrawal', await withdrawal({}));
  await runMessage(network, SHARD, script, claimMessage(await withdrawalClaim(network, receiptIndex!)));
});

afterAll(() => node?.stop());

afterEach(async () => {
  const { nonce } = (await transferAccount(network, SHARD, script, alice.address))!;
  const context = { chainId: network.chainId, shard: SHARD, script };
  await send(transferMessage(context, { to: bob.address, amount: 1n, nonce }, alice.secretKey));
  const hash = await network.shards[SHARD]!.call<Hex>('eth_sendRawTransaction', await ethereum({}));
  const receipt = await until('the receipt', async () => {
    const receipt = await network.shards[SHARD]!.call<{ status: Hex } | null>('eth_getTransactionReceipt', hash);
    return receipt ?? undefined;
  });
  expect(receipt.status).toBe('0x1');
});

/** Code and message of a refusal. */
async function refusal(action: Promise<unknown>): Promise<SherdError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof SherdError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

async function code(action: Promise<unknown>): Promise<string> {
  return (await refusal(action)).code;
}

/** The same message may be sent again as another transaction: gas limits differ. */
function send(message: Uint8Array, shard = SHARD) {
  return runTransaction(network, shard, { script, gasLimit: gasLimit++, data: message });
}

/** Why the script refuses a message. */
async function scriptRefusal(message: Uint8Array, shard = SHARD): Promise<string> {
  const { outcome, output } = await send(message, shard);
  expect(outcome).toBe('aborted');
  return refusalOf(output).code;
}

async function validator(): Promise<ValidatorInfo> {
  return (await getValidator(network, 0))!;
}

async function withdrawal(fields: {
  amount?: bigint;
  nonce?: bigint;
  targetScript?: number;
  targetShard?: number;
  data?: Uint8Array;
}) {
  const { nonce } = await validator();
  const message = {
    validatorIndex: 0,
    nonce,
    targetShard: SHARD,
    targetScript: script,
    amount: 5n * ETH,
    data: addressToBytes(alice.address),
    ...fields,
  };
  return withdrawalOperation(network.chainId, message, keys.validator(0));
}

async function register(wasm: Uint8Array): Promise<number> {
  const { nonce } = await validator();
  const message = { sender: 0, nonce, slot: await headSlot(network), code: wasm };
  const operation = newScriptOperation(network.chainId, message, keys.validator(0));
  return (await runOperation(network, 'newExecutionScript', operation)).scriptId!;
}

/** A signed Ethereum transaction of account 7 on the shard. */
async function ethereum(fields: Partial<LegacyTransaction>, shard = SHARD): Promise<Hex> {
  const { address, secretKey } = keys.account(7);
  const rpc = network.shards[shard]!;
  const nonce = BigInt(await rpc.call<Hex>('eth_getTransactionCount', address, 'pending'));
  const gasPrice = BigInt(await rpc.call<Hex>('eth_gasPrice')) * 2n;
  const chainId = network.chainId + BigInt(shard);
  const tx: LegacyTransaction = {
    type: 0,
    chainId,
    nonce,
    gasPrice,
    gasLimit: 21_000n,
    to: bob.address,
    value: 1n,
    data: new Uint8Array(0),
    ...fields,
  };
  return bytesToHex(encodeTransaction(signTransaction(tx, secretKey)));
}

async function nonceOf(address: Hex): Promise<bigint> {
  return (await transferAccount(network, SHARD, script, address))!.nonce;
}

const context = () => ({ chainId: network.chainId, shard: SHARD, script });

describe('transactions to scripts', () => {
  test('an unknown script', async () => {
    const transaction = { script: 999, gasLimit: 100_000, data: new Uint8Array(0) };
    expect(await code(runTransaction(network, SHARD, transaction))).toBe('UNKNOWN_SCRIPT');
  });

  test('a bad signature, a stale nonce, too much', async () => {
    const nonce = await nonceOf(alice.address);
    const good = transferMessage(context(), { to: bob.address, amount: 7n, nonce }, alice.secretKey);
    const unsigned = good.slice();
    unsigned.fill(0, 37);
    expect(await scriptRefusal(unsigned)).toBe('BAD_SIGNATURE');
    const forged = good.slice();
    forged[21]! ^= 1;
    expect(await scriptRefusal(forged)).toMatch(/^(UNKNOWN_ACCOUNT|BAD_SIGNATURE)$/);
    expect((await send(good)).outcome).toBe('finished');
    expect(await scriptRefusal(good)).toBe('BAD_NONCE');
    const tooMuch = { to: bob.address, amount: 10_000n * ETH, nonce: nonce + 1n };
    expect(await scriptRefusal(transferMessage(context(), tooMuch, alice.secretKey))).toBe('INSUFFICIENT_BALANCE');
  });

  test('a message for another shard or chain', async () => {
    const nonce = await nonceOf(alice.address);
    const fields = { to: bob.address, amount: 7n, nonce };
    for (const other of [{ shard: 2 }, { chainId: 1n }]) {
      const message = transferMessage({ ...context(), ...other }, fields, alice.secretKey);
      expect(await scriptRefusal(message)).toBe('UNKNOWN_ACCOUNT');
    }
  });

  test('a send to no shard, a deposit without its proof', async () => {
    const nonce = await nonceOf(alice.address);
    const nowhere = sendMessage(context(), { shard: 77, to: bob.address, amount: 7n, nonce }, alice.secretKey);
    expect(await scriptRefusal(nowhere)).toBe('BAD_TARGET_SHARD');
    const deposit = depositData(network.chainId, ETH, alice.address, keys.validator(500));
    const unproved = DepositData.serialize({ ...DepositData.deserialize(deposit), amount: 2n * ETH });
    const message = depositMessage(context(), { deposit: unproved, nonce }, alice.secretKey);
    expect(await scriptRefusal(message)).toBe('BAD_DEPOSIT');
  });

  test('nonsense', async () => {
    expect(await scriptRefusal(new Uint8Array(0))).toBe('MALFORMED');
    expect(await scriptRefusal(Uint8Array.of(99))).toBe('UNKNOWN_KIND');
    expect(await scriptRefusal(signMessage(context(), Uint8Array.of(2), alice.secretKey))).toBe('MALFORMED');
  });

  test('more gas than a block has, no gas, more bytes than a block has', async () => {
    const data = new Uint8Array(0);
    const over = { script, gasLimit: 30_000_001, data };
    expect(await code(runTransaction(network, SHARD, over))).toBe('GAS_LIMIT_TOO_HIGH');
    expect(await code(runTransaction(network, SHARD, { script, gasLimit: 0, data }))).toBe('GAS_LIMIT_ZERO');
    const large = { script, gasLimit: 1_000_000, data: new Uint8Array(1_100_000) };
    expect(await code(runTransaction(network, SHARD, large))).toBe('TRANSACTION_TOO_LARGE');
  });

  test('too little gas takes what there is and does nothing', async () => {
    const nonce = await nonceOf(alice.address);
    const data = transferMessage(context(), { to: bob.address, amount: 7n, nonce }, alice.secretKey);
    const result = await runTransaction(network, SHARD, { script, gasLimit: 30_000, data });
    expect(result).toMatchObject({ outcome: 'outOfGas', gasUsed: 30_000 });
    expect(await nonceOf(alice.address)).toBe(nonce);
  });

  test('transactions that want more than the block has left wait for the next one', async () => {
    const spin = await register(assembleModule({ main: 'loop br 0 end' }));
    const data = [1, 2, 3].map((byte) => Uint8Array.of(byte));
    const results = await Promise.all(
      data.map((each) => runTransaction(network, SHARD, { script: spin, gasLimit: 20_000_000, data: each })),
    );
    for (const { outcome, gasUsed } of results)
      expect({ outcome, gasUsed }).toEqual({ outcome: 'outOfGas', gasUsed: 20_000_000 });
    expect(new Set(results.map(({ height }) => height)).size).toBe(3);
  });
});

describe('claims', () => {
  test('a forged proof and a replayed one', async () => {
    const { receiptIndex } = await runOperation(network, 'withdrawal', await withdrawal({ amount: ETH }));
    const good = await withdrawalClaim(network, receiptIndex!);
    const claim = ReceiptClaim.deserialize(good);
    const forge = (receipt: Partial<ReceiptClaim['receipt']>) =>
      claimMessage(ReceiptClaim.serialize({ ...claim, receipt: { ...claim.receipt, ...receipt } }));
    expect(await scriptRefusal(forge({ amount: 1_000n * ETH }))).toBe('CLAIM_BAD_PROOF');
    expect(await scriptRefusal(forge({ data: addressToBytes(bob.address) }))).toBe('CLAIM_BAD_PROOF');
    expect(await scriptRefusal(forge({ targetShard: 2 }), 2)).toBe('CLAIM_BAD_PROOF');
    expect(await scriptRefusal(claimMessage(good), 2)).toBe('CLAIM_WRONG_TARGET');
    expect(await scriptRefusal(claimMessage(good.subarray(2)))).toBe('CLAIM_MALFORMED');
    const before = (await transferAccount(network, SHARD, script, alice.address))!.balance;
    expect((await send(claimMessage(good))).outcome).toBe('finished');
    expect(await scriptRefusal(claimMessage(good))).toBe('CLAIM_ALREADY_CONSUMED');
    expect((await transferAccount(network, SHARD, script, alice.address))!.balance).toBe(before + ETH);
  });

  test('a receipt of nobody', async () => {
    expect(await code(withdrawalClaim(network, 10_000n))).toBe('UNKNOWN_RECEIPT');
    expect(await code(receiptClaim(network, SHARD, 10_000n))).toBe('UNKNOWN_RECEIPT');
  });

  test('a validator out of a receipt that was used', async () => {
    const nonce = await nonceOf(alice.address);
    const key = keys.validator(600);
    const deposit = depositData(network.chainId, ETH, alice.address, key);
    const { receipts } = await included(await send(depositMessage(context(), { deposit, nonce }, alice.secretKey)));
    const claim = await receiptClaim(network, SHARD, receipts[0]!);
    await runOperation(network, 'newValidator', newValidatorOperation(claim));
    expect((await getValidator(network, key.pubkey))?.balance).toBe(ETH);
    const again = newValidatorOperation(await receiptClaim(network, SHARD, receipts[0]!));
    expect(await code(runOperation(network, 'newValidator', again))).toBe('RECEIPT_CONSUMED');
    expect((await getValidator(network, key.pubkey))?.balance).toBe(ETH);
  });
});

async function included({ id }: { readonly id: Hex }): Promise<{ readonly receipts: readonly bigint[] }> {
  const { receipts } = await network.shards[SHARD]!.call<{ receipts: readonly Hex[] }>('shard_getTransaction', id);
  return { receipts: receipts.map(BigInt) };
}

describe('claims of the EVM script', () => {
  const deliver = (claim: ReceiptClaim) => {
    const data = concatBytes(Uint8Array.of(0x7d), ReceiptClaim.serialize(claim));
    return runTransaction(network, SHARD, { script: 0, gasLimit: gasLimit++, data });
  };

  test('a forged one, one that the relayer has delivered, and nonsense', async () => {
    const { address } = keys.account(8);
    const rpc = network.shards[SHARD]!;
    const balance = async () => BigInt(await rpc.call<Hex>('eth_getBalance', address, 'latest'));
    const before = await balance();
    const fields = { amount: ETH, targetScript: 0 };
    const operation = await withdrawal({ ...fields, data: addressToBytes(address) });
    const { receiptIndex } = await runOperation(network, 'withdrawal', operation);
    await until('the delivery', async () => ((await balance()) > before ? true : undefined));
    const claim = ReceiptClaim.deserialize(await withdrawalClaim(network, receiptIndex!));
    expect(await code(deliver(claim))).toBe('CLAIM_ALREADY_CONSUMED');
    const forged = { ...claim, receipt: { ...claim.receipt, amount: 9n * ETH, index: 99n } };
    expect(await code(deliver(forged))).toBe('CLAIM_BAD_PROOF');
    const raw = (data: Uint8Array) => runTransaction(network, SHARD, { script: 0, gasLimit: gasLimit++, data });
    expect(await code(raw(Uint8Array.of(0x7d, 1)))).toBe('CLAIM_MALFORMED');
    expect(await code(raw(Uint8Array.of(1, 2, 3)))).toMatch(/^RLP_/);
    expect(await code(raw(new Uint8Array(0)))).toBe('RLP_TRUNCATED');
    expect(await balance()).toBe(before + ETH * 10n ** 9n);
  });
});

describe('operations', () => {
  test('a bad signature, a stale nonce, too much, an unknown script or shard', async () => {
    const { nonce } = await validator();
    const good = SignedWithdrawal.deserialize(await withdrawal({ amount: 1n }));
    const other = SignedWithdrawal.serialize({ ...good, message: { ...good.message, amount: 2n } });
    expect(await code(runOperation(network, 'withdrawal', other))).toBe('BAD_SIGNATURE');
    const stale = await withdrawal({ nonce: nonce - 1n });
    expect(await code(runOperation(network, 'withdrawal', stale))).toBe('BAD_NONCE');
    const tooMuch = await withdrawal({ amount: 1_000_000n * ETH });
    expect(await code(runOperation(network, 'withdrawal', tooMuch))).toBe('INSUFFICIENT_BALANCE');
    expect(await code(runOperation(network, 'withdrawal', await withdrawal({ targetScript: 999 })))).toBe(
      'UNKNOWN_SCRIPT',
    );
    expect(await code(runOperation(network, 'withdrawal', await withdrawal({ targetShard: 999 })))).toBe(
      'UNKNOWN_SHARD',
    );
    expect(await code(runOperation(network, 'withdrawal', Uint8Array.of(1, 2, 3)))).toBe('BAD_SSZ');
  });

  test('a module with a float', async () => {
    // (module (memory 1 1) (func (drop (f64.const 0))) with the exports of a script
    const wasm = hexToBytes(
      '0061736d0100000001040160000003020100050401010101071102046d61696e0000066d656d6f727902000a0e010c00440000000000000000' +
        '1a0b',
    );
    expect(WebAssembly.validate(wasm)).toBe(true);
    const before = (await validator()).balance;
    const refused = await refusal(register(wasm));
    expect(refused.code).toBe('CODE_REFUSED');
    expect(refused.message).toMatch(/WASM_FLOAT/);
    expect((await validator()).balance).toBe(before);
    const verdict = await network.beacon.call<{ ok: boolean; error: { code: string } }>(
      'script_check',
      bytesToHex(wasm),
    );
    expect(verdict).toMatchObject({ ok: false, error: { code: 'WASM_FLOAT' } });
  });

  test('bytes that are no module', async () => {
    expect((await refusal(register(Uint8Array.of(0, 0x61, 0x73, 0x6d, 9)))).message).toMatch(/WASM_MALFORMED/);
    expect(await code(register(new Uint8Array(0)))).toBe('CODE_SIZE');
  });

  test('scripts that recurse, grow and trap for ever end by their counters', async () => {
    const modules = {
      recurses: { main: 'call $again', functions: { again: { code: 'call $again' } } },
      grows: { main: 'loop i32.const 1 memory.grow drop br 0 end', memory: [1, 16] as const },
      traps: { main: 'unreachable' },
      reads: { main: 'i32.const 70000000 i32.load 0 drop' },
      host: { imports: ['dataCopy'] as const, main: 'i32.const -1 i32.const 0 i32.const -1 call $dataCopy' },
    };
    const ends: Record<string, string> = {};
    for (const [name, source] of Object.entries(modules)) {
      const id = await register(assembleModule(source));
      const { outcome, gasUsed } = await runTransaction(network, SHARD, {
        script: id,
        gasLimit: 5_000_000,
        data: Uint8Array.of(id),
      });
      expect(gasUsed).toBe(5_000_000);
      ends[name] = outcome;
    }
    expect(ends).toEqual({
      recurses: 'callDepth',
      grows: 'outOfGas',
      traps: 'trapped',
      reads: 'trapped',
      host: 'outOfGas',
    });
  });

  test('a script that loops for ever ends with its gas', async () => {
    const spin = await register(assembleModule({ main: 'loop br 0 end' }));
    const result = await runTransaction(network, SHARD, {
      script: spin,
      gasLimit: 30_000_000,
      data: new Uint8Array(0),
    });
    expect(result).toMatchObject({ outcome: 'outOfGas', gasUsed: 30_000_000 });
    expect(await scriptBalance(network, spin)).toBe(0n);
  });
});

describe('Ethereum transactions', () => {
  const answer = async (tx: Hex | Promise<Hex>) => {
    const { code: name, message } = await refusal(network.shards[SHARD]!.call('eth_sendRawTransaction', await tx));
    return `${name}: ${message.replace('eth_sendRawTransaction: ', '')}`;
  };

  test('malformed RLP', async () => {
    expect(await answer('0x')).toBe('RLP_TRUNCATED: transaction of 0 bytes');
    expect(await answer('0xf8')).toBe('RLP_TRUNCATED: RLP: item at byte 0 wants 2 bytes, have 1');
    expect(await answer('0xc0')).toBe('RLP_FIELD: transaction: have 0 items, want 9');
    expect(await answer('0x05c0')).toBe('TX_TYPE_NOT_SUPPORTED: transaction type not supported');
    expect(await answer(`${await ethereum({})}00`)).toMatch(/^RLP_TRAILING_BYTES: /);
  });

  test('a bad signature, and one for another chain', async () => {
    const good = await ethereum({});
    expect(await answer(`${good.slice(0, -64)}${'f'.repeat(64)}` as Hex)).toMatch(/^SIGNATURE_INVALID: /);
    expect(await answer(ethereum({ chainId: 1n }))).toBe(
      'CHAIN_ID_MISMATCH: invalid chain id for signer: have 1 want 53001',
    );
  });

  test('a stale nonce, and the same again', async () => {
    const first = await ethereum({});
    await network.shards[SHARD]!.call('eth_sendRawTransaction', first);
    expect(await answer(first)).toMatch(/^(ALREADY_KNOWN: already known|NONCE_TOO_LOW: nonce too low: )/);
    expect(await answer(ethereum({ nonce: 0n, value: 2n }))).toMatch(
      /^NONCE_TOO_LOW: nonce too low: next nonce \d+, tx nonce 0/,
    );
  });

  test('too much gas, too little gas, too little money', async () => {
    expect(await answer(ethereum({ gasLimit: 30_000_001n }))).toMatch(/^GAS_LIMIT_TOO_HIGH: /);
    expect(await answer(ethereum({ gasLimit: 20_999n }))).toBe(
      'INTRINSIC_GAS_TOO_LOW: intrinsic gas too low: have 20999, want 21000',
    );
    expect(await answer(ethereum({ value: 10n ** 24n }))).toMatch(
      /^INSUFFICIENT_FUNDS: insufficient funds for gas \* price \+ value: /,
    );
  });
});

describe('calls', () => {
  test('that loop for ever end with their gas', async () => {
    const call = { to: bob.address, data: '0x' };
    // JUMPDEST, PUSH1 0, JUMP
    const overrides = { [bob.address]: { code: '0x5b600056' } };
    const refused = await refusal(network.shards[SHARD]!.call('eth_call', call, 'latest', overrides));
    expect(refused.message).toMatch(/out of gas/);
  });
});

describe('JSON', () => {
  async function post(body: string, path = `/shard/${SHARD}`) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${network.url}${path}`, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  }
  const errorCode = async (body: string) =>
    (JSON.parse((await post(body)).text) as { error: { code: number } }).error.code;

  test('that is none, that is deep, that is no request', async () => {
    expect(await errorCode('{')).toBe(-32700);
    expect(await errorCode('['.repeat(100_000))).toBe(-32600);
    expect(await errorCode('{"jsonrpc":"2.0","id":1}')).toBe(-32600);
    expect(await errorCode('{"jsonrpc":"2.0","id":1,"method":"eth_nothing"}')).toBe(-32601);
    expect(await errorCode('{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":[1]}')).toBe(-32602);
    expect(await errorCode('{"jsonrpc":"2.0","id":1,"method":"shard_sendTransaction","params":[{}]}')).toBe(-32602);
  });

  test('for a shard that there is not', async () => {
    expect((await post('{}', '/shard/99')).status).toBe(404);
  });
});
