/** What a method is: its parameters, what it answers, and the function behind it. Tables of these make the API. */
import type { RpcBackend, ShardBackend } from './backend.ts';
import type { Filters } from './filters.ts';
import type { Json, RawJson } from './json.ts';
import type { Param, ParamValues } from './params.ts';
import type { Connection, Feed } from './subscriptions.ts';

/** What every method is given. */
export interface Context {
  readonly backend: RpcBackend;
  /** Aborted when the request has run out of time or its client is gone; long loops look at it. */
  readonly signal: AbortSignal;
  /** What the answer to the message waits for, once all its calls are done. These promises never reject. */
  readonly waits: Promise<void>[];
}

/** What the methods of a shard are given. */
export interface ShardContext extends Context {
  readonly shard: ShardBackend;
  readonly shardIndex: number;
  readonly filters: Filters;
  readonly feed: Feed;
  /** Absent over HTTP. */
  readonly connection: Connection | undefined;
}

type Awaitable<T> = T | Promise<T>;

export interface Method<C> {
  readonly params: readonly Param<unknown>[];
  /** One line for the documentation: what the answer is. */
  readonly summary: string;
  run(context: C, values: readonly unknown[]): Awaitable<Json | RawJson>;
}

export type MethodTable<C> = Readonly<Record<string, Method<C>>>;

/** A row of the table; the parameters give the handler's arguments their types. */
export function method<C, const P extends readonly Param<unknown>[]>(
  summary: string,
  params: P,
  run: (context: C, ...values: ParamValues<P>) => Awaitable<Json | RawJson>,
): Method<C> {
  return { summary, params, run: (context, values) => run(context, ...(values as ParamValues<P>)) };
}
