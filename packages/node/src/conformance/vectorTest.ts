/** go-ethereum's vectors of pre-compiled contracts and instructions, and the consensus suite's KZG cases. */
import { bytesToBigInt, bytesToHex, concatBytes, wordToHex, ZERO_ADDRESS } from 'sherd/base';
import { verifyKzgProof } from 'sherd/crypto';
import { createEvm, isSuccess } from 'sherd/evm';
import { activePrecompiles, PRECOMPILES } from 'sherd/precompiles';
import { type ForkName, LATEST_FORK, OPCODES, type OpcodeName, type PrecompileName } from 'sherd/protocol';
import { createMemoryStore, Journal } from 'sherd/state';
import { bytesAt, fixtureFault, integerAt, type Json, objectAt, optional } from './fields.ts';

/** By the beginning of a file's name: the contract, and a fork that prices it as the file expects. */
const CONTRACTS: Readonly<Record<string, readonly [name: PrecompileName, fork: ForkName]>> = {
  ecRecover: ['ecRecover', 'frontier'],
  modexp: ['modexp', 'byzantium'],
  modexp_eip2565: ['modexp', 'berlin'],
  modexp_eip7883: ['modexp', 'osaka'],
  bn256Add: ['bnAdd', 'istanbul'],
  bn256ScalarMul: ['bnMul', 'istanbul'],
  bn256Pairing: ['bnPairing', 'istanbul'],
  blake2F: ['blake2f', 'istanbul'],
  blake2f: ['blake2f', 'istanbul'],
  pointEvaluation: ['pointEvaluation', 'cancun'],
  blsG1Add: ['blsG1Add', 'prague'],
  blsG1Mul: ['blsG1Msm', 'prague'],
  blsG1MultiExp: ['blsG1Msm', 'prague'],
  blsG2Add: ['blsG2Add', 'prague'],
  blsG2Mul: ['blsG2Msm', 'prague'],
  blsG2MultiExp: ['blsG2Msm', 'prague'],
  blsPairing: ['blsPairing', 'prague'],
  blsMapG1: ['blsMapG1', 'prague'],
  blsMapG2: ['blsMapG2', 'prague'],
  p256Verify: ['p256Verify', 'osaka'],
};

/** Which contract the cases of a file are for. @throws SherdError BAD_FIXTURE. */
export function contractOfFile(fileName: string): readonly [name: PrecompileName, fork: ForkName] {
  const contract = CONTRACTS[fileName.replace(/^fail-/, '')];
  if (contract === undefined) throw fixtureFault(fileName, 'no pre-compiled contract of this name');
  return contract;
}

/** Result, gas and failure of one input. @throws SherdError BAD_FIXTURE. */
export function runPrecompileTest(place: string, value: Json, name: PrecompileName, fork: ForkName): string {
  const test = objectAt(value, place);
  const contract = activePrecompiles(fork).get(PRECOMPILES[name].address);
  if (contract === undefined) return `${fork} has no ${name}`;
  const input = bytesAt(test['Input'], `${place}.Input`);
  const output = contract.run(input);
  const have = output === undefined ? 'a failure' : bytesToHex(output);
  const want = optional(test['Expected'], (json) => bytesToHex(bytesAt(json, `${place}.Expected`))) ?? 'a failure';
  if (have !== want) return `have ${have}, want ${want}`;
  const gas = optional(test['Gas'], (json) => Number(integerAt(json, `${place}.Gas`)));
  return gas === undefined || gas === contract.gas(input) ? '' : `gas: have ${contract.gas(input)}, want ${gas}`;
}

/** `testcases_sub` is about SUB. @throws SherdError BAD_FIXTURE. */
export function opcodeOfFile(fileName: string): OpcodeName {
  const name = fileName.replace(/^testcases_/, '').toUpperCase();
  if (!Object.hasOwn(OPCODES, name)) throw fixtureFault(fileName, `no instruction ${name}`);
  return name as OpcodeName;
}

/** Runs `PUSH X, PUSH Y, op` and returns the word. @throws SherdError BAD_FIXTURE. */
export function runOpcodeTest(place: string, value: Json, opcode: OpcodeName): string {
  const test = objectAt(value, place);
  const word = (key: string) => bytesAt(test[key], `${place}.${key}`);
  const push = (bytes: Uint8Array) => concatBytes(Uint8Array.of(0x5f + bytes.length), bytes);
  const { byte } = OPCODES[opcode];
  // MSTORE at 0, RETURN 32 bytes from 0.
  const rest = Uint8Array.of(byte, 0x60, 0, 0x52, 0x60, 32, 0x60, 0, 0xf3);
  const to = '0x00000000000000000000000000000000000000c0';
  const journal = new Journal(createMemoryStore());
  journal.setCode(to, concatBytes(push(word('X')), push(word('Y')), rest));
  const block = {
    coinbase: ZERO_ADDRESS,
    number: 1n,
    timestamp: 0n,
    gasLimit: 1_000_000n,
    difficulty: 0n,
    prevRandao: 0n,
    baseFee: 0n,
    blobBaseFee: 1n,
    chainId: 1n,
  };
  const transaction = { origin: ZERO_ADDRESS, gasPrice: 0n, blobHashes: [] };
  const message = { kind: 'call', caller: ZERO_ADDRESS, to, value: 0n, data: new Uint8Array(0), gas: 100_000 } as const;
  const result = createEvm(journal, { fork: LATEST_FORK, block, transaction }).run(message);
  if (!isSuccess(result.outcome)) return `ended with outcome ${result.outcome}`;
  const have = bytesToBigInt(result.output);
  const want = bytesToBigInt(word('Expected'));
  return have === want ? '' : `have ${wordToHex(have)}, want ${wordToHex(want)}`;
}

/** True, false, or null for bytes that are no points. @throws SherdError BAD_FIXTURE. */
export function runKzgTest(place: string, value: Json): string {
  const test = objectAt(value, place);
  const bytes = (key: string) => bytesAt(test[key], `${place}.${key}`);
  const have = verifyKzgProof(bytes('commitment'), bytes('z'), bytes('y'), bytes('proof')) ?? null;
  return have === test['output'] ? '' : `have ${have}, want ${JSON.stringify(test['output'])}`;
}
