import { setTimeout as pause } from 'node:timers/promises';
import type { Visitor } from '../server/testing/visitor.ts';
import { type TaskView, TERMINAL_TASK_STATUSES } from '../shared/task.ts';

const LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** Gives the agent a playbook; resolves when it has succeeded. */
export async function play(
  { browser, sessionId }: Visitor,
  bearer: { authorization: string },
  steps: readonly unknown[],
): Promise<void> {
  const path = `/api/sessions/${sessionId}/tasks`;
  const { status, body } = await browser.post<TaskView>(path, { playbook: { steps } }, bearer);
  if (status !== 201) throw new Error(`no task: ${status} ${JSON.stringify(body)}`);
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const { body: task } = await browser.get<TaskView>(`${path}/${body.id}`, bearer);
    if (task.status === 'succeeded') return;
    if (TERMINAL_TASK_STATUSES.includes(task.status))
      throw new Error(`the task ${task.status}: ${task.error?.message}`);
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`the task was not done within ${LIMIT_MS} ms`);
}
