/**
 * A running network as a client sees it: the methods that the story needs, typed, and waiting for what takes a block.
 * Amounts are gwei.
 */
import { type Address, bytesToHex, type Hex, hexToBytes, isSherdError, SherdError } from 'sherd/base';
import { accountKey, decodeAccount, refusalOf, type TransferAccount } from './ethTransfer.ts';
import { createRpcClient, type RpcClient, until } from './rpc.ts';

export interface Network {
  readonly url: string;
  /** Of the network; the Ethereum chain id of shard s is `chainId + s`. */
  readonly chainId: bigint;
  readonly shardCount: number;
  readonly scriptPricePerByte: bigint;
  readonly minDeposit: bigint;
  readonly beacon: RpcClient;
  readonly shards: readonly RpcClient[];
}

export interface ValidatorInfo {
  readonly index: number;
  readonly pubkey: Hex;
  readonly balance: bigint;
  readonly nonce: bigint;
}

export interface OperationResult {
  readonly id: Hex;
  readonly slot: bigint;
  readonly scriptId?: number;
  readonly receiptIndex?: bigint;
}

export interface TransactionResult {
  readonly id: Hex;
  readonly height: number;
  readonly outcome: string;
  readonly gasUsed: number;
  readonly output: Uint8Array;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Quantities as the node writes them. */
type Fields = Readonly<Record<string, unknown>>;

/** @throws SherdError NO_NETWORK when nothing answers there. */
export async function connect(url: string): Promise<Network> {
  const base = url.replace(/\/+$/, '');
  const beacon = createRpcClient(`${base}/beacon`);
  const params = await beacon.call<Fields>('beacon_params');
  const shardCount = Number(params['shardCount']);
  return {
    url: base,
    chainId: big(params['chainId']),
    shardCount,
    scriptPricePerByte: big(params['scriptPricePerByte']),
    minDeposit: big(params['minDeposit']),
    beacon,
    shards: Array.from({ length: shardCount }, (_, shard) => createRpcClient(`${base}/shard/${shard}`)),
  };
}

export async function headSlot({ beacon }: Network): Promise<bigint> {
  return big((await beacon.call<Fields>('beacon_head'))['slot']);
}

/** Undefined when there is no such validator. */
export async function getValidator(network: Network, key: number | Uint8Array): Promise<ValidatorInfo | undefined> {
  const named = typeof key === 'number' ? `0x${key.toString(16)}` : bytesToHex(key);
  const found = await network.beacon.call<Fields | null>('beacon_getValidator', named);
  return found === null ? undefined : validatorInfo(found);
}

export async function getValidators({ beacon }: Network): Promise<readonly ValidatorInfo[]> {
  return (await beacon.call<readonly Fields[]>('beacon_getValidators')).map(validatorInfo);
}

function validatorInfo(fields: Fields): ValidatorInfo {
  return {
    index: Number(fields['index']),
    pubkey: fields['pubkey'] as Hex,
    balance: big(fields['balance']),
    nonce: big(fields['nonce']),
  };
}

/** gwei that a script holds on the beacon chain. @throws SherdError UNKNOWN_SCRIPT */
export async function scriptBalance({ beacon }: Network, script: number): Promise<bigint> {
  const found = await beacon.call<Fields | null>('script_get', `0x${script.toString(16)}`);
  if (found === null) throw new SherdError('UNKNOWN_SCRIPT', `the chain has no script ${script}`, { script });
  return big(found['balance']);
}

/** All gwei there is: validators, scripts, and what was burned. */
export async function supply({ beacon }: Network): Promise<bigint> {
  const { validators, scripts, burned } = await beacon.call<Fields>('beacon_getSupply');
  return big(validators) + big(scripts) + big(burned);
}

/** Hands an operation in and waits for its block. @throws SherdError with the reason when it is refused. */
export async function runOperation(
  { beacon }: Network,
  kind: 'newExecutionScript' | 'withdrawal' | 'newValidator',
  data: Uint8Array,
): Promise<OperationResult> {
  const { id } = await beacon.call<{ id: Hex }>('beacon_submitOperation', { kind, data: bytesToHex(data) });
  const found = await until(`the block of a ${kind} operation`, async () => {
    const operation = await beacon.call<Fields | null>('beacon_getOperation', id);
    return operation === null || operation['status'] === 'pending' ? undefined : operation;
  });
  if (found['status'] === 'refused') {
    const { code, message } = found['error'] as { code: string; message: string };
    throw new SherdError(code, `${kind} refused: ${message}`, { id });
  }
  const { scriptId, receiptIndex } = found;
  return {
    id,
    slot: big(found['slot']),
    ...(scriptId === undefined ? {} : { scriptId: Number(scriptId) }),
    ...(receiptIndex === undefined ? {} : { receiptIndex: big(receiptIndex) }),
  };
}

/** Sends a transaction to a script and waits until it is in a block or was left out of one. */
export async function runTransaction(
  { shards }: Network,
  shard: number,
  transaction: { readonly script: number; readonly gasLimit: number; readonly data: Uint8Array },
): Promise<TransactionResult> {
  const rpc = shards[shard]!;
  const { id } = await rpc.call<{ id: Hex }>('shard_sendTransaction', {
    script: `0x${transaction.script.toString(16)}`,
    gasLimit: `0x${transaction.gasLimit.toString(16)}`,
    data: bytesToHex(transaction.data),
  });
  const found = await until(`the block of transaction ${id} on shard ${shard}`, async () => {
    const status = await rpc.call<Fields | null>('shard_getTransaction', id);
    return status === null || status['status'] === 'pending' ? undefined : status;
  });
  const error = found['error'] as TransactionResult['error'];
  if (found['status'] === 'leftOut') {
    throw new SherdError(error?.code ?? 'LEFT_OUT', error?.message ?? 'transaction left out', { id, shard });
  }
  return {
    id,
    height: Number(found['height']),
    outcome: String(found['outcome']),
    gasUsed: Number(found['gasUsed']),
    output: hexToBytes(String(found['output'])),
    ...(error === undefined ? {} : { error }),
  };
}

/**
 * Runs a message of the transfer script that must be accepted.
 * @throws SherdError with the script's own code when it is refused, or the engine's when it failed.
 */
export async function runMessage(
  network: Network,
  shard: number,
  script: number,
  data: Uint8Array,
): Promise<TransactionResult> {
  const result = await runTransaction(network, shard, { script, gasLimit: MESSAGE_GAS, data });
  if (result.outcome === 'finished') return result;
  const { code, message } = result.outcome === 'aborted' ? refusalOf(result.output) : (result.error ?? NO_REASON);
  throw new SherdError(code, `message to script ${script} on shard ${shard} ${result.outcome}: ${message}`, {
    id: result.id,
    shard,
    script,
  });
}

/** More than the dearest message needs: a deposit checks a BLS signature. */
const MESSAGE_GAS = 1_000_000;
const NO_REASON = { code: 'SCRIPT_FAILED', message: 'no reason given' };

/** Account of the transfer script; undefined when the shard has none. */
export async function transferAccount(
  { shards }: Network,
  shard: number,
  script: number,
  account: Address,
): Promise<TransferAccount | undefined> {
  const key = bytesToHex(accountKey(account));
  const object = await shards[shard]!.call<{ storage: Hex } | null>('shard_getObject', `0x${script.toString(16)}`, key);
  return object === null ? undefined : decodeAccount(hexToBytes(object.storage));
}

/** Claim of a withdrawal receipt: SSZ ReceiptClaim. */
export async function withdrawalClaim({ beacon }: Network, index: bigint): Promise<Uint8Array> {
  const { claim } = await beacon.call<{ claim: Hex }>('beacon_getReceiptClaim', `0x${index.toString(16)}`);
  return hexToBytes(claim);
}

/** Claim of a receipt that a script saved, as soon as the beacon chain knows it. */
export async function receiptClaim({ shards }: Network, shard: number, index: bigint): Promise<Uint8Array> {
  return until(`the crosslink of receipt ${index} of shard ${shard}`, async () => {
    try {
      const { claim } = await shards[shard]!.call<{ claim: Hex }>('shard_getReceiptClaim', `0x${index.toString(16)}`);
      return hexToBytes(claim);
    } catch (error) {
      if (isSherdError(error, 'RECEIPT_NOT_CROSSLINKED')) return undefined;
      throw error;
    }
  });
}

function big(value: unknown): bigint {
  if (typeof value === 'string' || typeof value === 'number') return BigInt(value);
  throw new SherdError('BAD_ANSWER', `the node answers ${JSON.stringify(value)}, want a quantity`);
}
