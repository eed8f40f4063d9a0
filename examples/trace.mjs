import { hexToBytes, parseAddress, ZERO_ADDRESS } from 'sherd/base';
import { createCallTracer, createEvm, createJsonTracer, OUTCOME_TEXT } from 'sherd/evm';
import { createMemoryStore, Journal } from 'sherd/state';

const outer = parseAddress('0x0000000000000000000000000000000000000c01');
const inner = parseAddress('0x0000000000000000000000000000000000000c02');
const store = createMemoryStore();
// Calls 0x...c02 with all its gas; that one reverts.
const account = { nonce: 1n, balance: 0n, storage: [] };
store.setAccount(outer, { ...account, code: hexToBytes('60006000600060006000610c025af100') });
store.setAccount(inner, { ...account, code: hexToBytes('60006000fd') });

const environment = {
  fork: 'osaka',
  block: {
    coinbase: ZERO_ADDRESS,
    number: 1n,
    timestamp: 0n,
    gasLimit: 30_000_000n,
    difficulty: 0n,
    prevRandao: 0n,
    baseFee: 0n,
    blobBaseFee: 1n,
    chainId: 1n,
  },
  transaction: { origin: ZERO_ADDRESS, gasPrice: 0n, blobHashes: [] },
};
const message = { kind: 'call', caller: ZERO_ADDRESS, to: outer, value: 0n, data: new Uint8Array(0), gas: 100_000 };

const calls = createCallTracer();
createEvm(new Journal(store), environment, { tracer: calls }).run(message);
const tree = calls.result();
console.log(tree.type, tree.to, OUTCOME_TEXT[tree.outcome]);
for (const call of tree.calls) console.log(' ', call.type, call.to, OUTCOME_TEXT[call.outcome], call.gasUsed);

// Every step as a line of JSON (EIP-3155).
const lines = [];
const steps = createJsonTracer((line) => lines.push(line));
createEvm(new Journal(store), environment, { tracer: steps }).run(message);
console.log(lines.length);
console.log(lines[0]);
