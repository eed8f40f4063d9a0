/**
 * Step 2: ETH leaves a validator for the transfer script, moves between accounts of shard 1, on to shard 2, and back to
 * the beacon chain as a new validator. After every move the books of the script must balance.
 */
import { type Address, addressToBytes, SherdError } from 'sherd/base';
import type { AccountKey, NetworkKeys } from '../../genesis/index.ts';
import { claimMessage, depositMessage, receiptAnswer, sendMessage, transferMessage } from '../ethTransfer.ts';
import {
  getValidator,
  getValidators,
  type Network,
  receiptClaim,
  runMessage,
  runOperation,
  scriptBalance,
  supply,
  transferAccount,
  withdrawalClaim,
} from '../network.ts';
import { depositData, newValidatorOperation, withdrawalOperation } from '../operations.ts';
import type { StepLog } from '../story.ts';
import { gwei } from '../units.ts';
import { richestValidator } from './registerScript.ts';

const ETH = 1_000_000_000n;
const HOME = 1;
const AWAY = 2;

const WITHDRAWN = 4n * ETH;
const FIRST_TRANSFER = (3n * ETH) / 2n;
const TRANSFER_BACK = ETH / 4n;
const SENT = ETH / 2n;

interface Books {
  readonly network: Network;
  readonly script: number;
  readonly keys: NetworkKeys;
  readonly log: StepLog;
  readonly people: Readonly<Record<'alice' | 'bob' | 'carol', AccountKey>>;
  /** gwei in receipts that nobody has claimed. */
  inFlight: bigint;
}

export async function moveEther(network: Network, keys: NetworkKeys, script: number, log: StepLog): Promise<void> {
  const people = { alice: keys.account(0), bob: keys.account(1), carol: keys.account(2) };
  const books: Books = { network, script, keys, log, people, inFlight: 0n };
  const before = await supply(network);
  await withdraw(books);
  await transfer(books, 'alice', 'bob', FIRST_TRANSFER);
  await transfer(books, 'bob', 'alice', TRANSFER_BACK);
  await sendAway(books);
  await becomeValidator(books);
  log.equal('ETH of validators and scripts, and burned', await supply(network), before, gwei);
  for (const [name, shard] of [
    ['alice', HOME],
    ['bob', HOME],
    ['carol', AWAY],
  ] as const) {
    const { balance } = await accountOf(books, shard, people[name].address);
    log.balance(`${name} on shard ${shard}`, balance, gwei);
  }
  log.balance('script on the beacon chain', await scriptBalance(network, script), gwei);
}

/** An account, zeros when there is none yet. */
async function accountOf({ network, script }: Books, shard: number, address: Address) {
  return (await transferAccount(network, shard, script, address)) ?? { nonce: 0n, balance: 0n };
}

/** What the script holds on the beacon chain is what its accounts and its receipts in flight are worth. */
async function balance(books: Books, when: string): Promise<void> {
  const { network, script, people, inFlight, log } = books;
  let sum = inFlight;
  for (const shard of [HOME, AWAY]) {
    for (const { address } of Object.values(people)) sum += (await accountOf(books, shard, address)).balance;
  }
  const held = await scriptBalance(network, script);
  log.equal(`accounts + in flight = balance of the script, after ${when}`, sum, held, gwei);
}

async function withdraw(books: Books): Promise<void> {
  const { network, keys, script, people, log } = books;
  const validator = await richestValidator(network, keys);
  const message = {
    validatorIndex: validator.index,
    nonce: validator.nonce,
    targetShard: HOME,
    targetScript: script,
    amount: WITHDRAWN,
    data: addressToBytes(people.alice.address),
  };
  const operation = withdrawalOperation(network.chainId, message, validator.key);
  const { id, receiptIndex } = await runOperation(network, 'withdrawal', operation);
  if (receiptIndex === undefined) throw new SherdError('BAD_ANSWER', 'the withdrawal was included without a receipt');
  books.inFlight += WITHDRAWN;
  log.fact('withdrawal', id);
  log.fact('withdrawal receipt', receiptIndex);
  await balance(books, 'the withdrawal');

  const claim = await withdrawalClaim(network, receiptIndex);
  const claimed = await runMessage(network, HOME, script, claimMessage(claim));
  books.inFlight -= WITHDRAWN;
  log.fact('claim', `${claimed.id} (${claim.length} bytes with its proof, ${claimed.gasUsed} gas)`);
  await balance(books, 'the claim');
}

async function transfer(books: Books, from: 'alice' | 'bob', to: 'alice' | 'bob', amount: bigint): Promise<void> {
  const { network, script, people, log } = books;
  const { nonce } = await accountOf(books, HOME, people[from].address);
  const context = { chainId: network.chainId, shard: HOME, script };
  const message = transferMessage(context, { to: people[to].address, amount, nonce }, people[from].secretKey);
  const { id, gasUsed } = await runMessage(network, HOME, script, message);
  log.fact(`${from} pays ${to} ${gwei(amount)}`, `${id} (${gasUsed} gas)`);
  await balance(books, `${from} paid ${to}`);
}

/** Bob sends a part to Carol on shard 2, who claims it with the receipt's proof. */
async function sendAway(books: Books): Promise<void> {
  const { network, script, people, log } = books;
  const { nonce } = await accountOf(books, HOME, people.bob.address);
  const context = { chainId: network.chainId, shard: HOME, script };
  const parcel = { shard: AWAY, to: people.carol.address, amount: SENT, nonce };
  const sent = await runMessage(network, HOME, script, sendMessage(context, parcel, people.bob.secretKey));
  books.inFlight += SENT;
  log.fact(`bob sends carol ${gwei(SENT)} on shard ${AWAY}`, sent.id);
  await balance(books, 'bob sent');

  const claim = await receiptClaim(network, HOME, receiptAnswer(sent.output));
  const claimed = await runMessage(network, AWAY, script, claimMessage(claim));
  books.inFlight -= SENT;
  log.fact('carol claims', claimed.id);
  await balance(books, 'carol claimed');
}

/** Alice deposits back: a receipt for the beacon chain, whose claim makes a validator. */
async function becomeValidator(books: Books): Promise<void> {
  const { network, keys, script, people, log } = books;
  const amount = network.minDeposit;
  const { nonce } = await accountOf(books, HOME, people.alice.address);
  const next = (await getValidators(network)).length;
  const key = keys.validator(next);
  const deposit = depositData(network.chainId, amount, people.alice.address, key);
  const context = { chainId: network.chainId, shard: HOME, script };
  const message = depositMessage(context, { deposit, nonce }, people.alice.secretKey);
  const asked = await runMessage(network, HOME, script, message);
  books.inFlight += amount;
  log.fact(`alice deposits ${gwei(amount)}`, asked.id);
  await balance(books, 'the deposit');

  const claim = await receiptClaim(network, HOME, receiptAnswer(asked.output));
  const { id } = await runOperation(network, 'newValidator', newValidatorOperation(claim));
  books.inFlight -= amount;
  const validator = await getValidator(network, key.pubkey);
  if (validator === undefined) throw new SherdError('NO_VALIDATOR', 'the operation was included without a validator');
  log.fact('claim of the deposit', id);
  log.fact('new validator', validator.index);
  log.equal('balance of the new validator', validator.balance, amount, gwei);
  await balance(books, 'the beacon chain has it back');
}
