import type { Kysely } from 'kysely';
import type { SessionView } from '../../shared/session.ts';
import type { TaskView } from '../../shared/task.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';
import { sessionView } from '../sessions/session-store.ts';

/** Everything a page shows of a session, as it was when event `seq` was the last. */
export interface Snapshot {
  seq: number;
  session: SessionView;
  tasks: TaskView[];
}

/** Lists a session's tasks inside the caller's transaction. */
export type TasksOf = (sessionId: string, db: Kysely<Database>) => Promise<TaskView[]>;

/** One repeatable read: no event may fall between the state and its `seq`. [RT-4] */
export function readSnapshot(db: Db, tasksOf: TasksOf, sessionId: string): Promise<Snapshot> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const row = await trx
        .selectFrom('sessions')
        .selectAll()
        .where('id', '=', sessionId)
        .executeTakeFirstOrThrow();
      return { seq: row.last_seq, session: sessionView(row), tasks: await tasksOf(sessionId, trx) };
    });
}

/** What the log holds: its newest event, and the oldest that retention has left. */
export interface LogExtent {
  lastSeq: number;
  floorSeq: number | null;
}

export async function readLogExtent(db: Db, sessionId: string): Promise<LogExtent> {
  const row = await db
    .selectFrom('sessions')
    .select((eb) => [
      'last_seq',
      eb
        .selectFrom('events')
        .select((sub) => sub.fn.min('seq').as('seq'))
        .whereRef('events.session_id', '=', 'sessions.id')
        .as('floor_seq'),
    ])
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  return { lastSeq: row.last_seq, floorSeq: row.floor_seq };
}
