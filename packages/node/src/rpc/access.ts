/**
 * Who may talk to the node. A web page in the user's browser can reach loopback: by a name that its owner points at
 * 127.0.0.1 (DNS rebinding), or directly, marked with its origin. Names in Host and Origin are therefore checked.
 */
import { isIP } from 'node:net';

const LOCAL_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

export interface Access {
  /** Further names that the Host header may have; `*` allows all. */
  readonly hosts: readonly string[];
  /** Origins whose pages may read answers (CORS) and open WebSockets; `*` allows all. */
  readonly corsOrigins: readonly string[];
}

/** True for local names, allowed names, and IP addresses: rebinding needs a name. */
export function isHostAllowed(host: string | undefined, { hosts }: Access): boolean {
  if (hosts.includes('*')) return true;
  if (host === undefined) return false;
  const name = host.toLowerCase().replace(/:\d+$/, '');
  return LOCAL_HOSTS.includes(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || hosts.includes(name);
}

/** Value of Access-Control-Allow-Origin for a request from a page; undefined when there is no such leave. */
export function corsOrigin(origin: string | undefined, { corsOrigins }: Access): string | undefined {
  if (origin === undefined) return undefined;
  if (corsOrigins.includes('*')) return '*';
  return corsOrigins.includes(origin.toLowerCase()) ? origin : undefined;
}

/** A WebSocket has no CORS, so that the server itself must refuse pages. Programs send no origin. */
export function isSocketOriginAllowed(origin: string | undefined, access: Access): boolean {
  if (origin === undefined || corsOrigin(origin, access) !== undefined) return true;
  try {
    return LOCAL_HOSTS.includes(new URL(origin).hostname);
  } catch {
    return false;
  }
}
