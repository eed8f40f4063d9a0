/**
 * The system contract: how contracts on a shard reach what Ethereum does not have. Its Solidity interface is
 * `contracts/Sherd.sol`; its functions are one table, from which selectors are derived. Failures revert with
 * Error(string), so that every tool shows the sentence.
 */
import { type Address, bytesToBigInt } from '../../base/index.ts';
import { signingRoot } from '../../beacon/domains.ts';
import { depositRoot } from '../../beacon/operations/newValidator.ts';
import { BEACON, DepositData } from '../../beacon/types.ts';
import { blsVerify } from '../../crypto/index.ts';
import type { SystemCall, SystemContract } from '../../evm/message.ts';
import { OUTCOME } from '../../evm/outcome.ts';
import type { NestedRun } from '../../scripts/run.ts';
import { EVM_SCRIPT } from '../journal.ts';
import { charge, createSystemTable, need, revert, Stop, type SystemFunction, type SystemRun } from '../systemTable.ts';
import type { ShardWorld } from '../world.ts';
import { type AbiValue, encodeAbi, topicOf } from './abi.ts';
import { EVM_SCRIPT_GAS as GAS, GWEI, MAX_MESSAGE_GAS } from './gas.ts';
import { encodeMessage, MESSAGE_FIXED_BYTES, MESSAGE_KIND, mirrorOfAccount } from './messages.ts';
import type { RegionJournal } from './regionJournal.ts';

export const SYSTEM_CONTRACT: Address = '0x0000000000000000000000000000000000005e4d';

/** Bytes of an SSZ DepositData. */
export const DEPOSIT_DATA_BYTES = 184;

export interface SystemContractParts {
  readonly world: ShardWorld;
  readonly journal: RegionJournal;
  /** Runs another script below the EVM script. */
  readonly call: NestedRun;
}

interface Run extends SystemRun, SystemContractParts {}

export const EVENTS = {
  Sent: topicOf('Sent(uint256,uint256,address,address,uint256,uint256,bytes)'),
  WithdrawnToBeacon: topicOf('WithdrawnToBeacon(uint256,address,uint256,bytes)'),
} as const;

const FUNCTIONS: readonly SystemFunction<Run>[] = [
  {
    signature: 'send(uint256,address,uint256,bytes)',
    writes: true,
    isPayable: true,
    gas: GAS.send,
    body: send,
  },
  {
    signature: 'withdrawToBeacon(bytes)',
    writes: true,
    isPayable: true,
    gas: GAS.withdraw,
    body: withdrawToBeacon,
  },
  {
    signature: 'callScript(uint256,bytes,uint256)',
    writes: true,
    isPayable: false,
    gas: GAS.callScript,
    body: (run) => [callScript(run, false)],
  },
  {
    signature: 'staticCallScript(uint256,bytes,uint256)',
    writes: false,
    isPayable: false,
    gas: GAS.callScript,
    body: (run) => [callScript(run, true)],
  },
  view('currentShard()', GAS.view, ({ world }) => BigInt(world.shard)),
  view('currentSlot()', GAS.view, ({ world }) => BigInt(world.slot)),
  view('recentBeaconStateRoot(uint256)', GAS.view, ({ world, args }) => {
    const slot = args.uint(0, Number.MAX_SAFE_INTEGER);
    return rootWord(slot === undefined ? undefined : world.recentBeaconStateRoot(slot));
  }),
  view('recentShardStateRoot(uint256,uint256)', GAS.view, ({ world, args }) => {
    const shard = args.uint(0, 2 ** 32);
    const slot = args.uint(1, Number.MAX_SAFE_INTEGER);
    const isKnown = shard !== undefined && slot !== undefined;
    return rootWord(isKnown ? world.recentShardStateRoot(shard, slot) : undefined);
  }),
  view('mirrorOf(uint256,address)', GAS.mirror, ({ args }) =>
    BigInt(mirrorOfAccount(need(args.uint(0, 2 ** 32), 'shard'), need(args.address(1), 'account'))),
  ),
];

const runTable = createSystemTable(FUNCTIONS, { unknownGas: GAS.view });

function view(signature: string, gas: number, value: (run: Run) => bigint): SystemFunction<Run> {
  return { signature, writes: false, isPayable: false, gas, body: (run) => [value(run)] };
}

