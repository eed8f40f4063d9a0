/** Differential tests: a case on our engine and on the peer, where they differ, and the smallest case that shows it. */
import type { Address } from 'sherd/base';
import { createAddress } from 'sherd/evm';
import { type FuzzOutcome, type FuzzRun, LOW_ADDRESSES, runOnEngine } from './differentialEngine.ts';
import { runOnPeer } from './differentialPeer.ts';
import { type FuzzCase, KEY_ADDRESSES } from './randomCase.ts';

/** How a case came out: what the transactions came to, and each difference as a line. */
export interface Comparison {
  readonly engine: FuzzRun;
  readonly differences: readonly string[];
}

/** The fields that must be the same; the reason is left out, because engines check in different orders. */
const COMPARED = ['ending', 'gasUsed', 'gasRefunded', 'output', 'created'] as const;

export async function compare(fuzz: FuzzCase): Promise<Comparison> {
  const engine = runOnEngine(fuzz);
  const peer = await runOnPeer(fuzz);
  const differences: string[] = [];
  engine.outcomes.forEach((ours, i) => {
    for (const line of outcomeDifferences(ours, peer.outcomes[i]!)) differences.push(`transaction ${i}: ${line}`);
  });
  if (engine.stateRoot !== peer.stateRoot) {
    differences.push(`state root: ${engine.stateRoot}, peer ${peer.stateRoot}`);
    for (const address of watchedAddresses(fuzz)) {
      const [ours, theirs] = [await engine.describe(address), await peer.describe(address)];
      if (ours !== theirs) differences.push(`  ${address}: ${ours}, peer ${theirs}`);
    }
  }
  return { engine, differences };
}

function outcomeDifferences(ours: FuzzOutcome, theirs: FuzzOutcome): string[] {
  const lines: string[] = [];
  for (const field of COMPARED) {
    if (theirs.untold?.some((name) => name === field)) continue;
    if (ours[field] !== theirs[field]) {
      lines.push(`${field} ${ours[field]} (${ours.reason}), peer ${theirs[field]} (${theirs.reason})`);
    }
  }
  const [log, peerLog] = [ours.logs?.join('\n'), theirs.logs?.join('\n')];
  if (log !== peerLog) lines.push(`logs ${log}, peer ${peerLog}`);
  return lines;
}

function watchedAddresses(fuzz: FuzzCase): Set<Address> {
  const addresses = new Set<Address>([...LOW_ADDRESSES, ...KEY_ADDRESSES, fuzz.coinbase]);
  for (const { address } of fuzz.accounts) addresses.add(address);
  for (const address of [...addresses]) {
    for (let nonce = 0n; nonce < 4n; nonce++) addresses.add(createAddress(address, nonce));
  }
  return addresses;
}

/** `list` without one of its elements, for each of them. */
function* without<T>(list: readonly T[]): Generator<T[]> {
  for (let i = list.length - 1; i >= 0; i--) yield [...list.slice(0, i), ...list.slice(i + 1)];
}

/** Cases that are a step smaller, the largest steps first. */
function* smaller(fuzz: FuzzCase): Generator<FuzzCase> {
  for (const transactions of without(fuzz.transactions)) yield { ...fuzz, transactions };
  for (const accounts of without(fuzz.accounts)) yield { ...fuzz, accounts };
  for (const [i, account] of fuzz.accounts.entries()) {
    const withAccount = (change: Partial<typeof account>) => ({
      ...fuzz,
      accounts: fuzz.accounts.map((other, k) => (k === i ? { ...account, ...change } : other)),
    });
    for (const code of without(account.code)) yield withAccount({ code });
    for (const storage of without(account.storage)) yield withAccount({ storage });
    for (const code of without(bytesOf(account.code))) yield withAccount({ code: [code.join('')] });
  }
  for (const [i, transaction] of fuzz.transactions.entries()) {
    const withTransaction = (change: Partial<typeof transaction>) => ({
      ...fuzz,
      transactions: fuzz.transactions.map((other, k) => (k === i ? { ...transaction, ...change } : other)),
    });
    for (const data of without(transaction.data)) yield withTransaction({ data });
    for (const accessList of without(transaction.accessList)) yield withTransaction({ accessList });
    for (const authorizations of without(transaction.authorizations)) yield withTransaction({ authorizations });
    if (transaction.value > 0n) yield withTransaction({ value: 0n });
    for (const data of without(bytesOf(transaction.data))) yield withTransaction({ data: [data.join('')] });
  }
}

function bytesOf(fragments: readonly string[]): readonly string[] {
  return fragments.join('').match(/../g) ?? [];
}

/**
 * The smallest case that still differs, by leaving out transactions, accounts, fragments and bytes as long as it helps.
 * @param tries Runs at most.
 */
export async function shrink(fuzz: FuzzCase, tries = 3000): Promise<FuzzCase> {
  const differs = async (candidate: FuzzCase) => (await compare(candidate)).differences.length > 0;
  let best = fuzz;
  for (let found = true; found && tries > 0; ) {
    found = false;
    for (const candidate of smaller(best)) {
      if (tries-- <= 0) break;
      if (!(await differs(candidate))) continue;
      best = candidate;
      found = true;
      break;
    }
  }
  return best;
}

/** A case as JSON, and back: integers as text with an n behind. */
export function caseToJson(fuzz: FuzzCase): string {
  return JSON.stringify(fuzz, (_, value) => (typeof value === 'bigint' ? `${value}n` : value), 2);
}

export function caseFromJson(text: string): FuzzCase {
  const revive = (_: string, value: unknown) =>
    typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  // A creation has no `to`, and JSON has no undefined: a field that is absent reads as undefined.
  return JSON.parse(text, revive) as FuzzCase;
}
