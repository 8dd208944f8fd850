import { sql } from 'kysely';
import type { Playbook } from '../../shared/flow.ts';
import { allNodes, numberSteps } from '../../shared/playbook-tree.ts';
import type { TaskAnswer } from '../../shared/task.ts';
import type { Db } from '../db/database.ts';
import { ProblemError } from '../lib/errors.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { applyEvents, type TaskRow } from './task-store.ts';

/** What an owner tells a task that is open, whoever runs it. Each resolves with undefined when there is none. */
export interface TaskRequests {
  /** Takes control at once, so that nothing is done any more; the runner then says so. [AGT-4] */
  pause(sessionId: string, taskId: string): Promise<TaskRow | undefined>;
  resume(sessionId: string, taskId: string): Promise<TaskRow | undefined>;
  /** @throws {ProblemError} when nothing is asked. */
  answer(sessionId: string, taskId: string, answer: TaskAnswer): Promise<TaskRow | undefined>;
}

/** Under way, or it would be if a human had not the browser. */
const BEGUN = ['running', 'waiting-for-approval', 'waiting-for-human', 'paused'];

export function createTaskRequests(db: Db, sessions: SessionStore): TaskRequests {
  const setPause = (sessionId: string, taskId: string, paused: boolean) =>
    db
      .updateTable('tasks')
      .set({ pause_requested_at: paused ? sql<Date>`coalesce(pause_requested_at, now())` : null })
      .where('session_id', '=', sessionId)
      .where('id', '=', taskId)
      .where('ended_at', 'is', null)
      // A task that asks waits already, and goes on by its answer.
      .where('question', 'is', null)
      .returningAll()
      .executeTakeFirst();
  const find = (sessionId: string, taskId: string) =>
    db
      .selectFrom('tasks')
      .selectAll()
      .where('session_id', '=', sessionId)
      .where('id', '=', taskId)
      .executeTakeFirst();

  return {
    async pause(sessionId, taskId) {
      const row = await setPause(sessionId, taskId, true);
      if (row && BEGUN.includes(row.status)) await sessions.setControl(sessionId, 'human');
      return row ?? find(sessionId, taskId);
    },

    async resume(sessionId, taskId) {
      const row = await setPause(sessionId, taskId, false);
      if (row && BEGUN.includes(row.status)) await sessions.setControl(sessionId, 'agent');
      return row ?? find(sessionId, taskId);
    },

    async answer(sessionId, taskId, answer) {
      const moved = await db.transaction().execute(async (trx) => {
        const row = await trx
          .selectFrom('tasks')
          .selectAll()
          .where('session_id', '=', sessionId)
          .where('id', '=', taskId)
          .forUpdate()
          .executeTakeFirst();
        if (!row) return undefined;
        if (!row.question) {
          throw new ProblemError(409, 'nothing-asked', 'This task asks nothing just now.');
        }
        const as = nameOfAnswer(row, row.question.index);
        const goesOn = row.kind === 'instruction';
        const at = new Date().toISOString();
        return applyEvents(trx, row, [{ type: 'human-answered', at, answer, as, goesOn }]);
      });
      if (moved?.status === 'running') await sessions.setControl(sessionId, 'agent');
      return moved;
    },
  };
}

/** Under which a task in words keeps what its owner replied. */
export const replyName = (index: number) => `reply-${index}`;

function nameOfAnswer(row: TaskRow, index: number): string {
  if (row.kind === 'instruction') return replyName(index);
  const { steps } = row.input as unknown as Partial<Playbook>;
  const step = allNodes(numberSteps(steps ?? []))[index]?.step;
  return step?.verb === 'askHuman' ? step.input.as : 'answer';
}
