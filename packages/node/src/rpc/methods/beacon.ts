/** beacon_*: the chain of validators, scripts and crosslinks. Integers are hex quantities, amounts are in gwei. */
import { equalBytes, hexToBytes, isHex } from 'sherd/base';
import type { BeaconState } from 'sherd/beacon';
import { sha256 } from 'sherd/crypto';
import { type BeaconBlockRecord, OPERATION_KINDS, type OperationKind, type ReceiptRecord } from '../backend.ts';
import { slotTime } from '../ethereum/block.ts';
import { bytesToHex, type Json, quantity, toJson } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Context, type MethodTable, method } from '../method.ts';
import {
  optional,
  type Param,
  param,
  type Read,
  readBytes,
  readField,
  readFields,
  readFixedBytes,
  readInteger,
  readRequired,
  refuse,
} from '../params.ts';

/** A place in a chain: `latest`, a number, or a root. */
export type BlockKey = 'latest' | bigint | Uint8Array;

export function blockKeyParam(name: string): Param<BlockKey> {
  const parse: Read<BlockKey> = (value, at) => {
    if (value === 'latest') return value;
    return isHex(value, 32) ? hexToBytes(value) : readInteger(value, at);
  };
  return { ...param(`${name}OrRoot`, `${name}, root or "latest"`, parse) };
}

export const idParam = param('id', '32 bytes', readFixedBytes(32));
export const indexParam = param('index', 'integer', readInteger);

export function receiptJson({ receipt, status }: ReceiptRecord): Json {
  return { ...(toJson(receipt) as object), status };
}

export interface PageOptions {
  readonly from: bigint;
  readonly count: number;
}

/** A part of a list that may be long. */
export const pageParam: Param<PageOptions | undefined> = optional(
  param('page', `{from?, count?}, at most ${LIMITS.listEntries}`, (value, at) => {
    const fields = readFields(value, at);
    const count = readField(fields, 'count', readInteger, at) ?? BigInt(LIMITS.listEntries);
    if (count > BigInt(LIMITS.listEntries)) refuse(`${at}.count`, String(count), `at most ${LIMITS.listEntries}`);
    return { from: readField(fields, 'from', readInteger, at) ?? 0n, count: Number(count) };
  }),
);

/** `from` beyond the end gives nothing. */
export function pageOf<T>(list: readonly T[], page: PageOptions | undefined): { item: T; index: number }[] {
  const start = page === undefined ? 0 : Number(page.from > BigInt(list.length) ? BigInt(list.length) : page.from);
  return list.slice(start, start + (page?.count ?? LIMITS.listEntries)).map((item, i) => ({ item, index: start + i }));
}

function blockJson(context: Context, { root, block, size }: BeaconBlockRecord): Json {
  const { header, body, signature } = block;
  const newExecutionScripts = body.newExecutionScripts.map(({ message, pubkey }) => ({
    message: { ...message, code: undefined, codeHash: sha256(message.code), codeSize: message.code.length },
    pubkey,
  }));
  return {
    root: bytesToHex(root),
    ...(toJson(header) as object),
    timestamp: quantity(slotTime(context.backend, header.slot)),
    size: quantity(size),
    signature: bytesToHex(signature),
    body: toJson({
      newExecutionScripts,
      withdrawals: body.withdrawals,
      newValidators: body.newValidators.map(({ claim }) => ({
        receipt: claim.receipt,
        beaconSlot: claim.proof.beaconSlot,
      })),
      crosslinks: body.crosslinks.map((crosslink) => ({
        header: crosslink.header,
        aggregationBits: crosslink.aggregationBits.toBoolArray(),
        signature: crosslink.signature,
      })),
    }),
  };
}

function findBlock({ backend }: Context, key: BlockKey): BeaconBlockRecord | undefined {
  if (key === 'latest') return backend.beacon.head();
  return typeof key === 'bigint' ? backend.beacon.blockBySlot(key) : backend.beacon.blockByRoot(key);
}

function validatorJson(state: BeaconState, index: number): Json {
  const { pubkey, withdrawalCredentials, balance, nonce, activationSlot, exitSlot } = state.validators[index]!;
  return toJson({ index, pubkey, withdrawalCredentials, balance, nonce, activationSlot, exitSlot });
}

