/**
 * Every host function as a script that calls it again and again: the time and the gas of one call, and of one byte where
 * bytes are priced. Names, parameters and prices come from the table; here is only what a call has to point at.
 */
import { beaconRootAt, ReceiptClaim, verifyReceiptClaim } from 'sherd/beacon';
import { blsDeriveSecretKey, blsPublicKey, blsSign, keccak256, signHash } from 'sherd/crypto';
import { HOST_FUNCTIONS } from 'sherd/scripts';
import { assembleModule, ShardNetwork } from '../../packages/testkit/dist/index.js';
import { excess, measure } from './measure.mjs';
import { createScripts, GAS, repeat } from './scripts.mjs';

const NO_BYTES = new Uint8Array(0);
/** Bytes of the object, and the longer of two lengths. */
const LONG = 4096;
/** Where things lie in the script's memory. */
const AT = { out: 256, claim: 16_384, code: 32_768, bls: 33_024, recover: 33_280, key: 33_536 };
const EMPTY_SCRIPT = 1;

/** Arguments by name of the parameter; `length` is what is varied. */
function argumentsOf(name, length, parts) {
  const common = { keyPtr: AT.key, ptr: 0, outPtr: AT.out, offset: 0, length, gas: 1_000_000, script: EMPTY_SCRIPT };
  const special = {
    claimReceipt: { ptr: AT.claim, length: parts.claim.length },
    executeCode: { codePtr: AT.code, codeLength: parts.code.length },
    blsVerify: { publicKeyPtr: AT.bls, messagePtr: 0, messageLength: 32, signaturePtr: AT.bls + 48 },
    secp256k1Recover: { hashPtr: AT.recover, signaturePtr: AT.recover + 32 },
    recentBeaconStateRoot: { slot: 9 },
    recentShardStateRoot: { shard: 3, slot: 9 },
    saveReceipt: { targetShard: 0, targetScript: 0 },
    storageExtendTtl: { slots: 1 },
  }[name];
  return { ...common, ...special };
}

function callText(name, values) {
  const row = HOST_FUNCTIONS[name];
  const pushed = row.parameters.map((parameter) => {
    const [type, word] = parameter.split(' ');
    if (values[word] === undefined) throw new Error(`benchmark: no value for ${name}(${parameter})`);
    return `${type}.const ${values[word]}`;
  });
  return `${pushed.join(' ')} call $${name}${row.result ? ' drop' : ''}`;
}

/** A claim of a real withdrawal with its proof, and a check of it. */
function realClaim() {
  const net = new ShardNetwork();
  net.chain.accept({
    withdrawals: [net.chain.withdrawal({ targetShard: 3, targetScript: 0, amount: 1_000n, data: new Uint8Array(20) })],
  });
  net.chain.accept({});
  const claim = net.claim(net.chain.receipts.at(-1));
  const { view } = net.chain;
  const root = beaconRootAt(view, claim.proof.beaconSlot);
  const verify = (bytes) => {
    const read = ReceiptClaim.deserialize(bytes);
    if (!verifyReceiptClaim(read, root, net.params)) throw new Error('benchmark: the proof does not hold');
    const { source, index, slot, sender, amount, data } = read.receipt;
    return { source, index, slot: Number(slot), sender, amount, data };
  };
  return { bytes: ReceiptClaim.serialize(claim), verify };
}

function prepare() {
  const claim = realClaim();
  const secret = blsDeriveSecretKey(new Uint8Array(32).fill(7), [0]);
  const message = new Uint8Array(32).fill(1);
  const hash = keccak256(message);
  const { r, s, yParity } = signHash(hash, new Uint8Array(32).fill(9));
  const number = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
  const code = assembleModule({ main: 'nop' });
  const bls = Buffer.concat([blsPublicKey(secret), blsSign(secret, message)]);
  const recover = Buffer.concat([hash, number(r), number(s), Uint8Array.of(yParity)]);
  const key = new Uint8Array(32).fill(0x11);
  const data = [
    [0, message],
    [AT.claim, claim.bytes],
    [AT.code, code],
    [AT.bls, bls],
    [AT.recover, recover],
    [AT.key, key],
  ];
  return { claim: claim.bytes, verify: claim.verify, code, key, data };
}

