/**
 * Scout's host interface (the phase 2 prototype of 2019) over the same engine. Its pure function from a state root and
 * block data to a new state root becomes a script whose whole region is one object: the root. Names are Scout's.
 */
import { bigIntToBytes, bytesToBigInt, bytesToHex } from '../../base/index.ts';
import { fn, HOST_FUNCTIONS, type HostFunction } from '../hostFunctions.ts';
import { fault, type HostRun } from '../hostRun.ts';
import { HOST_GAS as GAS } from '../rules.ts';
import { BEACON } from '../world.ts';

/** Key of the object that holds the state root: zeros. */
export const SCOUT_STATE_KEY: Uint8Array = new Uint8Array(32);

/** Bytes of a state root, and of a big number. */
const WORD = 32;
/** Public key 48, withdrawal credentials 32, amount 8 (gwei, little-endian), signature 96. */
const DEPOSIT_BYTES = 184;
/** Bytes that a script may print at once. */
const PRINT_BYTES = 4096;
const MASK = (1n << 256n) - 1n;

/** The root that the run began with; zeros before any was saved. */
function preStateRoot(run: HostRun): Uint8Array {
  const root = run.preStateRoot ?? run.world.getObject(run.script, SCOUT_STATE_KEY)?.storage;
  return root?.length === WORD ? root : new Uint8Array(WORD);
}

function readNumber(run: HostRun, ptr: number): bigint {
  return bytesToBigInt(run.read(ptr, WORD).reverse());
}

function bignum(doc: string, compute: (a: bigint, b: bigint) => bigint): HostFunction {
  return fn(['i32 aPtr', 'i32 bPtr', 'i32 outPtr'], undefined, { gas: GAS.copy + 3 * WORD, doc }, (run, a, b, out) => {
    const number = compute(readNumber(run, a), readNumber(run, b)) & MASK;
    run.write(out, bigIntToBytes(number, WORD).reverse());
  });
}

function printable(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? byte : 0x2e)));
}

function printBytes(doc: string, show: (bytes: Uint8Array) => string): HostFunction {
  const effect = { gas: GAS.copy, perByte: { gas: GAS.copyByte, of: 'i32 length' }, doc } as const;
  return fn(['i32 ptr', 'i32 length'], undefined, effect, (run, ptr, length) => {
    if (length > PRINT_BYTES) throw fault('TOO_LONG', `${length} bytes to print, want at most ${PRINT_BYTES}`);
    run.debug(show(run.read(ptr, length)));
  });
}

export const SCOUT_FUNCTIONS = {
  eth2_loadPreStateRoot: fn(
    ['i32 outPtr'],
    undefined,
    {
      gas: GAS.storageRead + WORD,
      reads: 'region',
      doc: 'Writes the state root (32 bytes) that the run began with; zeros before any was saved.',
    },
    (run, outPtr) => run.write(outPtr, preStateRoot(run)),
  ),
  eth2_blockDataSize: {
    ...HOST_FUNCTIONS.dataSize,
    effect: { ...HOST_FUNCTIONS.dataSize.effect, doc: "Bytes of the transaction's data, Scout's block data." },
  },
  eth2_blockDataCopy: HOST_FUNCTIONS.dataCopy,
  eth2_savePostStateRoot: fn(
    ['i32 ptr'],
    undefined,
    {
      gas: GAS.storageWrite + GAS.storageWriteByte * WORD,
      writes: 'region',
      doc: 'Saves the state root (32 bytes); of several, the last one counts.',
    },
    (run, ptr) => {
      const root = run.read(ptr, WORD);
      run.preStateRoot ??= preStateRoot(run);
      run.world.setObject(run.script, SCOUT_STATE_KEY, root);
    },
  ),
  eth2_pushNewDeposit: fn(
    ['i32 ptr', 'i32 length'],
    undefined,
    {
      gas: GAS.receipt,
      perByte: { gas: GAS.receiptByte, of: 'i32 length' },
      writes: 'receipts',
      doc: 'Saves a receipt for the beacon chain that carries an SSZ DepositData (184 bytes); another length is a fault.',
    },
    (run, ptr, length) => {
      if (length !== DEPOSIT_BYTES) {
        throw fault('BAD_DEPOSIT', `a deposit of ${length} bytes, want ${DEPOSIT_BYTES}`);
      }
      run.world.saveReceipt(run.script, { shard: BEACON, script: 0 }, run.read(ptr, length));
    },
  ),
  eth2_useTicks: fn(
    ['i32 ticks'],
    undefined,
    { gas: GAS.context, doc: 'Takes so much gas. Instructions are counted anyway.' },
    (run, ticks) => run.charge(ticks),
  ),
  debug_print32: fn(
    ['i32 value'],
    undefined,
    { gas: GAS.copy, doc: 'Prints a number where somebody looks (`sherd scout`); else nothing.' },
    (run, value) => run.debug(String(value)),
  ),
  debug_print64: fn(['i64 value'], undefined, { gas: GAS.copy, doc: 'The same for 64 bits.' }, (run, value) =>
    run.debug(String(value)),
  ),
  debug_printMem: printBytes('Prints up to 4096 bytes as text; a dot for each that is not printable ASCII.', printable),
  debug_printMemHex: printBytes('Prints up to 4096 bytes as hex.', bytesToHex),
  debug_startTimer: fn([], undefined, { gas: GAS.context, doc: 'Nothing: there is no clock here.' }, () => {}),
  debug_endTimer: fn([], undefined, { gas: GAS.context, doc: 'Nothing: there is no clock here.' }, () => {}),
  bignum_add256: bignum('Sum of two numbers of 32 bytes (little-endian), modulo 2^256.', (a, b) => a + b),
  bignum_sub256: bignum('Difference, modulo 2^256.', (a, b) => a - b),
  bignum_mul256: bignum('Product, modulo 2^256.', (a, b) => a * b),
  bignum_div256: bignum('Quotient, rounded down; 0 when divided by 0.', (a, b) => (b === 0n ? 0n : a / b)),
} as const satisfies Readonly<Record<string, HostFunction>>;
