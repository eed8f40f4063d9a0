/** What a caller says of the fork's blobs, held against what the fork has: a block of other numbers would be another. */
import { SherdError } from 'sherd/base';
import type { Rules } from 'sherd/protocol';
import { integerAt, type Json, objectAt, optional } from '../../conformance/fields.ts';

/**
 * @param json `{target, max, baseFeeUpdateFraction}` of the fork, or nothing.
 * @throws SherdError BAD_FIXTURE, BLOB_SCHEDULE.
 */
export function checkBlobSchedule(json: Json | undefined, rules: Rules): void {
  if (json === undefined || json === null) return;
  const given = objectAt(json, 'blobSchedule');
  const known = [
    ['target', BigInt(rules.blobTarget)],
    ['max', BigInt(rules.blobMax)],
    ['baseFeeUpdateFraction', rules.blobBaseFeeFraction],
  ] as const;
  for (const [key, want] of known) {
    const have = optional(given[key], (value) => integerAt(value, `blobSchedule.${key}`));
    if (have !== undefined && have !== want) {
      throw new SherdError('BLOB_SCHEDULE', `blobSchedule.${key}: have ${have}, want ${want} as the fork has it`, {
        key,
      });
    }
  }
}
