/** Writes the binary format: a growing buffer of bytes and LEB128 integers. */

export class WasmWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  #room(more: number): void {
    const want = this.#length + more;
    if (want <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(want, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** Bytes one by one. */
  u8(...bytes: readonly number[]): this {
    this.#room(bytes.length);
    for (const byte of bytes) this.#bytes[this.#length++] = byte;
    return this;
  }

  u32(value: number): this {
    this.#room(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
    return this;
  }

  /** Signed LEB128; the caller keeps the value inside 32 or 64 bits. */
  signed(value: bigint | number): this {
    this.#room(10);
    let rest = BigInt(value);
    for (;;) {
      const byte = Number(rest & 0x7fn);
      rest >>= 7n;
      if ((rest === 0n && byte < 0x40) || (rest === -1n && byte >= 0x40)) {
        this.#bytes[this.#length++] = byte;
        return this;
      }
      this.#bytes[this.#length++] = byte | 0x80;
    }
  }

  bytes(part: Uint8Array): this {
    this.#room(part.length);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
    return this;
  }

  /** Everything of `other`, in place. */
  append(other: WasmWriter): this {
    return this.bytes(other.view());
  }

  /** A name: length and ASCII bytes. */
  name(text: string): this {
    this.u32(text.length);
    for (let i = 0; i < text.length; i++) this.u8(text.charCodeAt(i));
    return this;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was written, without a copy: valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
