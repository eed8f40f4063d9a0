/** JSON-RPC over WebSocket: many calls at a time on one connection, and what the node says unasked. */
import type { WebSocket } from 'ws';
import type { Endpoint } from './endpoints.ts';
import { LIMITS } from './limits.ts';
import type { Connection } from './subscriptions.ts';

/** Close codes (RFC 6455, 7.4). */
export const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

/** Serves one connection until it closes. */
export function serveSocket(socket: WebSocket, endpoint: Endpoint): void {
  /** Requests under way, each with its own end. */
  const requests = new Set<AbortController>();
  const subscriptions = new Map<string, () => void>();
  let isAlive = true;

  /** A client that does not read makes us hold what it is owed: beyond a bound it is let go. */
  function send(text: string): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > LIMITS.webSocketBacklog) {
      socket.close(POLICY_VIOLATION, 'client reads too slowly');
      socket.terminate();
      return;
    }
    socket.send(text);
  }

  async function onMessage(message: Uint8Array): Promise<void> {
    const afterReply: (() => void)[] = [];
    const connection: Connection = {
      subscriptions,
      notify: (id, result) =>
        send(`{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${id}","result":${result}}}`),
      afterReply: (action) => afterReply.push(action),
    };
    const request = new AbortController();
    const timer = setTimeout(() => request.abort(), LIMITS.requestTime);
    requests.add(request);
    if (requests.size >= LIMITS.webSocketRequests) socket.pause();
    const text = await endpoint.answer(message, request.signal, connection);
    requests.delete(request);
    if (socket.isPaused) socket.resume();
    clearTimeout(timer);
    if (text !== undefined) send(text);
    for (const action of afterReply) action();
  }

  const ping = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, LIMITS.pingInterval);
  ping.unref();

  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('message', (data) => {
    isAlive = true;
    void onMessage(
      Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data,
    );
  });
  // A frame that breaks the protocol or a limit: ws closes the connection with the code that fits.
  socket.on('error', () => {});
  socket.once('close', () => {
    clearInterval(ping);
    for (const request of requests) request.abort();
    for (const stop of subscriptions.values()) stop();
    subscriptions.clear();
  });
}
