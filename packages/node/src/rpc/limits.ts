/** What one client may ask of the node; geth's defaults where geth has them. Times in milliseconds, sizes in bytes. */
export const LIMITS = {
  bodyBytes: 5 * 1024 * 1024,
  webSocketMessageBytes: 32 * 1024 * 1024,
  batchItems: 1000,
  responseBytes: 25_000_000,
  nesting: 64,
  /** Characters of a quantity, 0x included: 256 bits. BigInt of a long text takes seconds. */
  quantityCharacters: 66,
  requestTime: 30_000,
  headersTime: 10_000,
  idleTime: 120_000,
  /** Open sockets. */
  connections: 20_000,
  /** Requests of one WebSocket that may be under way; further ones wait in the socket. */
  webSocketRequests: 64,
  /** Unsent bytes at which a WebSocket that does not read is closed. */
  webSocketBacklog: 32 * 1024 * 1024,
  pingInterval: 30_000,
  /** Gas of eth_call and eth_estimateGas. */
  callGas: 50_000_000,
  /** Time that eth_sendRawTransaction waits for an instant block. */
  inclusionTime: 3_000,
  /** Addresses of a log filter, and alternatives at one topic position. */
  logAlternatives: 1000,
  logTopics: 4,
  /** Logs in one answer. */
  logResults: 20_000,
  /** Time that the search for logs may take. */
  logTime: 10_000,
  filterLife: 300_000,
  filtersPerShard: 10_000,
  /** Hashes that a filter of pending transactions keeps between two polls. */
  filterHashes: 10_000,
  subscriptionsPerConnection: 100,
  feeHistoryBlocks: 1024,
  rewardPercentiles: 100,
  storageSlots: 1024,
  /** Entries in one answer of a list method. */
  listEntries: 1000,
} as const;
