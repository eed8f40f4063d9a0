/** `sherd accounts`: the keys that a mnemonic leads to. */
import { Command } from 'commander';
import { bytesToHex } from 'sherd/base';
import { createNetworkKeys, FUNDED_ACCOUNTS } from '../genesis/index.ts';
import { pc } from './colors.ts';
import { mnemonicOption, wholeNumber } from './nodeOptions.ts';
import { json, table } from './output.ts';

interface AccountsOptions {
  readonly mnemonic?: string;
  readonly count: number;
  readonly validators: number;
  readonly json?: boolean;
}

export function accountsCommand(): Command {
  const command = new Command('accounts').description('show the funded accounts and the validators of a mnemonic');
  mnemonicOption(command)
    .option('--count <n>', 'accounts to show', wholeNumber(0, 1000), FUNDED_ACCOUNTS)
    .option('--validators <n>', 'validators to show', wholeNumber(0, 1000), 0)
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  sherd accounts
  sherd accounts --validators 4 --json`,
    );
  return command.action((options: AccountsOptions) => {
    const keys = createNetworkKeys(options.mnemonic);
    const accounts = Array.from({ length: options.count }, (_, index) => keys.account(index));
    const validators = Array.from({ length: options.validators }, (_, index) => keys.validator(index));
    if (options.json === true) {
      console.log(json({ accounts, validators }));
      return;
    }
    const rows = accounts.map(({ address, secretKey }, index) => [String(index), address, bytesToHex(secretKey)]);
    console.log(table(['#', 'account', 'private key'], rows));
    if (validators.length > 0) {
      const lines = validators.map(({ pubkey, secretKey }, index) => [
        String(index),
        bytesToHex(pubkey),
        bytesToHex(secretKey),
      ]);
      console.log(table(['#', 'validator public key', 'secret key'], lines));
    }
    if (options.mnemonic === undefined)
      console.log(pc.yellow('Everybody knows these keys: use them for nothing of value.'));
  });
}
