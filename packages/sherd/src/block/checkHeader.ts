/** The types of a header's fields, which bytes that were decoded always have and objects from elsewhere may not. */
import { badArgument, checkBytes, checkObject, checkUnsigned } from '../base/arguments.ts';
import { isAddress } from '../base/index.ts';
import type { Header } from './header.ts';

const BYTES = ['parentHash', 'ommersHash', 'stateRoot', 'transactionsRoot', 'receiptsRoot', 'bloom'] as const;
const SEAL = ['extraData', 'mixHash', 'nonce'] as const;
const NUMBERS = ['difficulty', 'number', 'gasLimit', 'gasUsed', 'timestamp'] as const;
const LATER_NUMBERS = ['baseFee', 'blobGasUsed', 'excessBlobGas'] as const;
const LATER_BYTES = ['withdrawalsRoot', 'parentBeaconBlockRoot', 'requestsHash'] as const;

/** @throws SherdError BAD_ARGUMENT with the field. */
export function checkHeader(header: Header): void {
  checkObject(header, 'header');
  for (const field of BYTES) checkBytes(header[field], `header: ${field}`);
  for (const field of SEAL) checkBytes(header[field], `header: ${field}`);
  for (const field of NUMBERS) checkUnsigned(header[field], `header: ${field}`);
  if (!isAddress(header.coinbase)) throw badArgument('header: coinbase', header.coinbase, 'an address in lower case');
  for (const field of LATER_NUMBERS) if (header[field] !== undefined) checkUnsigned(header[field], `header: ${field}`);
  for (const field of LATER_BYTES) if (header[field] !== undefined) checkBytes(header[field], `header: ${field}`);
}
