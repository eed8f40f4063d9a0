/** SHA-256 by the processor's own instructions, which WebAssembly cannot reach: seven times faster. Node only. */
import { createHash } from 'node:crypto';
import type { LongSha256 } from './port.ts';

// A copy: a Buffer is no plain Uint8Array (its slice() shares memory), and may lie in a pool.
export const longSha256: LongSha256 = (data) => new Uint8Array(createHash('sha256').update(data).digest());