/** Functions that end the run, and so can be called once. */
const ENDINGS = ['finish', 'abort'];
/** Functions that read what an earlier call left. */
const NEEDS_RESULT = ['resultCopy', 'resultSize'];

function source(name, length, parts) {
  const call = callText(name, argumentsOf(name, length, parts));
  const imports = [...new Set(['dataSize', name, ...(NEEDS_RESULT.includes(name) ? ['call'] : [])])];
  const first = NEEDS_RESULT.includes(name)
    ? `i32.const 2 i32.const 0 i32.const ${LONG} i64.const 1000000 call $call drop `
    : '';
  const main = ENDINGS.includes(name) ? `call $dataSize if ${call} end` : `${first}${repeat(call)}`;
  return { imports, locals: 'i32', main, data: parts.data, memory: [1, 1] };
}

/** Gives back what it was called with. */
const ECHO = {
  imports: ['dataSize', 'dataCopy', 'finish'],
  main: 'i32.const 0 i32.const 0 call $dataSize call $dataCopy i32.const 0 call $dataSize call $finish',
};

/** How often a run calls: enough to stand out from starting it, within the gas of a run. */
function callsOf(gas) {
  return Math.max(8, Math.min(2000, Math.floor(20_000_000 / gas)));
}

/**
 * One entry for each host function: `name`, and of one call `ns` and `gas`; with `bytes` where a length is priced:
 * `nsPerByte`, `gasPerByte`.
 */
export async function measureHostFunctions({ quick, progress }) {
  const parts = prepare();
  const names = Object.keys(HOST_FUNCTIONS);
  const results = [];
  for (const [index, name] of names.entries()) {
    const { effect } = HOST_FUNCTIONS[name];
    const hasLength = effect.perByte !== undefined && effect.perByte.of === 'i32 length' && name !== 'claimReceipt';
    const long = name === 'dataCopy' ? 1024 : LONG;
    const { run, memory } = createScripts(
      [{ main: 'nop' }, ECHO, source(name, 32, parts), source(name, long, parts)],
      (world) => Object.assign(Object.create(world), { claimReceipt: (_script, bytes) => parts.verify(bytes) }),
    );
    const [short, longer] = [3, 4];
    for (const script of [short, longer]) memory.setObject(script, parts.key, new Uint8Array(32));
    memory.slot += 1;
    const many = new Uint8Array(
      ENDINGS.includes(name) ? 1 : name === 'dataCopy' ? 1024 : quick ? 2 : callsOf(effect.gas),
    );
    const outcome = name === 'abort' ? 'aborted' : 'finished';
    const subjects = {
      calls: () => run(short, many, outcome),
      none: () => run(short, NO_BYTES),
      ...(hasLength && { longer: () => run(longer, many, outcome), longerNone: () => run(longer, NO_BYTES) }),
    };
    // An ending is one call among all that a run takes.
    const rounds = ENDINGS.includes(name) ? 31 : 9;
    const times = await measure(subjects, { quick, warmUp: 60e6, sample: 8e6, rounds });
    const gas = (GAS - run(short, many, outcome).gasLeft - (GAS - run(short, NO_BYTES).gasLeft)) / many.length;
    const result = { name, ns: excess(times.calls, times.none) / many.length, gas };
    if (hasLength) {
      const more = excess(times.longer, times.longerNone) / many.length - result.ns;
      result.nsPerByte = Math.max(0, more) / (long - 32);
      result.gasPerByte = effect.perByte.gas;
    }
    results.push(result);
    progress((index + 1) / names.length);
  }
  return results;
}
