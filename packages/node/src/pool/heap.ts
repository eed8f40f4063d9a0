/** A binary heap: the greatest element by `compare` comes first. */
export class Heap<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #items: T[] = [];

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#compare(items[at]!, items[parent]!) <= 0) return;
      [items[at], items[parent]] = [items[parent]!, items[at]!];
      at = parent;
    }
  }

  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return first;
    items[0] = last;
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      let best = at;
      if (left < items.length && this.#compare(items[left]!, items[best]!) > 0) best = left;
      if (left + 1 < items.length && this.#compare(items[left + 1]!, items[best]!) > 0) best = left + 1;
      if (best === at) return first;
      [items[at], items[best]] = [items[best]!, items[at]!];
      at = best;
    }
  }
}
