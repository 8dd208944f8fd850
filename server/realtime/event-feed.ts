import type { Db } from '../db/database.ts';
import type { Listener } from '../db/listener.ts';
import type { Log } from '../lib/log.ts';
import { type Periodic, periodic } from '../lib/periodic.ts';
import { type LoggedEvent, readEvents } from './event-log.ts';

/** `lastSeq` is null when only "something may be new" is known. */
export type FeedHint = (lastSeq: number | null) => void;

export interface EventFeed {
  subscribe(sessionId: string, onHint: FeedHint): () => void;
  /** A batch of the events after `after`, oldest first. */
  read(sessionId: string, after: number): Promise<LoggedEvent[]>;
  start(): void;
  stop(): Promise<void>;
}

export const BATCH_SIZE = 100;
const POLL_MS = 2_000;

/** This node's one pair of ears on the event logs, whatever the number of sockets. [RT-4] [PERF-7] */
export function createEventFeed(deps: { db: Db; listener: Listener; log: Log; pollMs?: number }): EventFeed {
  const { db, listener, log } = deps;
  const hints = new Map<string, Set<FeedHint>>();
  const gathering = new Map<string, Promise<LoggedEvent[]>>();
  let unsubscribe = () => {};
  let poll: Periodic | undefined;

  const tell = (sessionId: string, lastSeq: number | null) => {
    for (const onHint of hints.get(sessionId) ?? []) onHint(lastSeq);
  };

  /** A hint may be lost with the listener's connection; one query a turn finds what it told of. [AUTH-7] */
  async function pollLastSeqs(): Promise<void> {
    if (hints.size === 0) return;
    const rows = await db
      .selectFrom('sessions')
      .select(['id', 'last_seq'])
      .where('id', 'in', [...hints.keys()])
      .execute();
    for (const row of rows) tell(row.id, row.last_seq);
  }

  return {
    subscribe(sessionId, onHint) {
      const ofSession = hints.get(sessionId) ?? new Set();
      hints.set(sessionId, ofSession.add(onHint));
      return () => {
        ofSession.delete(onHint);
        if (ofSession.size === 0 && hints.get(sessionId) === ofSession) hints.delete(sessionId);
      };
    },

    read(sessionId, after) {
      // Those who ask in the same turn share a query. Nobody may join one that has begun: it may not
      // see the event that the newcomer was told of.
      const key = `${sessionId} ${after}`;
      const known = gathering.get(key);
      if (known) return known;
      const reading = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        gathering.delete(key);
        return readEvents(db, sessionId, after, BATCH_SIZE);
      });
      gathering.set(key, reading);
      return reading;
    },

    start() {
      unsubscribe = listener.on('session_events', (sessionId) => {
        if (sessionId !== null) return tell(sessionId, null);
        for (const id of hints.keys()) tell(id, null);
      });
      poll = periodic('event-feed.poll', deps.pollMs ?? POLL_MS, log, pollLastSeqs);
    },

    async stop() {
      unsubscribe();
      await poll?.stop();
    },
  };
}
