/**
 * What a signature is over: the root of the object, the kind of object and the chain, so that no signature is good for
 * another kind or on another chain.
 */
import { ByteVectorType, ContainerType, UintBigintType } from '@chainsafe/ssz';

/** Numbers are part of the protocol: never change or reuse one. */
export const DOMAINS = {
  beaconBlock: 1n,
  newExecutionScript: 2n,
  withdrawal: 3n,
  deposit: 4n,
  crosslink: 5n,
  shardBlock: 6n,
} as const;
export type Domain = keyof typeof DOMAINS;

const u64 = new UintBigintType(8);

const SigningData = new ContainerType({ objectRoot: new ByteVectorType(32), domain: u64, chainId: u64 });

/** The 32 bytes that BLS signs. `chainId` is that of the network, whatever the shard. */
export function signingRoot(chainId: number | bigint, domain: Domain, objectRoot: Uint8Array): Uint8Array {
  return new Uint8Array(SigningData.hashTreeRoot({ objectRoot, domain: DOMAINS[domain], chainId: BigInt(chainId) }));
}
