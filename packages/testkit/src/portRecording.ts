/**
 * Recording what goes over a port, and playing it back. A port here is an object of plain values and synchronous
 * methods. Whoever gets the played port must ask the same, in the same order, with the same arguments: then it is told
 * the same, and anything else is a {@link Divergence}.
 */

export interface PortCall {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly result: unknown;
}

export interface PortRecording {
  readonly values: Readonly<Record<string, unknown>>;
  readonly calls: PortCall[];
}

/** The one who was played to did something else than when it was recorded. */
export class Divergence extends Error {}

export interface PortShape<T> {
  readonly values: readonly (keyof T & string)[];
  readonly methods: readonly (keyof T & string)[];
  /** Methods whose results nobody ever changes: they are kept as they are, and written once. */
  readonly constants?: readonly (keyof T & string)[];
}

/** A port that passes everything on to `port`, and keeps a copy of it in `recording`. */
export function recordPort<T extends object>(port: T, { values, methods, constants = [] }: PortShape<T>) {
  const recording: PortRecording = { values: {}, calls: [] };
  // What is no part of the port (a block's flag to stop it) stays visible behind it, and is not recorded.
  const recorded = Object.create(port) as Record<string, unknown>;
  const kept = recording.values as Record<string, unknown>;
  const own = (name: string, value: unknown) => Object.defineProperty(recorded, name, { value, enumerable: true });
  for (const name of values) {
    kept[name] = copyOf(port[name]);
    own(name, kept[name]);
  }
  for (const method of methods) {
    const copyResult = constants.includes(method) ? (result: unknown) => result : copyOf;
    const target = port[method] as (...args: unknown[]) => unknown;
    own(method, (...args: unknown[]) => {
      const before = args.map(copyOf);
      const result = target.apply(port, args);
      recording.calls.push({ method, args: before, result: copyResult(result) });
      return result;
    });
  }
  return { port: recorded as T, recording };
}

/** A port that answers as it was recorded; `end` tells when there is something left that nobody asked for. */
export function playPort<T extends object>(
  { values, calls }: PortRecording,
  { methods }: PortShape<T>,
): { readonly port: T; end(): void } {
  let at = 0;
  const played: Record<string, unknown> = { ...values };
  for (const method of methods) {
    played[method] = (...args: unknown[]) => {
      const call = calls[at];
      if (call === undefined || call.method !== method || !sameValue(call.args, args)) {
        throw new Divergence(
          `call ${at} is ${show(method, args)}, was ${call === undefined ? 'none' : show(call.method, call.args)}`,
        );
      }
      at++;
      return call.result;
    };
  }
  return {
    port: played as T,
    end() {
      const call = calls[at];
      if (call !== undefined) throw new Divergence(`no call ${at}, was ${show(call.method, call.args)}`);
    },
  };
}

/** A copy that shares no bytes: what lies in a guest's memory, or in a journal, changes later. */
export function copyOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copyOf);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copyOf(each)]));
}

/** Equal in everything; names may stand in any order. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    if (!(a instanceof Uint8Array && b instanceof Uint8Array) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => sameValue(left[name], right[name]));
}

/** A value in a line, for messages. */
export function inspectValue(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (each instanceof Uint8Array)
      return `0x${Buffer.from(each.subarray(0, 64)).toString('hex')}${each.length > 64 ? '…' : ''}`;
    return typeof each === 'bigint' ? `${each}n` : each;
  });
}

function show(method: string, args: readonly unknown[]): string {
  return `${method}(${args.map(inspectValue).join(', ')})`;
}
