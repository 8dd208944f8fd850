export interface Stored {
  id: string;
  created: number;
}

/** Objects of one kind in the order of their creation. */
export class Collection<T extends Stored> {
  readonly #byId = new Map<string, T>();
  readonly #changed: () => void;
  readonly #groupOf: ((item: T) => string) | undefined;
  readonly #groups = new Map<string, Set<T>>();

  constructor(items: readonly T[], changed: () => void, groupOf?: (item: T) => string) {
    this.#changed = changed;
    this.#groupOf = groupOf;
    for (const item of items) this.#insert(item);
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  add(item: T): T {
    this.#insert(item);
    this.#changed();
    return item;
  }

  update(item: T, values: Partial<T>): T {
    Object.assign(item, values);
    this.#changed();
    return item;
  }

  remove(id: string): void {
    const item = this.#byId.get(id);
    if (!item) return;
    this.#byId.delete(id);
    const key = this.#groupOf?.(item);
    if (key !== undefined && this.#groups.get(key)?.delete(item) && this.#groups.get(key)?.size === 0) {
      this.#groups.delete(key);
    }
    this.#changed();
  }

  removeOlderThan(created: number): void {
    for (const item of this.#byId.values()) {
      if (item.created < created) this.remove(item.id);
    }
  }

  /** The items that `groupOf` puts under this key. */
  group(key: string): T[] {
    return [...(this.#groups.get(key) ?? [])];
  }

  #insert(item: T): void {
    this.#byId.set(item.id, item);
    const key = this.#groupOf?.(item);
    if (key === undefined) return;
    const group = this.#groups.get(key) ?? new Set();
    this.#groups.set(key, group.add(item));
  }

  get all(): T[] {
    return [...this.#byId.values()];
  }

  get newestFirst(): T[] {
    return this.all.reverse();
  }
}
