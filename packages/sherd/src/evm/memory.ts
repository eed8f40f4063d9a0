/** A frame's memory: bytes that grow by words and read as zero where nothing was written. */
import { EMPTY_BYTES } from '../base/index.ts';
import { highHalf, lowHalf, wordOfHalves } from './smallWord.ts';

const INITIAL_CAPACITY = 1024;
/** Buffers above this are not kept for the next frame. */
const KEPT_CAPACITY = 1 << 16;

/** Bytes up to which a copy byte by byte takes less time than a look at the source would take to make. */
const SHORT_COPY = 64;

/** What fits the lowest eight bytes of a word. */
const MAX_64 = 0xffff_ffff_ffff_ffffn;

export class Memory {
  /** Bytes in use, a multiple of 32: what MSIZE says. */
  size = 0;
  /** Gas paid for `size` so far. */
  paid = 0;
  private bytes: Uint8Array = EMPTY_BYTES;
  private view: DataView = new DataView(EMPTY_BYTES.buffer as ArrayBuffer);

  /** Makes room for `size` bytes (a multiple of 32), all zero. */
  grow(size: number): void {
    if (size > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(INITIAL_CAPACITY, size, Math.min(2 * this.bytes.length, size + (1 << 26))));
      bytes.set(this.bytes.subarray(0, this.size));
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    }
    this.size = size;
  }

  /** Empties the memory for another frame. */
  reset(): void {
    if (this.bytes.length > KEPT_CAPACITY) {
      this.bytes = EMPTY_BYTES;
      this.view = new DataView(EMPTY_BYTES.buffer as ArrayBuffer);
    } else {
      this.bytes.fill(0, 0, this.size);
    }
    this.size = 0;
    this.paid = 0;
  }

  /** The word at `offset`; the range has been paid for. */
  loadWord(offset: number): bigint {
    const view = this.view;
    // Most words are small numbers: look at the upper bytes as integers before making bigints of them.
    const upper = view.getInt32(offset) | view.getInt32(offset + 4) | view.getInt32(offset + 8);
    if ((upper | view.getInt32(offset + 12) | view.getInt32(offset + 16) | view.getInt32(offset + 20)) === 0) {
      return wordOfHalves(view.getInt32(offset + 24), view.getInt32(offset + 28));
    }
    return (
      (((view.getBigUint64(offset) << 64n) | view.getBigUint64(offset + 8)) << 128n) |
      ((view.getBigUint64(offset + 16) << 64n) | view.getBigUint64(offset + 24))
    );
  }

  storeWord(offset: number, word: bigint): void {
    const view = this.view;
    if (word <= MAX_64) {
      // Eight bytes of zeros at a time, which engines do without a call.
      view.setFloat64(offset, 0);
      view.setFloat64(offset + 8, 0);
      view.setFloat64(offset + 16, 0);
      view.setInt32(offset + 24, highHalf(word));
      view.setInt32(offset + 28, lowHalf(word));
      return;
    }
    view.setBigUint64(offset, word >> 192n);
    view.setBigUint64(offset + 8, word >> 128n);
    view.setBigUint64(offset + 16, word >> 64n);
    view.setBigUint64(offset + 24, word);
  }

  storeByte(offset: number, byte: number): void {
    this.bytes[offset] = byte;
  }

  /** Puts `size` bytes of `source` from `from` on at `offset`, with zeros where the source has ended. */
  store(offset: number, source: Uint8Array, from: number, size: number): void {
    const end = Math.min(from + size, source.length);
    const copied = Math.max(0, end - from);
    if (copied <= SHORT_COPY) for (let i = 0; i < copied; i++) this.bytes[offset + i] = source[from + i]!;
    else this.bytes.set(source.subarray(from, end), offset);
    if (copied < size) this.bytes.fill(0, offset + copied, offset + size);
  }

  move(offset: number, from: number, size: number): void {
    this.bytes.copyWithin(offset, from, from + size);
  }

  /** A look at the bytes; only good until the memory changes or grows. */
  peek(offset: number, size: number): Uint8Array {
    return this.bytes.subarray(offset, offset + size);
  }

  /** A copy of the bytes. */
  slice(offset: number, size: number): Uint8Array {
    return size === 0 ? EMPTY_BYTES : this.bytes.slice(offset, offset + size);
  }
}
