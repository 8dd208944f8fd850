import type { Db } from '../server/db/database.ts';
import { appendEvent } from '../server/realtime/event-log.ts';

interface Told {
  committedAtMs: number | null;
  heardAtMs: number[];
}

const LOST_AFTER_MS = 10_000;

/** How long after its commit each page heard of an event, and which were never heard. [PERF-7] */
export class EventClock {
  readonly #told = new Map<string, Told>();

  /** Before the commit: a page may hear of it before the committer knows. */
  expect(sessionId: string, seq: number): void {
    this.#told.set(`${sessionId} ${seq}`, { committedAtMs: null, heardAtMs: [] });
  }

  committed(sessionId: string, seq: number): void {
    const told = this.#told.get(`${sessionId} ${seq}`);
    if (told) told.committedAtMs = performance.now();
  }

  heard(sessionId: string, seq: number): void {
    this.#told.get(`${sessionId} ${seq}`)?.heardAtMs.push(performance.now());
  }

  /** What is known since the last call; events that every page has had the time to hear. */
  take(pagesOf: (sessionId: string) => number, settled = false): { latenciesMs: number[]; lost: number } {
    const latenciesMs: number[] = [];
    let lost = 0;
    for (const [key, { committedAtMs, heardAtMs }] of this.#told) {
      if (committedAtMs === null) continue;
      const missing = pagesOf(key.split(' ', 1)[0] as string) - heardAtMs.length;
      if (missing > 0 && !settled && performance.now() - committedAtMs < LOST_AFTER_MS) continue;
      this.#told.delete(key);
      lost += Math.max(0, missing);
      for (const atMs of heardAtMs) latenciesMs.push(Math.max(0, atMs - committedAtMs));
    }
    return { latenciesMs, lost };
  }
}

const EVENT = { type: 'desktop.status', data: { status: 'ready' } } as const;

/** Commits one event of a session, as any part of the product would. */
export async function commitEvent(db: Db, clock: EventClock, sessionId: string): Promise<void> {
  const seq = await db.transaction().execute(async (trx) => {
    const appended = await appendEvent(trx, sessionId, EVENT);
    clock.expect(sessionId, appended);
    return appended;
  });
  clock.committed(sessionId, seq);
}
