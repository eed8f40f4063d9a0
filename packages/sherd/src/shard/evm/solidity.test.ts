/** The Solidity interface in contracts/Sherd.sol against the system contract: selectors, and a message both ways. */
import { readFileSync } from 'node:fs';
import { ShardNetwork } from '@sherd/testkit';
import solc from 'solc';
import { expect, test } from 'vitest';
import { type Address, bytesToBigInt, concatBytes, hexToBytes } from '../../base/index.ts';
import type { ShardTransaction } from '../../beacon/types.ts';
import { addressOf } from '../../crypto/index.ts';
import { encodeTransaction, signTransaction, type Transaction } from '../../tx/index.ts';
import { encodeCall } from './abi.ts';
import { mirrorOfAccount } from './messages.ts';
import { evmAccount, evmCall } from './simulate.ts';
import { SYSTEM_CONTRACT } from './systemContract.ts';

const SOURCE = `
pragma solidity ^0.8.20;
import "Sherd.sol";
contract Messenger {
  address public seen;
  uint256 public got;
  receive() external payable {}
  function send(uint256 shard, address to, uint256 gasLimit, bytes calldata data) external payable returns (uint256) {
    return SHERD.send{value: msg.value}(shard, to, gasLimit, data);
  }
  function take(uint256 x) external payable { require(x != 13, "unlucky"); (seen, got) = (msg.sender, x); }
  function here() external view returns (uint256, uint256, address) {
    return (SHERD.currentShard(), SHERD.currentSlot(), SHERD.mirrorOf(1, address(this)));
  }
}`;

interface Compiled {
  readonly errors?: readonly { readonly formattedMessage: string; readonly severity: string }[];
  readonly contracts: Record<
    string,
    Record<string, { evm: { bytecode: { object: string }; methodIdentifiers: Record<string, string> } }>
  >;
}

function compile(): Compiled['contracts'] {
  const header = readFileSync(new URL('../../../../../contracts/Sherd.sol', import.meta.url), 'utf8');
  const input = {
    language: 'Solidity',
    sources: { 'Sherd.sol': { content: header }, 'Messenger.sol': { content: SOURCE } },
    settings: { outputSelection: { '*': { '*': ['evm.bytecode.object', 'evm.methodIdentifiers'] } } },
  };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input))) as Compiled;
  const fatal = errors.filter(({ severity }) => severity === 'error');
  if (fatal.length > 0) throw new Error(fatal[0]!.formattedMessage);
  return contracts;
}

const contracts = compile();
const ETH = 10n ** 18n;
const key = new Uint8Array(32).fill(0xa1);
const alice = addressOf(key);

test('every function of the interface is there', () => {
  const net = new ShardNetwork();
  for (const [signature, selector] of Object.entries(contracts['Sherd.sol']!['ISherd']!.evm.methodIdentifiers)) {
    const data = concatBytes(hexToBytes(selector), new Uint8Array(0));
    const { output } = evmCall(net.input(0), { to: SYSTEM_CONTRACT, data });
    expect(new TextDecoder().decode(output), signature).not.toContain('unknown function');
  }
});

test('contracts on two shards talk, and an unlucky message brings the money back', () => {
  const net = new ShardNetwork({ alloc: () => [{ address: alice, balance: 10n * ETH }] });
  const run = (shard: number, fields: Partial<Transaction>): ReturnType<typeof evmAccount> & { created?: Address } => {
    const tx = {
      type: 2,
      chainId: BigInt(net.params.chainId + shard),
      nonce: evmAccount(net.shards[shard]!, alice).nonce,
      gasLimit: 2_000_000n,
      value: 0n,
      data: new Uint8Array(0),
      accessList: [],
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
      ...fields,
    } as Transaction;
    const data = encodeTransaction(signTransaction(tx, key));
    const transaction: ShardTransaction = { script: 0, gasLimit: tx.gasLimit, data };
    const { outcomes } = net.accept(shard, [transaction]);
    expect(outcomes[0]!.evm!.status).toBe(1);
    const created = outcomes[0]!.evm!.contractAddress;
    return { ...evmAccount(net.shards[shard]!, alice), ...(created === undefined ? {} : { created }) };
  };
  const code = hexToBytes(contracts['Messenger.sol']!['Messenger']!.evm.bytecode.object);
  const one = run(0, { data: code }).created!;
  const two = run(1, { data: code }).created!;
  const send = (x: bigint) => {
    const take = encodeCall('take(uint256)', [x]);
    const data = encodeCall('send(uint256,address,uint256,bytes)', [1n, BigInt(two), 300_000n, take]);
    run(0, { to: one, value: ETH, data });
    return net.accept(1, [net.delivery(net.shards[0]!.receipts.at(-1)!)]).outcomes[0]!.evm!.status;
  };
  const read = (shard: number, to: Address, signature: string) =>
    evmCall(net.input(shard), { to, data: encodeCall(signature, []) }).output;

  expect(send(7n)).toBe(1);
  expect(bytesToBigInt(read(1, two, 'got()'))).toBe(7n);
  expect(bytesToBigInt(read(1, two, 'seen()'))).toBe(BigInt(mirrorOfAccount(0, one)));
  expect(evmAccount(net.shards[1]!, two).balance).toBe(ETH);

  expect(send(13n)).toBe(0);
  net.accept(0, [net.delivery(net.shards[1]!.receipts.at(-1)!)]);
  expect(evmAccount(net.shards[0]!, one).balance).toBe(ETH);
  expect(evmAccount(net.shards[1]!, two).balance).toBe(ETH);

  const here = read(1, two, 'here()');
  expect(bytesToBigInt(here.slice(0, 32))).toBe(1n);
  expect(bytesToBigInt(here.slice(64))).toBe(BigInt(mirrorOfAccount(1, two)));
  expect(net.imbalance()).toBe(0n);
});
