/** No platform to ask: every input goes to WebAssembly. */
import type { LongSha256 } from './port.ts';

export const longSha256: LongSha256 = undefined;
