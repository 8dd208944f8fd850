import type { TaskError } from '../../../shared/task.ts';

/** The run of a task is over; `error` is for its owner. What was found so far may go with it. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed';
  readonly error: TaskError;
  readonly result: Record<string, unknown> | undefined;
  constructor(error: TaskError, result?: Record<string, unknown>) {
    super(error.message);
    this.error = error;
    this.result = result;
  }
}
