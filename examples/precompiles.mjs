import { bytesToHex, wordToBytes } from 'sherd/base';
import { activePrecompiles } from 'sherd/precompiles';

// The contracts of a fork by address, with that fork's prices.
const contracts = activePrecompiles('osaka');
console.log([...contracts.values()].map(({ name }) => name).join(' '));

const bnAdd = contracts.get('0x0000000000000000000000000000000000000006');
const generator = [...wordToBytes(1n), ...wordToBytes(2n)];
const input = Uint8Array.from([...generator, ...generator]);
console.log(bnAdd.gas(input), bytesToHex(bnAdd.run(input)).slice(0, 18));

// A contract that fails gives nothing: (1, 3) is no point of the curve.
console.log(bnAdd.run(Uint8Array.from([...wordToBytes(1n), ...wordToBytes(3n)])));
