import { sql } from 'kysely';
import type { TaskLimits } from '../../../shared/instruction.ts';
import type { Db } from '../../db/database.ts';
import type { TaskRow } from '../task-store.ts';
import { type Caps, capsFor, type ModelSettings } from './model-settings.ts';
import { TaskFailed } from './task-failed.ts';

/**
 * What this task may use: the lowest of the server's caps, its own limits, and what the session's other tasks
 * have left of their common money. [AGT-3]
 */
export async function capsOf(
  db: Db,
  settings: ModelSettings,
  task: Pick<TaskRow, 'id' | 'session_id'>,
  limits: TaskLimits | undefined,
): Promise<Caps> {
  const { spent } = await db
    .selectFrom('tasks')
    .select(sql<number>`coalesce(sum((usage->>'costCents')::float8), 0)`.as('spent'))
    .where('session_id', '=', task.session_id)
    .where('id', '<>', task.id)
    .executeTakeFirstOrThrow();
  const caps = capsFor(settings.caps, limits);
  const left = settings.maxSessionCostCents - spent;
  if (left <= 0) {
    const message = `The tasks of this session have cost ${settings.maxSessionCostCents} cents, the most that they may.`;
    throw new TaskFailed({ code: 'limit-cost', message });
  }
  return { ...caps, maxCostCents: Math.min(caps.maxCostCents, left) };
}
