import type { Db } from '../../db/database.ts';
import type { TaskEvent } from '../task-event.ts';
import type { TranscriptEntry } from './transcript.ts';

/** What was said so far, as its rows tell it; whoever runs the task next reads the same. [AGT-6] */
export interface Conversation {
  readonly entries: readonly TranscriptEntry[];
  /** The event that writes one more entry down. */
  add(entry: TranscriptEntry): TaskEvent;
}

export async function openConversation(db: Db, taskId: string): Promise<Conversation> {
  const rows = await db
    .selectFrom('task_transcripts')
    .select('entry')
    .where('task_id', '=', taskId)
    .orderBy('seq')
    .execute();
  const entries: TranscriptEntry[] = rows.map((row) => row.entry);
  return {
    entries,
    add(entry) {
      entries.push(entry);
      return { type: 'noted', seq: entries.length - 1, entry };
    },
  };
}

/** What pages and people said to a model is of no use after its session. [SES-2] */
export async function forgetConversations(db: Db, sessionId: string): Promise<void> {
  await db
    .deleteFrom('task_transcripts')
    .where('task_id', 'in', (eb) => eb.selectFrom('tasks').select('id').where('session_id', '=', sessionId))
    .execute();
}
