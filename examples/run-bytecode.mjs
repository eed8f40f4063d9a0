import { hexToBytes, parseAddress, ZERO_ADDRESS } from 'sherd/base';
import { createEvm, disassemble, formatInstruction, OUTCOME_TEXT } from 'sherd/evm';
import { createMemoryStore, Journal } from 'sherd/state';

// 3 + 4, returned as one word.
const code = hexToBytes('600460030160005260206000f3');
for (const instruction of disassemble(code)) console.log(formatInstruction(instruction));

const contract = parseAddress('0x00000000000000000000000000000000000000c0');
const store = createMemoryStore();
store.setAccount(contract, { nonce: 1n, balance: 0n, code, storage: [] });

const block = {
  coinbase: ZERO_ADDRESS,
  number: 1n,
  timestamp: 1_700_000_000n,
  gasLimit: 30_000_000n,
  difficulty: 0n,
  prevRandao: 0n,
  baseFee: 0n,
  blobBaseFee: 1n,
  chainId: 1n,
};
const transaction = { origin: ZERO_ADDRESS, gasPrice: 0n, blobHashes: [] };
const evm = createEvm(new Journal(store), { fork: 'osaka', block, transaction });

const { outcome, gasLeft, output } = evm.run({
  kind: 'call',
  caller: ZERO_ADDRESS,
  to: contract,
  value: 0n,
  data: new Uint8Array(0),
  gas: 100_000,
});
console.log(OUTCOME_TEXT[outcome], 100_000 - gasLeft, output.at(-1));
