/** Blobs for tests: reproducible numbers below the order of the field. */
import { concatBytes, utf8ToBytes } from 'sherd/base';
import { sha256 } from 'sherd/crypto';
import { FIELD_ELEMENTS_PER_BLOB } from 'sherd/kzg';

/** 4096 numbers of 31 bytes: the ends of SHA-256 of `NAME INDEX`. */
export function testBlob(name: string): Uint8Array {
  return concatBytes(
    ...Array.from({ length: FIELD_ELEMENTS_PER_BLOB }, (_, index) => {
      const number = sha256(utf8ToBytes(`${name} ${index}`)).slice();
      number[0] = 0;
      return number;
    }),
  );
}

/** A blob of one number, repeated. */
export function constantBlob(number: Uint8Array): Uint8Array {
  return concatBytes(...new Array<Uint8Array>(FIELD_ELEMENTS_PER_BLOB).fill(number));
}
