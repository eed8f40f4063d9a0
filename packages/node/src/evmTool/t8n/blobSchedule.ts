/** What a caller says of the fork's blobs: rules with those numbers instead of the fork's own (EIP-7840, EIP-7892). */
import { blobParametersOf, type ForkRules, forkRules, rulesWithBlobs } from 'sherd/protocol';
import { integerAt, type Json, objectAt, optional } from '../../conformance/fields.ts';

/**
 * @param json `{target, max, baseFeeUpdateFraction}`, or nothing; what it leaves out stays as the fork has it.
 * @throws SherdError BAD_FIXTURE, BAD_BLOB_PARAMETERS.
 */
export function withBlobSchedule(rules: ForkRules, json: Json | undefined): ForkRules {
  if (json === undefined || json === null) return rules;
  const given = objectAt(json, 'blobSchedule');
  const number = (key: string) => optional(given[key], (value) => integerAt(value, `blobSchedule.${key}`));
  const own = blobParametersOf(rules.fork);
  const parameters = {
    target: Number(number('target') ?? own.target),
    max: Number(number('max') ?? own.max),
    baseFeeUpdateFraction: number('baseFeeUpdateFraction') ?? own.baseFeeUpdateFraction,
  };
  return forkRules(rulesWithBlobs(rules.fork, parameters));
}