/** The system contracts of one transaction, for the machine's environment. */
export function createSystemContracts(parts: SystemContractParts): ReadonlyMap<Address, SystemContract> {
  return new Map([[SYSTEM_CONTRACT, (message: SystemCall) => runTable(message, (run) => ({ ...run, ...parts }))]]);
}

/** Burns the value here and saves a receipt for script 0 of another shard, which pays it out there. */
function send(run: Run): readonly AbiValue[] {
  const { world, args, message } = run;
  const shard = need(args.uint(0, world.block.params.shardCount), 'shard');
  const to = need(args.address(1), 'to');
  const gas = need(args.uint(2, MAX_MESSAGE_GAS + 1), `gasLimit (at most ${MAX_MESSAGE_GAS})`);
  const data = need(args.bytes(3), 'data');
  if (data.length > 0 && gas === 0) throw revert('sherd: data without gas would never be called');
  checkReceiptSize(run, MESSAGE_FIXED_BYTES + data.length);
  charge(run, data.length * GAS.receiptByte + gas);
  takeValue(run);
  const index = world.saveReceipt(
    EVM_SCRIPT,
    { shard, script: EVM_SCRIPT },
    encodeMessage({ kind: MESSAGE_KIND.send, from: message.caller, to, value: message.value, gas, data }),
  );
  run.journal.addLog({
    address: message.address,
    topics: [EVENTS.Sent, index, BigInt(shard), BigInt(to)],
    data: encodeAbi([BigInt(message.caller), message.value, BigInt(gas), data]),
  });
  return [index];
}

/** Burns the value here and asks the beacon chain to make a validator of it. */
function withdrawToBeacon(run: Run): readonly AbiValue[] {
  const { world, args, message } = run;
  const { params } = world.block;
  const given = need(args.bytes(0), 'depositData');
  if (given.length !== DEPOSIT_DATA_BYTES) throw revert(`sherd: deposit data is ${DEPOSIT_DATA_BYTES} bytes`);
  charge(run, given.length * GAS.receiptByte);
  const bytes = given.slice();
  const deposit = DepositData.deserialize(bytes);
  if (message.value % GWEI !== 0n) throw revert('sherd: value is not a whole number of gwei');
  if (deposit.amount !== message.value / GWEI) throw revert('sherd: value is not the deposit amount');
  if (deposit.amount < params.minDeposit) throw revert(`sherd: deposit below ${params.minDeposit} gwei`);
  // What the beacon chain would refuse must not leave: the ETH could not come back.
  const { pubkey, amount, signature } = deposit;
  if (!blsVerify(pubkey, signingRoot(params.chainId, 'deposit', depositRoot(deposit)), signature)) {
    throw revert('sherd: bad deposit signature');
  }
  takeValue(run);
  const index = world.saveReceipt(EVM_SCRIPT, { shard: BEACON, script: 0 }, bytes);
  run.journal.addLog({
    address: message.address,
    topics: [EVENTS.WithdrawnToBeacon, index, BigInt(message.caller)],
    data: encodeAbi([amount, bytes]),
  });
  return [index];
}

/** Runs another script; what it returns comes back as bytes, any other end reverts. */
function callScript(run: Run, isStatic: boolean): Uint8Array {
  const { args } = run;
  const script = need(args.uint(0, 2 ** 32), 'script');
  const data = need(args.bytes(1), 'data');
  const wanted = need(args.word(2), 'gas');
  charge(run, data.length * GAS.callScriptByte);
  const gas = wanted < BigInt(run.gas) ? Number(wanted) : run.gas;
  const result = run.call(script, data.slice(), gas, isStatic);
  run.gas -= gas - result.gasLeft;
  if (result.outcome === 'finished') return result.output;
  if (result.outcome === 'aborted' && result.output.length > 0) throw new Stop(OUTCOME.REVERT, result.output);
  throw revert(`sherd: script ${script} ${result.outcome}`);
}

/** The machine has moved the value to the system contract; here it leaves the shard. */
function takeValue({ journal, message }: Run): void {
  if (message.value === 0n) return;
  journal.subBalance(message.address, message.value);
  journal.addSent(message.value);
}

function checkReceiptSize({ world }: Run, size: number): void {
  const { maxReceiptBytes } = world.block.params;
  if (size > maxReceiptBytes) throw revert(`sherd: receipt of ${size} bytes, at most ${maxReceiptBytes}`);
}

function rootWord(root: Uint8Array | undefined): bigint {
  return root === undefined ? 0n : bytesToBigInt(root);
}
