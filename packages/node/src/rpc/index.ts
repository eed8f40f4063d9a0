/** JSON-RPC over HTTP and WebSocket, and the port that the node implements for it. */
export * from './backend.ts';
export { type RpcServer, type RpcServerOptions, startRpcServer } from './server.ts';
