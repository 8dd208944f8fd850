import type { Selectable } from 'kysely';
import { type Playbook, writtenStep } from '../../shared/flow.ts';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import type { SavedPlaybook } from '../../shared/saved-playbook.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';
import { ProblemError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { openConversation } from './llm/conversation.ts';
import { doneSteps } from './llm/transcript.ts';
import type { TaskRow } from './task-store.ts';

export interface SavedPlaybooks {
  /** @throws {ProblemError} when the task has nothing that could be run again as it was. */
  saveTask(task: TaskRow, name?: string): Promise<SavedPlaybook>;
  /** Newest first. */
  list(sessionId: string): Promise<SavedPlaybook[]>;
  find(sessionId: string, playbookId: string): Promise<SavedPlaybook | undefined>;
  /** False when there was no such playbook. */
  remove(sessionId: string, playbookId: string): Promise<boolean>;
}

const MAX_SAVED = 50;

export function createSavedPlaybooks(db: Db): SavedPlaybooks {
  return {
    async saveTask(task, name = task.name) {
      const document = { ...(await documentOf(db, task)), name };
      const parsed = parsePlaybook(document);
      if (!parsed.ok) {
        const detail = parsed.issues.map(({ message }) => message).join(' ');
        throw new ProblemError(422, 'not-repeatable', `This run cannot be kept as a playbook: ${detail}`);
      }
      return db.transaction().execute(async (trx) => {
        await trx
          .selectFrom('sessions')
          .select('id')
          .where('id', '=', task.session_id)
          .forUpdate()
          .executeTakeFirst();
        const { count } = await trx
          .selectFrom('playbooks')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .where('session_id', '=', task.session_id)
          .executeTakeFirstOrThrow();
        if (count >= MAX_SAVED) {
          const detail = `This session keeps ${MAX_SAVED} playbooks; delete one first.`;
          throw new ProblemError(409, 'too-many-playbooks', detail);
        }
        const ids = { id: newId('plb'), session_id: task.session_id };
        const row = await trx
          .insertInto('playbooks')
          .values({ ...ids, name, document: JSON.stringify(document) })
          .returningAll()
          .executeTakeFirstOrThrow();
        return viewOf(row);
      });
    },

    async list(sessionId) {
      const rows = await db
        .selectFrom('playbooks')
        .selectAll()
        .where('session_id', '=', sessionId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(viewOf);
    },

    async find(sessionId, playbookId) {
      const row = await db
        .selectFrom('playbooks')
        .selectAll()
        .where('session_id', '=', sessionId)
        .where('id', '=', playbookId)
        .executeTakeFirst();
      return row && viewOf(row);
    },

    async remove(sessionId, playbookId) {
      const { numDeletedRows } = await db
        .deleteFrom('playbooks')
        .where('session_id', '=', sessionId)
        .where('id', '=', playbookId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function viewOf(row: Selectable<Database['playbooks']>): SavedPlaybook {
  return {
    ...{ id: row.id, name: row.name, playbook: row.document },
    createdAt: row.created_at.toISOString(),
  };
}

async function documentOf(db: Db, task: TaskRow): Promise<{ variables?: object; steps: object[] }> {
  if (task.kind === 'playbook') {
    const { variables, steps } = task.input as unknown as Playbook;
    return { variables, steps: steps.map(writtenStep) };
  }
  if (task.status !== 'succeeded') {
    const detail = 'Only a task that was done can be kept as a playbook.';
    throw new ProblemError(409, 'not-done', detail);
  }
  const { entries } = await openConversation(db, task.id);
  // A model's look at the page changes nothing and needs no repeating.
  const steps = doneSteps(entries).filter(({ verb }) => verb !== 'snapshot');
  if (steps.length === 0) {
    throw new ProblemError(
      422,
      'not-repeatable',
      'The agent did nothing in the browser, so there is nothing to keep.',
    );
  }
  return { steps: steps.map(writtenStep) };
}
