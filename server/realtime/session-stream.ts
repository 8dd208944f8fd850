import type { Close } from '../../shared/close-codes.ts';
import type { Db } from '../db/database.ts';
import type { Log } from '../lib/log.ts';
import type { Lease } from '../sessions/leases.ts';
import type { ControlSender } from './control-sender.ts';
import type { EventFeed } from './event-feed.ts';
import { createOutbox } from './outbox.ts';
import { readLogExtent, readSnapshot, type TasksOf } from './snapshot.ts';

export interface SessionStream {
  /** Sends what is committed by now, as far as the reader takes it. */
  flush(): Promise<void>;
  stop(): void;
}

/** A session's events to one socket, until its lease ends or somebody stops it. */
export function startSessionStream(
  deps: { db: Db; feed: EventFeed; tasksOf: TasksOf; log: Log },
  options: { lease: Lease; after: number | null; sender: ControlSender; onEnded: (close: Close) => void },
): SessionStream {
  const { db, feed, tasksOf, log } = deps;
  const { lease, after, sender } = options;
  const { sessionId, signal } = lease;
  const outbox = createOutbox({
    after,
    source: {
      extent: () => readLogExtent(db, sessionId),
      events: (from) => feed.read(sessionId, from),
      snapshot: () => readSnapshot(db, tasksOf, sessionId),
    },
    sink: {
      snapshot: (snapshot) => sender.send({ type: 'snapshot', ...snapshot }),
      event: ({ seq, at, event }) => sender.send({ type: 'event', seq, at: at.toISOString(), event }),
      ready: sender.ready,
    },
    onFailure: (error) => log.warn({ event: 'control.read-failed', err: error }),
  });
  const ended = () => options.onEnded(signal.reason as Close);

  const unsubscribe = feed.subscribe(sessionId, outbox.hint);
  signal.addEventListener('abort', ended, { once: true });
  outbox.hint(null);

  return {
    flush: outbox.flush,
    stop() {
      outbox.stop();
      unsubscribe();
      signal.removeEventListener('abort', ended);
    },
  };
}
