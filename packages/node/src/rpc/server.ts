/** The RPC server: one port for all shards and the beacon chain, HTTP and WebSocket. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { SherdError } from 'sherd/base';
import { WebSocketServer } from 'ws';
import { type Access, isHostAllowed, isSocketOriginAllowed } from './access.ts';
import type { RpcBackend } from './backend.ts';
import { createEndpoints, type Endpoints, type FaultListener } from './endpoints.ts';
import { handleHttp, pathOf } from './http.ts';
import { LIMITS } from './limits.ts';
import { GOING_AWAY, serveSocket } from './websocket.ts';

export interface RpcServerOptions {
  readonly backend: RpcBackend;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 8545; 0 takes any free one. */
  readonly port?: number;
  /** Names besides local ones that clients may reach the node by; `*` for all. */
  readonly hosts?: readonly string[];
  /** Origins whose pages may use the node; `*` for all. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Is told of faults of ours, which clients do not get to see. */
  readonly onFault?: FaultListener;
}

export interface RpcServer {
  readonly host: string;
  /** The port that it listens on. */
  readonly port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** @throws SherdError PORT_IN_USE, CANNOT_LISTEN. */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { backend, host = '127.0.0.1', port = 8545, onFault = () => {} } = options;
  const lower = (names: readonly string[] = []) => names.map((name) => name.toLowerCase());
  const access: Access = { hosts: lower(options.hosts), corsOrigins: lower(options.corsOrigins) };
  const endpoints = createEndpoints(backend, onFault);
  const server = createServer({ keepAliveTimeout: LIMITS.idleTime, headersTimeout: LIMITS.headersTime });
  server.requestTimeout = LIMITS.requestTime;
  // A client that neither sends nor reads; WebSockets have their pings instead.
  server.timeout = LIMITS.idleTime;
  server.maxConnections = LIMITS.connections;
  server.on('request', (request, response) => {
    handleHttp(request, response, { backend, endpoints, access }).catch((error: unknown) => {
      onFault(error, 'http');
      response.destroy();
    });
  });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.webSocketMessageBytes,
    clientTracking: true,
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = upgradeRefusal(request, access, endpoints);
    if (refusal !== undefined) return refuseUpgrade(socket, refusal);
    const endpoint = endpoints.find(pathOf(request))!;
    sockets.handleUpgrade(request, socket, head, (client) => serveSocket(client, endpoint));
  });
  await listen(server, host, port);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    close: () => close(server, sockets),
  };
}

function upgradeRefusal(request: IncomingMessage, access: Access, endpoints: Endpoints): string | undefined {
  if (!isHostAllowed(request.headers.host, access)) return '403 Forbidden';
  if (!isSocketOriginAllowed(request.headers.origin, access)) return '403 Forbidden';
  return endpoints.find(pathOf(request)) === undefined ? '404 Not Found' : undefined;
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const where = { host, port };
      if (error.code === 'EADDRINUSE') {
        reject(
          new SherdError('PORT_IN_USE', `port ${port} on ${host} is in use; stop what uses it or pass --port`, where),
        );
      } else reject(new SherdError('CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${error.message}`, where));
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.removeAllListeners('error');
      // From here on errors belong to single connections.
      server.on('error', () => {});
      resolve();
    });
  });
}

async function close(server: Server, sockets: WebSocketServer): Promise<void> {
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const client of sockets.clients) {
    client.close(GOING_AWAY, 'the node stops');
    client.terminate();
  }
  sockets.close();
  server.closeAllConnections();
  await stopped;
}
