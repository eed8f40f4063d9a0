/** Step 1: a validator adds the transfer script; the beacon chain checks, meters and compiles it, and charges by size. */
import { bytesToHex, SherdError } from 'sherd/base';
import type { NetworkKeys, ValidatorKey } from '../../genesis/index.ts';
import { transferScriptCode } from '../files.ts';
import { getValidators, headSlot, type Network, runOperation, supply, type ValidatorInfo } from '../network.ts';
import { newScriptOperation } from '../operations.ts';
import type { StepLog } from '../story.ts';
import { gwei } from '../units.ts';

export interface OwnValidator extends ValidatorInfo {
  readonly key: ValidatorKey;
}

/**
 * The richest validator whose key comes from the mnemonic.
 * @throws SherdError NO_VALIDATOR
 */
export async function richestValidator(network: Network, keys: NetworkKeys): Promise<OwnValidator> {
  let best: OwnValidator | undefined;
  for (const validator of await getValidators(network)) {
    const key = keys.validator(validator.index);
    if (bytesToHex(key.pubkey) !== validator.pubkey) continue;
    if (best === undefined || validator.balance > best.balance) best = { ...validator, key };
  }
  if (best === undefined) {
    throw new SherdError('NO_VALIDATOR', 'no validator of this network has a key of the mnemonic');
  }
  return best;
}

/** Registers the transfer script and gives its id. */
export async function registerScript(network: Network, keys: NetworkKeys, log: StepLog): Promise<number> {
  const code = transferScriptCode();
  const validator = await richestValidator(network, keys);
  const before = await supply(network);
  const message = { sender: validator.index, nonce: validator.nonce, slot: await headSlot(network), code };
  const operation = newScriptOperation(network.chainId, message, validator.key);
  const { id, scriptId, slot } = await runOperation(network, 'newExecutionScript', operation);
  if (scriptId === undefined) throw new SherdError('BAD_ANSWER', 'the operation was included without a script id');

  const price = BigInt(code.length) * network.scriptPricePerByte;
  const after = (await getValidators(network))[validator.index]!;
  log.fact('script', scriptId);
  log.fact('operation', id);
  log.fact('slot', slot);
  log.fact('code', `${code.length} bytes`);
  log.fact('price', `${gwei(price)}, paid by validator ${validator.index}`);
  log.equal('validator paid for the size of the code', validator.balance - after.balance, price, gwei);
  log.equal('ETH of validators and scripts, and burned', await supply(network), before, gwei);
  return scriptId;
}
