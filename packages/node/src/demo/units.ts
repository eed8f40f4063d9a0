/** Amounts as people read them. */

/** gwei as ETH. */
export function gwei(amount: bigint): string {
  return `${decimal(amount, 9)} ETH`;
}

/** Wei as ETH. */
export function wei(amount: bigint): string {
  return `${decimal(amount, 18)} ETH`;
}

function decimal(amount: bigint, digits: number): string {
  const text = (amount < 0n ? -amount : amount).toString().padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  const whole = text.slice(0, -digits);
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
