/** A generated case on @ethereumjs/vm, an independent implementation: what our engine is held against. */
import { type Block, createBlock } from '@ethereumjs/block';
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import type { InterpreterStep } from '@ethereumjs/evm';
import { MerkleStateManager } from '@ethereumjs/statemanager';
import { Blob4844Tx, createTx, type TypedTransaction } from '@ethereumjs/tx';
import { Account, bytesToHex, createAddressFromString, hexToBytes, type PrefixedHexString } from '@ethereumjs/util';
import { createVM, type RunTxResult, runTx, type VM } from '@ethereumjs/vm';
import { type Address, addressToWord, bytesToBigInt, wordToBytes } from 'sherd/base';
import { type ForkName, forkRules } from 'sherd/protocol';
import { FUZZ_BLOCK, type FuzzOutcome, type FuzzRun, fuzzAuthorization, logText } from './differentialEngine.ts';
import { peerKzg } from './differentialKzg.ts';
import { FUZZ_GAS_LIMIT, type FuzzCase, type FuzzTransaction, KEY_ADDRESSES } from './randomCase.ts';

/** One fork of the peer, used for many cases. */
interface Peer {
  readonly common: Common;
  readonly state: MerkleStateManager;
  readonly vm: VM;
  /** Cases so far: its trie database only grows, so it is replaced at times. */
  cases: number;
}

const CODE_STORE_OUT_OF_GAS = 'code store out of gas';
const CASES_PER_PEER = 300;
const peers = new Map<ForkName, Peer>();

function commonOf(fork: ForkName): Common {
  const hardfork = fork === 'frontier' ? Hardfork.Chainstart : fork;
  return new Common({ chain: Mainnet, hardfork, customCrypto: { kzg: peerKzg } });
}

async function peerOf(fork: ForkName): Promise<Peer> {
  let peer = peers.get(fork);
  if (peer === undefined || peer.cases >= CASES_PER_PEER) {
    const common = commonOf(fork);
    const state = new MerkleStateManager({ common });
    peer = { common, state, vm: await createVM({ common, stateManager: state }), cases: 0 };
    peers.set(fork, peer);
  }
  peer.cases++;
  return peer;
}

/** A step of the peer's, as it is before the step. */
export interface PeerStep {
  readonly pc: number;
  readonly op: number;
  readonly gas: bigint;
  /** Without what a call hands on. */
  readonly gasCost: bigint;
  /** 0 for the first frame. */
  readonly depth: number;
  readonly stack: readonly bigint[];
  readonly memorySize: number;
}

/** The same, with each step of all transactions. */
export async function stepsOnPeer(fuzz: FuzzCase): Promise<PeerStep[]> {
  const { events } = (await peerOf(fuzz.fork)).vm.evm;
  if (events === undefined) throw new Error('the peer has no events');
  const steps: PeerStep[] = [];
  const onStep = ({ pc, gasLeft, depth, stack, memoryWordCount, opcode }: InterpreterStep, resume?: () => void) => {
    steps.push({
      pc,
      op: opcode.code,
      gas: gasLeft,
      gasCost: opcode.dynamicFee ?? BigInt(opcode.fee),
      depth,
      stack: [...stack],
      memorySize: 32 * Number(memoryWordCount),
    });
    resume?.();
  };
  events.on('step', onStep);
  try {
    await runOnPeer(fuzz);
  } finally {
    events.off('step', onStep);
  }
  return steps;
}

export async function runOnPeer(fuzz: FuzzCase): Promise<FuzzRun> {
  const peer = await peerOf(fuzz.fork);
  const { state } = peer;
  await state.setStateRoot(hexToBytes(EMPTY_ROOT));
  for (const { address, balance, nonce, code, storage } of fuzz.accounts) {
    const at = createAddressFromString(address);
    await state.putAccount(at, new Account(nonce, balance));
    if (code.length > 0) await state.putCode(at, hexToBytes(`0x${code.join('')}`));
    for (const [slot, value] of storage) {
      const bytes = wordToBytes(value);
      await state.putStorage(at, wordToBytes(slot), bytes.subarray(bytes.findIndex((byte) => byte !== 0)));
    }
  }
  await state.flush();
  const block = blockOf(peer.common, fuzz);
  const outcomes: FuzzOutcome[] = [];
  for (const transaction of fuzz.transactions) {
    outcomes.push(await runTransaction(peer, block, transaction));
    if (fuzz.commitsBetween) await state.getStateRoot();
  }
  const stateRoot = bytesToHex(await state.getStateRoot());
  return { outcomes, stateRoot, describe: (address) => describe(state, address) };
}

const EMPTY_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421';

function blockOf(common: Common, fuzz: FuzzCase): Block {
  const { rules } = forkRules(fuzz.fork);
  const header = {
    number: FUZZ_BLOCK.number,
    timestamp: FUZZ_BLOCK.timestamp,
    coinbase: fuzz.coinbase as PrefixedHexString,
    gasLimit: FUZZ_GAS_LIMIT,
    ...(rules.prevRandao
      ? { mixHash: wordToBytes(FUZZ_BLOCK.prevRandao), difficulty: 0n }
      : { difficulty: FUZZ_BLOCK.difficulty }),
    ...(rules.baseFee ? { baseFeePerGas: fuzz.baseFee } : {}),
    ...(rules.blobs ? { excessBlobGas: fuzz.excessBlobGas } : {}),
  };
  return createBlock({ header }, { common, freeze: false, skipConsensusFormatValidation: true });
}

