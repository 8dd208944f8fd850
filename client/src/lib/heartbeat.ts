import type { Clock } from './clock.ts';

const PROBE_TIMEOUT_MS = 5_000;
const PATH_ALIVE_LIMIT_MS = 1_000;
const STUCK_AFTER_MS = 500;

/** Pings every interval, and drops a peer that stays silent for two of them, or that fails a probe. [RT-1] */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #sendPing: (id: number) => void;
  readonly #onDead: () => void;
  #intervalMs = 0;
  #lastHeardMs = 0;
  #nextId = 1;
  #beat: number | null = null;
  #probe: number | null = null;
  #probeSentAtMs = 0;

  constructor(clock: Clock, sendPing: (id: number) => void, onDead: () => void) {
    this.#clock = clock;
    this.#sendPing = sendPing;
    this.#onDead = onDead;
  }

  start(intervalMs: number): void {
    this.stop();
    this.#intervalMs = intervalMs;
    this.heard();
    this.#schedule();
  }

  stop(): void {
    if (this.#beat !== null) this.#clock.clearTimeout(this.#beat);
    if (this.#probe !== null) this.#clock.clearTimeout(this.#probe);
    this.#beat = null;
    this.#probe = null;
  }

  /** Anything that arrives proves that the peer lives. */
  heard(): void {
    this.#lastHeardMs = this.#clock.now();
    if (this.#probe !== null) this.#clock.clearTimeout(this.#probe);
    this.#probe = null;
  }

  get silentMs(): number {
    return this.#clock.now() - this.#lastHeardMs;
  }

  /** Asks now, and gives up after 5 s. */
  probe(limitMs = PROBE_TIMEOUT_MS): void {
    if (this.#beat === null || this.#probe !== null) return;
    this.#ping();
    this.#probeSentAtMs = this.#clock.now();
    this.#probe = this.#clock.setTimeout(() => this.#dead(), limitMs);
  }

  /** Others get answers again: a question that still waits is stuck, and a new one is answered soon. */
  pathIsBack(): void {
    if (this.#probe === null) this.probe(PATH_ALIVE_LIMIT_MS);
    else if (this.#clock.now() - this.#probeSentAtMs > STUCK_AFTER_MS) this.#dead();
  }

  #schedule(): void {
    const dueAtMs = this.#clock.now() + this.#intervalMs;
    this.#beat = this.#clock.setTimeout(() => {
      // A tab that slept wakes with late timers: its own silence proves nothing, so it asks first.
      const slept = this.#clock.now() - dueAtMs > this.#intervalMs / 2;
      if (!slept && this.silentMs >= 2 * this.#intervalMs) return this.#dead();
      this.#schedule();
      if (slept) this.probe();
      else this.#ping();
    }, this.#intervalMs);
  }

  #ping(): void {
    this.#sendPing(this.#nextId++);
  }

  #dead(): void {
    this.stop();
    this.#onDead();
  }
}
