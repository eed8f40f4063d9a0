import { addressAt, bytesAt, integerAt, objectAt } from './fields.js';
/** @throws SherdError BAD_FIXTURE. */
export function readAccounts(value, place) {
  return Object.entries(objectAt(value, place)).map(([key, json]) => {
    const here = `${place}.${key}`;
    const account = objectAt(json, here);
    const storage = Object.entries(objectAt(account['storage'] ?? {}, `${here}.storage`)).map(([slot, word]) => [
      integerAt(slot, `${here}.storage`),
      integerAt(word, `${here}.storage.${slot}`),
    ]);
    return [
      addressAt(key, here),
      {
        nonce: integerAt(account['nonce'] ?? '0x', `${here}.nonce`),
        balance: integerAt(account['balance'] ?? '0x', `${here}.balance`),
        code: bytesAt(account['code'] ?? '0x', `${here}.code`),
        storage,
      },
    ];
  });
}
//# sourceMappingURL=accounts.js.map
