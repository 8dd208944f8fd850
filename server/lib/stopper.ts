import type { Log } from './log.ts';

/** Whoever starts it stops it: parts register their end as they start, and end in reverse order. */
export interface Stopper {
  add(name: string, stop: () => Promise<void> | void): void;
  /** Repeatable; later callers share the stop in flight. One part's failure does not keep the others up. */
  stop(): Promise<void>;
}

export function createStopper(log: Log): Stopper {
  const parts: { name: string; stop: () => Promise<void> | void }[] = [];
  let stopping: Promise<void> | null = null;

  async function stopAll(): Promise<void> {
    for (let part = parts.pop(); part; part = parts.pop()) {
      const begun = Date.now();
      try {
        await part.stop();
        log.debug({ event: 'part.stopped', part: part.name, durationMs: Date.now() - begun });
      } catch (error) {
        log.error({ event: 'part.stop-failed', part: part.name, err: error });
      }
    }
  }

  return {
    add: (name, stop) => void parts.push({ name, stop }),
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}
