/** The node as a library: a network in the own process, and the server in front of it. */
export { DEV_MNEMONIC } from './genesis/index.ts';
export * from './rpc/index.ts';
export * from './service/index.ts';