const readValidatorKey: Read<bigint | Uint8Array> = (value, at) =>
  isHex(value, 48) ? hexToBytes(value) : readInteger(value, at);

const chainMethods: MethodTable<Context> = {
  beacon_params: method('Parameters of the chain, and the time of its genesis.', [], ({ backend }) =>
    toJson({ ...backend.params, genesisTime: backend.genesisTime }),
  ),
  beacon_head: method('Slot, height, block root and state root of the newest beacon block.', [], ({ backend }) => {
    const { root, block } = backend.beacon.head();
    return toJson({ slot: block.header.slot, height: block.header.height, root, stateRoot: block.header.stateRoot });
  }),
  beacon_getBlock: method('The beacon block, or null (an empty slot).', [blockKeyParam('slot')], (context, key) => {
    const record = findBlock(context, key);
    return record === undefined ? null : blockJson(context, record);
  }),
  beacon_getSupply: method('Gwei held by validators, held by scripts, and burned by fees.', [], ({ backend }) => {
    const { validators, executionScripts, burned } = backend.beacon.state();
    const sum = (list: readonly { readonly balance: bigint }[]) =>
      list.reduce((total, { balance }) => total + balance, 0n);
    return toJson({ validators: sum(validators), scripts: sum(executionScripts), burned });
  }),
  beacon_getCrosslinks: method(
    'The newest block of each shard that the beacon chain has accepted.',
    [],
    ({ backend }) => toJson(backend.beacon.state().crosslinks.map((crosslink, shard) => ({ shard, ...crosslink }))),
  ),
};

const validatorMethods: MethodTable<Context> = {
  beacon_getValidators: method('Validators by index.', [pageParam], ({ backend }, page) => {
    const state = backend.beacon.state();
    return pageOf(state.validators, page).map(({ index }) => validatorJson(state, index));
  }),
  beacon_getValidator: method(
    'The validator, or null.',
    [param('validator', 'index or public key', readValidatorKey)],
    ({ backend }, key) => {
      const state = backend.beacon.state();
      const index =
        typeof key === 'bigint' ? Number(key) : state.validators.findIndex(({ pubkey }) => equalBytes(pubkey, key));
      return state.validators[index] === undefined ? null : validatorJson(state, index);
    },
  ),
};

interface Operation {
  readonly kind: OperationKind;
  readonly data: Uint8Array;
}

const operationParam: Param<Operation> = param('operation', '{kind, data}', (value, at) => {
  const fields = readFields(value, at);
  const kind = OPERATION_KINDS.find((known) => known === fields['kind']);
  if (kind === undefined) refuse(`${at}.kind`, fields['kind'], OPERATION_KINDS.join(', '));
  return { kind, data: readRequired(fields, 'data', readBytes, at) };
});

const operationMethods: MethodTable<Context> = {
  beacon_submitOperation: method(
    'Takes a serialised operation (`newExecutionScript`, `withdrawal`, `newValidator`) into the pool; its id.',
    [operationParam],
    async ({ backend }, { kind, data }) => ({ id: bytesToHex(await backend.beacon.submitOperation(kind, data)) }),
  ),
  beacon_getOperation: method('Kind and status of an operation, or null.', [idParam], ({ backend }, id) => {
    const operation = backend.beacon.operation(id);
    return operation === undefined ? null : { id: bytesToHex(id), ...(toJson(operation) as object) };
  }),
  beacon_getReceipt: method('The withdrawal receipt, or null.', [indexParam], ({ backend }, index) => {
    const record = backend.beacon.withdrawalReceipt(index);
    return record === undefined ? null : receiptJson(record);
  }),
  beacon_getReceiptClaim: method(
    'The withdrawal receipt with its proof as a serialised ReceiptClaim, and whether it was consumed.',
    [indexParam],
    ({ backend }, index) => {
      const { receipt, claim } = backend.beacon.withdrawalReceiptClaim(index);
      const status = backend.beacon.withdrawalReceipt(index)?.status;
      return { ...(toJson({ receipt, claim }) as object), consumed: status === 'consumed' };
    },
  ),
};

export const beaconMethods: MethodTable<Context> = {
  ...chainMethods,
  ...validatorMethods,
  ...operationMethods,
};
