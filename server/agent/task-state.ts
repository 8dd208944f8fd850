import { type TaskError, type TaskStatus, type TaskStep, TERMINAL_TASK_STATUSES } from '../../shared/task.ts';

/** The part of a task that its life changes. */
export interface TaskState {
  status: TaskStatus;
  steps: TaskStep[];
  result: Record<string, unknown> | null;
  error?: TaskError | undefined;
}

export type TaskEvent =
  | { type: 'started' }
  | { type: 'step-started'; index: number; at: string }
  | { type: 'step-succeeded'; index: number; at: string; result?: Record<string, unknown> }
  | { type: 'step-failed'; index: number; at: string; error: TaskError }
  /** Nothing was done yet, or doing it again is harmless: the step will run anew. */
  | { type: 'step-returned'; index: number }
  /** An outside agent's task grows by a step a call, and goes on after one that failed. [AGT-8] */
  | { type: 'call-started'; at: string; verb: string; summary: string }
  | {
      type: 'call-ended';
      index: number;
      at: string;
      error?: TaskError;
      result?: Record<string, unknown>;
      summary?: string;
    }
  | { type: 'human-took-control' }
  | { type: 'control-returned' }
  | { type: 'succeeded' }
  | { type: 'failed'; error: TaskError }
  | { type: 'cancelled'; at: string; error?: TaskError };

export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
}

/** The one function that moves a task. Terminal is terminal: late events change nothing. [AGT-6] */
export function nextTask(state: TaskState, event: TaskEvent): TaskState {
  if (TERMINAL_TASK_STATUSES.includes(state.status)) return state;
  switch (event.type) {
    case 'started':
      return { ...expecting(state, event, 'queued'), status: 'running' };
    case 'step-started':
      if (state.steps.slice(0, event.index).some((step) => step.status !== 'succeeded')) {
        throw illegal(state, event);
      }
      return withStep(expecting(state, event, 'running'), event.index, 'pending', (step) => ({
        ...step,
        status: 'running',
        startedAt: event.at,
      }));
    case 'step-succeeded': {
      const moved = withStep(state, event.index, 'running', (step) => ({
        ...step,
        status: 'succeeded',
        endedAt: event.at,
      }));
      return event.result ? { ...moved, result: { ...moved.result, ...event.result } } : moved;
    }
    case 'step-failed': {
      const moved = withStep(state, event.index, 'running', (step) => ({
        ...step,
        status: 'failed',
        endedAt: event.at,
        error: event.error,
      }));
      return { ...withoutPending(moved), status: 'failed', error: event.error };
    }
    case 'step-returned':
      return withStep(state, event.index, 'running', (step) => ({
        ...step,
        status: 'pending',
        startedAt: null,
      }));
    case 'call-started': {
      const { at, verb, summary } = event;
      const { steps } = expecting(state, event, 'running');
      if (steps.some(stepIsOpen)) throw illegal(state, event);
      const step: TaskStep = {
        ...{ index: steps.length, verb, summary },
        ...{ status: 'running', startedAt: at, endedAt: null },
      };
      return { ...state, steps: [...steps, step] };
    }
    case 'call-ended': {
      const { index, at, error, result, summary } = event;
      const moved = withStep(state, index, 'running', (step) => ({
        ...step,
        status: error ? 'failed' : 'succeeded',
        endedAt: at,
        ...(error ? { error } : {}),
        ...(summary ? { summary } : {}),
      }));
      return result ? { ...moved, result: { ...moved.result, ...result } } : moved;
    }
    case 'human-took-control':
      if (state.steps.some((step) => step.status === 'running')) throw illegal(state, event);
      return { ...expecting(state, event, 'running'), status: 'waiting-for-human' };
    case 'control-returned':
      return { ...expecting(state, event, 'waiting-for-human'), status: 'running' };
    case 'succeeded':
      if (state.steps.some(stepIsOpen)) throw illegal(state, event);
      return { ...expecting(state, event, 'running'), status: 'succeeded' };
    case 'failed':
      return { ...endRunning(state, null, event.error), status: 'failed', error: event.error };
    case 'cancelled':
      return { ...endRunning(state, event.at, event.error), status: 'cancelled', error: event.error };
  }
}

/** To be done yet, or under way. */
export function stepIsOpen({ status }: TaskStep): boolean {
  return status === 'pending' || status === 'running';
}

function expecting(state: TaskState, event: TaskEvent, status: TaskStatus): TaskState {
  if (state.status !== status) throw illegal(state, event);
  return state;
}

function withStep(
  state: TaskState,
  index: number,
  status: TaskStep['status'],
  change: (step: TaskStep) => TaskStep,
): TaskState {
  const step = state.steps[index];
  if (step?.status !== status) {
    throw new IllegalTransition(`step ${index} is ${step?.status ?? 'not there'}, not ${status}`);
  }
  return { ...state, steps: state.steps.with(index, change(step)) };
}

function withoutPending(state: TaskState): TaskState {
  const skip = (step: TaskStep): TaskStep =>
    step.status === 'pending' ? { ...step, status: 'skipped' } : step;
  return { ...state, steps: state.steps.map(skip) };
}

/** A step that was cut short failed; the ones that never began are skipped. */
function endRunning(state: TaskState, at: string | null, error: TaskError | undefined): TaskState {
  const cut = { code: 'cancelled', message: 'The task was stopped during this step.' };
  const steps = state.steps.map(
    (step): TaskStep =>
      step.status === 'running' ? { ...step, status: 'failed', endedAt: at, error: error ?? cut } : step,
  );
  return withoutPending({ ...state, steps });
}

function illegal(state: TaskState, event: TaskEvent): IllegalTransition {
  return new IllegalTransition(`a task that is ${state.status} cannot take '${event.type}'`);
}
