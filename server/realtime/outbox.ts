import type { LoggedEvent } from './event-log.ts';
import type { LogExtent, Snapshot } from './snapshot.ts';

/** Where a session's truth is read from. */
export interface OutboxSource {
  extent(): Promise<LogExtent>;
  events(after: number): Promise<LoggedEvent[]>;
  snapshot(): Promise<Snapshot>;
}

/** Where it goes to. */
export interface OutboxSink {
  snapshot(snapshot: Snapshot): void;
  event(event: LoggedEvent): void;
  /** Resolves when the reader has room for more. */
  ready(): Promise<void>;
}

export interface Outbox {
  /** Something may be new; with `lastSeq`, only when that is beyond what was sent. */
  hint(lastSeq: number | null): void;
  /** Resolves when all that was committed before the call is sent, or the reading failed. */
  flush(): Promise<void>;
  stop(): void;
}

/**
 * A session's events from a cursor on, each once and in order. Backfill and live are the same read of
 * the log, so there is no seam between them; a hint only says when to read again. [RT-4]
 */
export function createOutbox(options: {
  source: OutboxSource;
  sink: OutboxSink;
  /** The last event that the reader has; null asks for a snapshot. */
  after: number | null;
  onFailure: (error: unknown) => void;
}): Outbox {
  const { source, sink } = options;
  let cursor: number | null = null;
  let hintedSeq = 0;
  let isResumed = false;
  let wanted = false;
  let stopped = false;
  let running: Promise<void> | null = null;

  /** A cursor that the log cannot continue (purged, or of another history) gets a snapshot instead. */
  async function resume(after: number): Promise<number | null> {
    const { lastSeq, floorSeq } = await source.extent();
    if (after === lastSeq) return after;
    return after < lastSeq && floorSeq !== null && after + 1 >= floorSeq ? after : null;
  }

  async function sendSnapshot(): Promise<void> {
    const snapshot = await source.snapshot();
    await sink.ready();
    if (stopped) return;
    sink.snapshot(snapshot);
    cursor = snapshot.seq;
  }

  /** Sends the next batch; true when there may be more. */
  async function sendBatch(after: number): Promise<boolean> {
    const expectedSeq = hintedSeq; // before the read: what is told of meanwhile may be too new for it
    const batch = await source.events(after);
    if (batch.length === 0 && expectedSeq > after) {
      cursor = null; // retention took all that we were told of
      hintedSeq = 0;
      return true;
    }
    let last = after;
    for (const event of batch) {
      await sink.ready();
      if (stopped) return false;
      if (event.seq !== last + 1) {
        cursor = null; // retention overtook a slow reader
        return true;
      }
      sink.event(event);
      last = event.seq;
      cursor = last;
    }
    return batch.length > 0;
  }

  async function run(): Promise<void> {
    try {
      if (!isResumed) {
        cursor = options.after === null ? null : await resume(options.after);
        isResumed = true;
      }
      while (wanted && !stopped) {
        wanted = false;
        if (cursor === null) await sendSnapshot();
        else if (!(await sendBatch(cursor))) continue;
        wanted = true;
      }
    } catch (error) {
      options.onFailure(error); // the feed's next poll starts another run
    } finally {
      // In the same step as the last look at `wanted`, or a hint in between would wake nobody.
      running = null;
    }
  }

  function hint(lastSeq: number | null): void {
    if (stopped || (lastSeq !== null && cursor !== null && lastSeq <= cursor)) return;
    hintedSeq = Math.max(hintedSeq, lastSeq ?? 0);
    wanted = true;
    running ??= run();
  }

  return {
    hint,
    async flush() {
      hint(null);
      while (running) await running;
    },
    stop() {
      stopped = true;
    },
  };
}
