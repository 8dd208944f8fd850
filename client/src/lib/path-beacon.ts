import type { Clock } from './clock.ts';

export interface PathListener {
  /** Another link got no answer: find out whether yours still lives. */
  suspected(): void;
  /** The path was dead and carries again: what was begun before is stuck in TCP's own back-off. */
  alive(): void;
}

const ASK_EVERY_MS = 250;
/** After two minutes a path is likely gone for long. */
const BRISK_ROUNDS = 480;
const PATIENT_EVERY_MS = 2_000;
const ASK_LIMIT_MS = 1_000;

/**
 * While a link is without an answer, asks the server something small again and again. TCP tries a dead path
 * ever less often; a new question gets through at once, and then every link starts over. [RT-5] [VNC-4]
 */
export class PathBeacon {
  readonly #ask: (signal: AbortSignal) => Promise<unknown>;
  readonly #clock: Clock;
  readonly #listeners = new Set<PathListener>();
  readonly #silent = new Set<PathListener>();
  readonly #pending = new Set<AbortController>();
  #timer: number | null = null;
  #rounds = 0;
  #wasDead = false;
  #recovery = new AbortController();

  constructor(ask: (signal: AbortSignal) => Promise<unknown>, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Aborted when the path comes back: for calls that may be made again. */
  get recovery(): AbortSignal {
    return this.#recovery.signal;
  }

  listen(listener: PathListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      this.settled(listener);
    };
  }

  /** This link got no answer. */
  suspect(link: PathListener): void {
    if (this.#silent.has(link)) return;
    this.#silent.add(link);
    for (const other of this.#listeners) if (other !== link) other.suspected();
    if (this.#timer === null) this.#round();
  }

  /** This link is connected again, or wants no connection any more. */
  settled(link: PathListener): void {
    this.#silent.delete(link);
    if (this.#silent.size > 0) return;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#forgetPending();
    this.#rounds = 0;
    this.#wasDead = false;
  }

  #round(): void {
    const everyMs = this.#rounds++ < BRISK_ROUNDS ? ASK_EVERY_MS : PATIENT_EVERY_MS;
    this.#timer = this.#clock.setTimeout(() => this.#round(), everyMs);
    const question = new AbortController();
    this.#pending.add(question);
    const limit = this.#clock.setTimeout(() => {
      this.#wasDead = true;
      this.#pending.delete(question);
      question.abort();
    }, ASK_LIMIT_MS);
    this.#ask(question.signal)
      .then(
        () => this.#answered(question),
        () => this.#pending.delete(question),
      )
      .finally(() => this.#clock.clearTimeout(limit));
  }

  #answered(question: AbortController): void {
    if (!this.#pending.has(question)) return;
    // An answer that overtook an earlier question shows that the earlier one was lost.
    const [oldest] = this.#pending;
    const isBack = this.#wasDead || oldest !== question;
    this.#pending.delete(question);
    if (!isBack) return;
    this.#wasDead = false;
    this.#forgetPending();
    this.#recovery.abort();
    this.#recovery = new AbortController();
    for (const listener of [...this.#listeners]) listener.alive();
  }

  #forgetPending(): void {
    for (const question of this.#pending) question.abort();
    this.#pending.clear();
  }
}

/** Any answer will do, also a refusal. */
export const askServer = (signal: AbortSignal) =>
  fetch('/livez', { signal, cache: 'no-store', credentials: 'omit' });
