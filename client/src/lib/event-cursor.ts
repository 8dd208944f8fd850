/** Where this client stands in the session's event log: every event once, in order, without holes. [RT-4] */
export class EventCursor {
  #after: number | null = null;
  #gapAt: number | null = null;

  /** The last `seq` seen; null asks the server for a snapshot. */
  get after(): number | null {
    return this.#after;
  }

  snapshot(seq: number): void {
    this.#after = seq;
    this.#gapAt = null;
  }

  accept(seq: number): 'next' | 'duplicate' | 'gap' {
    if (this.#after !== null && seq <= this.#after) return 'duplicate';
    if (this.#after === null || seq !== this.#after + 1) {
      // The same hole twice means that the log no longer has those events: ask for a snapshot.
      if (this.#gapAt === this.#after) this.#after = null;
      this.#gapAt = this.#after;
      return 'gap';
    }
    this.#after = seq;
    this.#gapAt = null;
    return 'next';
  }
}
