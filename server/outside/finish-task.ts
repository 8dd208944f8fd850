import type { TaskEvent } from '../agent/task-event.ts';
import type { TaskLease } from '../agent/task-lease.ts';
import { stepIsOpen } from '../agent/task-steps.ts';
import { OutsideRefused } from './refused.ts';

/** Ends an outside agent's task whose lease has lapsed: it has made no call for a while, or its server died. */
export async function finishOutsideTask(hold: TaskLease): Promise<void> {
  const at = new Date().toISOString();
  const { code, message } = new OutsideRefused('interrupted');
  const cut = hold.task.steps
    .filter(stepIsOpen)
    .map(({ index }): TaskEvent => ({ type: 'call-ended', index, at, error: { code, message } }));
  await hold.transition(
    ...cut,
    hold.task.cancel_requested_at ? { type: 'cancelled', at } : { type: 'succeeded' },
  );
}
