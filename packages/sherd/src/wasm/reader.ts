/** Reads the binary format: bytes, LEB128 integers and names, with the offset of what it refuses. */
import { wasmError } from './errors.ts';

export class WasmReader {
  readonly bytes: Uint8Array;
  position: number;
  /** End of what may be read now, exclusive; sections and bodies narrow it. */
  end: number;
  /** Added to positions in messages: where `bytes` stands in its module. */
  readonly base: number;

  constructor(bytes: Uint8Array, base = 0) {
    this.bytes = bytes;
    this.position = 0;
    this.end = bytes.length;
    this.base = base;
  }

  get offset(): number {
    return this.base + this.position;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }

  u8(): number {
    if (this.position >= this.end) throw wasmError('WASM_MALFORMED', 'unexpected end', { offset: this.offset });
    return this.bytes[this.position++]!;
  }

  /** Unsigned, up to 32 bits; padded forms of at most five bytes are ordinary (linkers write them). */
  u32(): number {
    let byte = this.u8();
    if (byte < 0x80) return byte;
    const offset = this.offset - 1;
    let value = byte & 0x7f;
    let scale = 128;
    for (let i = 1; i < 5; i++) {
      byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (i === 4 && byte > 0x0f) break;
        return value;
      }
      scale *= 128;
    }
    throw wasmError('WASM_MALFORMED', 'integer of more than 32 bits', { offset });
  }

  /** Signed integer of `bits` bits. */
  signed(bits: 32 | 64): bigint {
    const offset = this.offset;
    const most = Math.ceil(bits / 7);
    let value = 0n;
    for (let i = 0; i < most; i++) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) {
        const extended = BigInt.asIntN(7 * (i + 1), value);
        if (i === most - 1 && extended !== BigInt.asIntN(bits, extended)) break;
        return extended;
      }
    }
    throw wasmError('WASM_MALFORMED', `signed integer of more than ${bits} bits`, { offset });
  }

  /** Steps over a signed integer of `bits` bits, which must be well formed; the hot path of constants. */
  skipSigned(bits: 32 | 64): void {
    if (this.position < this.end && this.bytes[this.position]! < 0x80) this.position++;
    else this.signed(bits);
  }

  slice(length: number): Uint8Array {
    if (length > this.end - this.position) {
      throw wasmError('WASM_MALFORMED', `${length} bytes announced, ${this.end - this.position} left`, {
        offset: this.offset,
      });
    }
    const part = this.bytes.subarray(this.position, this.position + length);
    this.position += length;
    return part;
  }

  /** A name of an import, an export or a custom section. Printable ASCII only, so that there is one way to write it and to show it. */
  name(): string {
    const offset = this.offset;
    const bytes = this.slice(this.u32());
    if (bytes.length > 128) throw wasmError('WASM_BAD_NAME', `name of ${bytes.length} bytes, want 128`, { offset });
    let text = '';
    for (const byte of bytes) {
      if (byte < 0x20 || byte > 0x7e) {
        throw wasmError('WASM_BAD_NAME', `name with byte ${byte}, want printable ASCII`, { offset });
      }
      text += String.fromCharCode(byte);
    }
    return text;
  }
}
