/** The little of node:crypto that native.ts uses: the core is compiled without Node's types, so that nothing else in it can use Node. */
declare module 'node:crypto' {
  export function createHash(algorithm: string): { update(data: Uint8Array): { digest(): Uint8Array } };
}
