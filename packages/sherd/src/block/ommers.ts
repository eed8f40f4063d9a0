/** Whether a block may name its ommers (Yellow Paper, section 11.1). */
import { checkFunction, checkList, checkObject } from '../base/arguments.ts';
import { bytesToHex, SherdError } from '../base/index.ts';
import type { Rules } from '../protocol/index.ts';
import type { Block } from './block.ts';
import { ommersHash } from './block.ts';
import { checkHeader } from './checkHeader.ts';
import { type Header, headerHash } from './header.ts';
import { validateHeader } from './validateHeader.ts';

/** An ommer's parent is between the second and the seventh generation above the block. */
const GENERATIONS = 7;

/**
 * @param ancestors The block's ancestors, the parent first; seven are enough.
 * @param rulesOf The rules of any header's own fork.
 * @throws SherdError OMMERS_HASH, TOO_MANY_OMMERS, OMMER_REPEATED, OMMER_IS_ANCESTOR, OMMER_UNRELATED, or the
 *   codes of `validateHeader` for an ommer itself.
 */
export function validateOmmers(block: Block, ancestors: readonly Block[], rulesOf: (header: Header) => Rules): void {
  checkObject(block, 'block');
  checkList(ancestors, 'ancestors');
  checkFunction(rulesOf, 'rulesOf');
  checkHeader(block.header);
  const { maxOmmers } = rulesOf(block.header);
  const hash = bytesToHex(ommersHash(block.ommers));
  const want = bytesToHex(block.header.ommersHash);
  if (hash !== want) throw new SherdError('OMMERS_HASH', `ommers hash: have ${hash}, want ${want}`);
  if (block.ommers.length > maxOmmers) {
    throw new SherdError('TOO_MANY_OMMERS', `${block.ommers.length} ommers, want at most ${maxOmmers}`);
  }
  if (block.ommers.length === 0) return;

  const near = ancestors.slice(0, GENERATIONS);
  const byHash = new Map<string, Header>();
  const used = new Set<string>();
  for (const ancestor of near) {
    byHash.set(bytesToHex(headerHash(ancestor.header)), ancestor.header);
    for (const ommer of ancestor.ommers) used.add(bytesToHex(headerHash(ommer)));
  }
  for (const ommer of block.ommers) {
    const id = bytesToHex(headerHash(ommer));
    if (used.has(id)) throw new SherdError('OMMER_REPEATED', `ommer ${id} was named before`, { id });
    used.add(id);
    if (byHash.has(id)) throw new SherdError('OMMER_IS_ANCESTOR', `ommer ${id} is an ancestor`, { id });
    const parent = byHash.get(bytesToHex(ommer.parentHash));
    if (parent === undefined || parent.number + 1n === block.header.number) {
      throw new SherdError('OMMER_UNRELATED', `ommer ${id}: its parent is no ancestor in reach`, { id });
    }
    validateHeader(ommer, parent, rulesOf(ommer));
  }
}
