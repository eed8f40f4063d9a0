/** How many blobs the blocks of a chain have: as a blob schedule says it (EIP-7840, EIP-7892), and in a name of rules. */
import { SherdError } from '../base/index.ts';

/** What a blob schedule says of a fork. */
export interface BlobParameters {
  /** Blobs of a block at which their price stays the same. */
  readonly target: number;
  /** The most that a block may have. */
  readonly max: number;
  /** The greater, the slower the price of blob gas follows demand. */
  readonly baseFeeUpdateFraction: bigint;
}

/** Up to this, blob gas is counted exactly. */
const MOST_BLOBS = 0xffff_ffff;

/** @throws SherdError BAD_BLOB_PARAMETERS when no block could be built by them. */
export function checkBlobParameters({ target, max, baseFeeUpdateFraction }: BlobParameters): void {
  const isCount = (value: number) => Number.isInteger(value) && value >= 0 && value <= MOST_BLOBS;
  if (!isCount(max) || max === 0) refuse('max', max, `1 to ${MOST_BLOBS}`);
  if (!isCount(target) || target > max) refuse('target', target, `0 to the max, ${max}`);
  if (typeof baseFeeUpdateFraction !== 'bigint' || baseFeeUpdateFraction <= 0n) {
    refuse('baseFeeUpdateFraction', baseFeeUpdateFraction, 'a bigint above 0');
  }
}

function refuse(field: string, have: unknown, want: string): never {
  throw new SherdError('BAD_BLOB_PARAMETERS', `blob parameters: ${field} is ${have}, want ${want}`, { field });
}

/** The parameters as part of a name of rules: `blobs6:9:5007716`. */
export function blobsToPart({ target, max, baseFeeUpdateFraction }: BlobParameters): string {
  return `blobs${target}:${max}:${baseFeeUpdateFraction}`;
}

/** The parameters that such a part names; undefined for any other part. @throws SherdError BAD_BLOB_PARAMETERS. */
export function blobsFromPart(part: string): BlobParameters | undefined {
  const [, target, max, fraction] = /^blobs(\d{1,10}):(\d{1,10}):(\d{1,78})$/.exec(part) ?? [];
  if (target === undefined || max === undefined || fraction === undefined) return undefined;
  const parameters = { target: Number(target), max: Number(max), baseFeeUpdateFraction: BigInt(fraction) };
  checkBlobParameters(parameters);
  return parameters;
}
