/**
 * SSZ lists that work without Node. The library's own take a buffer of Node's when they are made, to write a list's
 * length into; where there is none (a browser), these lend it one for the moment of construction. Nothing global stays
 * behind: other libraries look for `Buffer` to find out where they run.
 */
import {
  BitListType as NodeBitListType,
  ByteListType as NodeByteListType,
  ListCompositeType as NodeListCompositeType,
} from '@chainsafe/ssz';

/** What the library uses of a buffer: its bytes, and writing a length. */
class LengthBuffer extends Uint8Array {
  writeUIntLE(value: number, offset: number, byteLength: number): void {
    for (let i = 0, rest = value; i < byteLength; i++, rest = Math.floor(rest / 256)) this[offset + i] = rest % 256;
  }
}

const LENT = {
  from: (bytes: ArrayBuffer, offset: number, length: number) => new LengthBuffer(bytes, offset, length),
};

/** The same type, which takes the lent buffer when it is made and there is no other. */
function lending<Type extends new (...given: never[]) => object>(type: Type): Type {
  return new Proxy(type, {
    construct(target, given: unknown[], made) {
      const scope = globalThis as { Buffer?: unknown };
      if (scope.Buffer !== undefined) return Reflect.construct(target, given, made) as object;
      scope.Buffer = LENT;
      try {
        return Reflect.construct(target, given, made) as object;
      } finally {
        delete scope.Buffer;
      }
    },
  });
}

export const BitListType = lending(NodeBitListType);
export const ByteListType = lending(NodeByteListType);
export const ListCompositeType = lending(NodeListCompositeType);
