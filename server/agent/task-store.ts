import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { ApprovalMode } from '../../shared/approval.ts';
import type { Playbook } from '../../shared/flow.ts';
import type { Instruction } from '../../shared/instruction.ts';
import { allNodes, numberSteps } from '../../shared/playbook-tree.ts';
import { stepSummary } from '../../shared/step-summary.ts';
import type { TaskError, TaskView } from '../../shared/task.ts';
import type { Db } from '../db/database.ts';
import type { Database } from '../db/schema.ts';
import { ProblemError } from '../lib/errors.ts';
import { newId } from '../lib/ids.ts';
import { appendEvent } from '../realtime/event-log.ts';
import type { TaskEvent } from './task-event.ts';
import { nextTask } from './task-state.ts';
import { stepIsOpen } from './task-steps.ts';

export type TaskRow = Selectable<Database['tasks']>;

export const MAX_OPEN_TASKS = 20;
const LIST_LIMIT = 100;

export function taskView(row: TaskRow): TaskView {
  return {
    id: row.id,
    sessionId: row.session_id,
    name: row.name,
    kind: row.kind,
    ...(row.kind === 'instruction' ? { instruction: String(row.input.instruction) } : {}),
    status: row.status,
    steps: row.steps,
    result: row.result,
    ...(row.error ? { error: row.error } : {}),
    ...(row.usage ? { usage: row.usage } : {}),
    ...(row.approval ? { approval: row.approval } : {}),
    ...(row.question ? { question: row.question } : {}),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** What a task may do; absent: what its kind may. [AGT-5] [AGT-9] */
export interface TaskRules {
  approvals?: ApprovalMode | undefined;
  allowedOrigins?: string[] | undefined;
}

export interface TaskStore {
  /** @throws {ProblemError} when the session is over or has too many open tasks. */
  create(sessionId: string, playbook: Playbook, rules?: TaskRules): Promise<TaskRow>;
  /** @throws {ProblemError} likewise. */
  createInstruction(
    sessionId: string,
    name: string,
    instruction: Instruction,
    rules?: TaskRules,
  ): Promise<TaskRow>;
  /** The same once more, from its beginning. @throws {ProblemError} likewise. */
  createAgain(task: TaskRow, approvals?: ApprovalMode): Promise<TaskRow>;
  /** Newest first. */
  list(sessionId: string): Promise<TaskRow[]>;
  find(sessionId: string, taskId: string): Promise<TaskRow | undefined>;
  /** Cancels at once what does not run; asks the runner of what does. Undefined when there is no such task. */
  requestCancel(sessionId: string, taskId: string): Promise<TaskRow | undefined>;
  /** Cancels every open task, whoever runs it: its runner's next write finds the task closed. */
  cancelOpen(sessionId: string, error: TaskError): Promise<void>;
}

export function createTaskStore(db: Db): TaskStore {
  type NewTask = Pick<
    Insertable<Database['tasks']>,
    'name' | 'kind' | 'input' | 'steps' | 'approvals' | 'allowed_origins'
  >;

  function create(sessionId: string, task: NewTask): Promise<TaskRow> {
    return db.transaction().execute(async (trx) => {
      // The session's row is the lock that makes "at most 20 open" true for calls at the same time.
      const session = await trx
        .selectFrom('sessions')
        .select('status')
        .where('id', '=', sessionId)
        .forUpdate()
        .executeTakeFirst();
      if (!session || session.status === 'ended') {
        throw new ProblemError(410, 'session-ended', 'This session has ended; it takes no more tasks.');
      }
      const { open } = await trx
        .selectFrom('tasks')
        .select((eb) => eb.fn.countAll<number>().as('open'))
        .where('session_id', '=', sessionId)
        .where('ended_at', 'is', null)
        .executeTakeFirstOrThrow();
      if (open >= MAX_OPEN_TASKS) {
        throw new ProblemError(
          409,
          'too-many-tasks',
          `This session has ${MAX_OPEN_TASKS} unfinished tasks; wait for one to finish or cancel one.`,
        );
      }
      const row = await trx
        .insertInto('tasks')
        .values({ id: newId('tsk'), session_id: sessionId, ...task })
        .returningAll()
        .executeTakeFirstOrThrow();
      await appendEvent(trx, sessionId, { type: 'task.changed', data: taskView(row) });
      return row;
    });
  }

  function createPlaybook(sessionId: string, playbook: Playbook, rules: TaskRules = {}): Promise<TaskRow> {
    const steps = allNodes(numberSteps(playbook.steps)).map(({ index, depth, step }) => ({
      ...{ index, verb: step.verb, status: 'pending' as const, startedAt: null, endedAt: null },
      summary: stepSummary(step),
      ...(depth > 0 ? { depth } : {}),
    }));
    const { name } = playbook;
    const texts = { input: JSON.stringify(playbook), steps: JSON.stringify(steps) };
    // Its owner wrote every step: that is the approval.
    const { approvals = 'never', allowedOrigins: allowed_origins = null } = rules;
    return create(sessionId, { name, kind: 'playbook', approvals, allowed_origins, ...texts });
  }

  function createInstruction(
    sessionId: string,
    name: string,
    instruction: Instruction,
    rules: TaskRules = {},
  ): Promise<TaskRow> {
    const input = JSON.stringify(instruction);
    const { approvals = 'ask', allowedOrigins: allowed_origins = null } = rules;
    return create(sessionId, { name, kind: 'instruction', approvals, allowed_origins, input, steps: '[]' });
  }

  return {
    create: createPlaybook,
    createInstruction,
    createAgain({ session_id, kind, name, input, ...kept }, approvals = kept.approvals) {
      const rules = { approvals, allowedOrigins: kept.allowed_origins ?? undefined };
      return kind === 'playbook'
        ? createPlaybook(session_id, input as unknown as Playbook, rules)
        : createInstruction(session_id, name, input as unknown as Instruction, rules);
    },

    list: (sessionId) =>
      db
        .selectFrom('tasks')
        .selectAll()
        .where('session_id', '=', sessionId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(LIST_LIMIT)
        .execute(),

    find: (sessionId, taskId) =>
      db
        .selectFrom('tasks')
        .selectAll()
        .where('session_id', '=', sessionId)
        .where('id', '=', taskId)
        .executeTakeFirst(),

    requestCancel: (sessionId, taskId) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .updateTable('tasks')
          .set({ cancel_requested_at: sql<Date>`coalesce(cancel_requested_at, now())` })
          .where('session_id', '=', sessionId)
          .where('id', '=', taskId)
          .returningAll()
          .returning(sql<boolean>`coalesce(lease_until > now(), false)`.as('leased'))
          .executeTakeFirst();
        // An outside agent between two calls is leased, and there is nobody to ask.
        const isIdle = row?.kind === 'outside' && !row.steps.some(stepIsOpen);
        if (!row || row.ended_at || (row.leased && !isIdle)) return row;
        return applyEvents(trx, row, [{ type: 'cancelled', at: new Date().toISOString() }]);
      }),

    cancelOpen: (sessionId, error) =>
      db.transaction().execute(async (trx) => {
        const rows = await trx
          .selectFrom('tasks')
          .selectAll()
          .where('session_id', '=', sessionId)
          .where('ended_at', 'is', null)
          .orderBy('created_at')
          .forUpdate()
          .execute();
        for (const row of rows) {
          await applyEvents(trx, row, [{ type: 'cancelled', at: new Date().toISOString(), error }]);
        }
      }),
  };
}

/** Moves a locked row through `nextTask` and logs the outcome; call it inside a transaction. [RT-4] */
export async function applyEvents(
  trx: Kysely<Database>,
  row: TaskRow,
  events: readonly TaskEvent[],
): Promise<TaskRow> {
  const said = events.flatMap((event) => (event.type === 'noted' ? [event] : []));
  if (said.length > 0) {
    const rows = said.map(({ seq, entry }) => ({ task_id: row.id, seq, entry: JSON.stringify(entry) }));
    await trx.insertInto('task_transcripts').values(rows).execute();
  }
  const before = {
    ...{ status: row.status, steps: row.steps, result: row.result },
    ...{ error: row.error ?? undefined, usage: row.usage ?? undefined },
    ...{ question: row.question ?? undefined, approval: row.approval ?? undefined },
  };
  const after = events.reduce(nextTask, before);
  if (after === before) return row;
  const ended = after.status === 'succeeded' || after.status === 'failed' || after.status === 'cancelled';
  const moved = await trx
    .updateTable('tasks')
    .set({
      status: after.status,
      steps: JSON.stringify(after.steps),
      result: after.result && JSON.stringify(after.result),
      error: after.error ? JSON.stringify(after.error) : null,
      usage: after.usage ? JSON.stringify(after.usage) : null,
      approval: after.approval ? JSON.stringify(after.approval) : null,
      question: after.question ? JSON.stringify(after.question) : null,
      ...(before.status === 'paused' && after.status === 'running' ? { pause_requested_at: null } : {}),
      started_at: sql<Date>`coalesce(started_at, CASE WHEN ${after.status} = 'running' THEN now() END)`,
      ended_at: ended ? sql<Date>`now()` : null,
      ...(ended ? { lease_until: null } : {}),
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await appendEvent(trx, row.session_id, { type: 'task.changed', data: taskView(moved) });
  return moved;
}