function buildTransaction(common: Common, fuzz: FuzzTransaction, nonce: bigint): TypedTransaction {
  const hex = (digits: string) => `0x${digits}` as PrefixedHexString;
  const word = (value: bigint) => bytesToHex(wordToBytes(value));
  const fields = {
    type: fuzz.type,
    nonce,
    gasLimit: fuzz.gasLimit,
    value: fuzz.value,
    data: hex(fuzz.data.join('')),
    ...(fuzz.to === undefined ? {} : { to: fuzz.to as PrefixedHexString }),
    ...(fuzz.type < 1
      ? {}
      : {
          chainId: 1n,
          accessList: fuzz.accessList.map(({ address, slots }) => ({
            address: address as PrefixedHexString,
            storageKeys: slots.map(word),
          })),
        }),
    ...(fuzz.type < 2 ? {} : { maxFeePerGas: fuzz.maxFee, maxPriorityFeePerGas: fuzz.priorityFee }),
  };
  // Unfrozen, because the sender is put in instead of a signature, which costs more than most programs.
  const options = { common, freeze: false };
  if (fuzz.type === 3) {
    const blobVersionedHashes = fuzz.blobHashes.map(hex);
    return new Blob4844Tx({ ...fields, maxFeePerBlobGas: fuzz.maxBlobFee, blobVersionedHashes }, options);
  }
  if (fuzz.type < 2) return createTx({ ...fields, gasPrice: fuzz.maxFee }, options);
  if (fuzz.type === 2) return createTx(fields, options);
  const quantity = (value: bigint) => hex(value.toString(16));
  const authorizationList = fuzz.authorizations.map(fuzzAuthorization).map((authorization) => ({
    chainId: quantity(authorization.chainId),
    address: authorization.address as PrefixedHexString,
    nonce: quantity(authorization.nonce),
    yParity: quantity(authorization.yParity),
    r: quantity(authorization.r),
    s: quantity(authorization.s),
  }));
  return createTx({ ...fields, authorizationList }, options);
}

async function runTransaction(peer: Peer, block: Block, fuzz: FuzzTransaction): Promise<FuzzOutcome> {
  const sender = createAddressFromString(KEY_ADDRESSES[fuzz.key]!);
  const account = await peer.state.getAccount(sender);
  const nonce = (account?.nonce ?? 0n) + fuzz.nonceOffset;
  if (nonce < 0n) return { ending: 'refused', reason: 'no such nonce' };
  let result: RunTxResult;
  let tx: TypedTransaction;
  try {
    tx = buildTransaction(peer.common, fuzz, nonce);
    tx.getSenderAddress = () => sender;
    result = await runTx(peer.vm, { tx, block, skipHardForkValidation: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ending: 'refused', reason: error.message };
  }
  const { exceptionError, returnValue, executionGasUsed, logs = [] } = result.execResult;
  const spent = executionGasUsed + tx.getIntrinsicGas();
  const most = spent / peer.common.param('maxRefundQuotient');
  const earned = result.gasRefund ?? 0n;
  const gasRefunded = earned < most ? earned : most;
  // The peer calls the failure of some pre-compiled contracts a revert, and burns all gas as EIP-196, EIP-197 and
  // EIP-2537 have it: pre-compiled contracts never revert.
  const canRevert = fuzz.to === undefined || !isPrecompile(fuzz.to);
  const reverts = exceptionError?.error === 'revert' && canRevert;
  // EIP-2 made it a failure when a creation cannot pay for its code; in Frontier the contract stays, without code. The
  // peer keeps the contract too, but reports an error and neither output nor address.
  const keepsEmpty = peer.common.hardfork() === Hardfork.Chainstart && exceptionError?.error === CODE_STORE_OUT_OF_GAS;
  const succeeds = exceptionError === undefined || keepsEmpty;
  const ending = succeeds ? 'success' : reverts ? 'revert' : 'halt';
  // The peer forgets the refund of a transaction that pays the calldata floor.
  const isFloor = result.totalGasSpent !== spent - gasRefunded;
  return {
    ending,
    gasUsed: result.totalGasSpent,
    gasRefunded,
    output: bytesToHex(returnValue),
    logs: logs.map(([address, topics, data]) => logText(bytesToHex(address), topics.map(bytesToBigInt), data)),
    created: ending === 'success' ? result.createdAddress?.toString() : undefined,
    untold: [...(isFloor ? (['gasRefunded'] as const) : []), ...(keepsEmpty ? (['output', 'created'] as const) : [])],
    reason: exceptionError?.error ?? '',
  };
}

function isPrecompile(address: Address): boolean {
  const word = addressToWord(address);
  return word > 0n && word <= 0x100n;
}

async function describe(state: MerkleStateManager, address: Address): Promise<string> {
  const at = createAddressFromString(address);
  const account = await state.getAccount(at);
  if (account === undefined) return 'absent';
  const slots: string[] = [];
  for (let slot = 0n; slot < 8n; slot++) {
    const value = await state.getStorage(at, wordToBytes(slot));
    if (value.length > 0) slots.push(`${slot.toString(16)}=${bytesToBigInt(value).toString(16)}`);
  }
  const code = bytesToHex(await state.getCode(at));
  return `balance ${account.balance} nonce ${account.nonce} code ${code} storage ${slots.join(' ')}`;
}
