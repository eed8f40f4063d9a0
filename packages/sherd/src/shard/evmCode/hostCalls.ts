/** Watching a run of bytecode: its calls of the system contract, as `scripts/hostCalls.ts` tells of those of modules. */
import { bytesToHex, wordToBytes } from '../../base/index.ts';
import { type HostCall, SHOWN_BYTES } from '../../scripts/hostCalls.ts';
import type { EvmCodeRequest } from '../../scripts/run.ts';
import type { AbiReader, AbiValue } from '../evm/abi.ts';
import type { SystemWatcher } from '../systemTable.ts';
import type { Parameter } from './declaration.ts';

type Parameters = ReadonlyMap<string, readonly Parameter[]>;

/** What looks at the calls of a run, or undefined when nobody does; `parameters` are those of each signature. */
export function watchSystemCalls(
  { onHostCall, depth, script }: EvmCodeRequest,
  parameters: Parameters,
): SystemWatcher | undefined {
  if (onHostCall === undefined) return undefined;
  return ({ signature, gas: fixed }, { message, args }) => {
    if (!onHostCall.wants()) return undefined;
    const name = signature.slice(0, signature.indexOf('('));
    const seen = describe(parameters.get(signature) ?? [], args);
    const begun: HostCall = { depth, script, function: name, ...seen, gas: fixed, gasLeft: message.gas };
    const end = onHostCall.begin(begun);
    return (gasLeft, values) => {
      const ended = { ...begun, gas: message.gas - gasLeft, gasLeft };
      end(values === undefined || values.length === 0 ? ended : { ...ended, result: values.map(shown).join(', ') });
    };
  };
}

/** Arguments that do not fit their types are left out: the call itself will find out. */
function describe(parameters: readonly Parameter[], args: AbiReader): Pick<HostCall, 'arguments' | 'key' | 'bytes'> {
  const named: Record<string, string> = {};
  let seen: Pick<HostCall, 'key' | 'bytes'> = {};
  for (const [index, { type, name }] of parameters.entries()) {
    if (type === 'bytes') {
      const bytes = args.bytes(index);
      if (bytes === undefined) continue;
      named[`${name}.length`] = String(bytes.length);
      seen = { ...seen, bytes: bytesToHex(bytes.subarray(0, SHOWN_BYTES)) };
      continue;
    }
    const word = args.word(index);
    if (word === undefined) continue;
    if (name === 'key') seen = { ...seen, key: bytesToHex(wordToBytes(word)) };
    else named[name] = String(word);
  }
  return { arguments: named, ...seen };
}

/** Numbers of the table have 64 bits or a sign, roots have more. */
function shown(value: AbiValue): string {
  if (typeof value !== 'bigint') return bytesToHex(value.subarray(0, SHOWN_BYTES));
  const number = BigInt.asIntN(256, value);
  return number >> 64n === 0n || number === -1n ? String(number) : bytesToHex(wordToBytes(value));
}
