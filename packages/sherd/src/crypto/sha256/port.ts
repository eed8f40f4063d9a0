/** SHA-256 of a long input, where the platform has something faster than WebAssembly; undefined where it has not. */
export type LongSha256 = ((data: Uint8Array) => Uint8Array) | undefined;
