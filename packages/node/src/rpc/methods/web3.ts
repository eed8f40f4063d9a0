/** web3_* and net_*: who the node is. */
import { keccak256 } from 'sherd/crypto';
import { bytesToHex } from '../json.ts';
import { type MethodTable, method, type ShardContext } from '../method.ts';
import { param, readBytes } from '../params.ts';

const MODULES = {
  beacon: '1.0',
  debug: '1.0',
  eth: '1.0',
  net: '1.0',
  rpc: '1.0',
  script: '1.0',
  shard: '1.0',
  txpool: '1.0',
  web3: '1.0',
};

export const web3Methods: MethodTable<ShardContext> = {
  web3_clientVersion: method('Name and version of the program.', [], ({ backend }) => backend.clientVersion),
  web3_sha3: method('Keccak-256 of the data.', [param('data', 'bytes', readBytes)], (_, data) =>
    bytesToHex(keccak256(data)),
  ),
  rpc_modules: method('Families of methods, with their versions.', [], () => MODULES),
  net_version: method("The shard's chain id, in decimal digits.", [], ({ backend, shardIndex }) =>
    String(backend.params.chainId + shardIndex),
  ),
  net_listening: method('True: the node answers.', [], () => true),
  net_peerCount: method('Number of peers: 0x0, one process runs the whole network.', [], () => '0x0'),
};
