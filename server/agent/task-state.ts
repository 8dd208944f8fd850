import {
  type TaskError,
  type TaskStatus,
  type TaskStep,
  type TaskUsage,
  TERMINAL_TASK_STATUSES,
} from '../../shared/task.ts';
import type { TranscriptEntry } from './llm/transcript.ts';

/** The part of a task that its life changes. */
export interface TaskState {
  status: TaskStatus;
  steps: TaskStep[];
  result: Record<string, unknown> | null;
  error?: TaskError | undefined;
  usage?: TaskUsage | undefined;
}

export type TaskEvent =
  | { type: 'started' }
  | { type: 'step-started'; index: number; at: string }
  | { type: 'step-succeeded'; index: number; at: string; result?: Record<string, unknown> }
  | { type: 'step-failed'; index: number; at: string; error: TaskError }
  /** Nothing was done yet, or doing it again is harmless: the step will run anew. */
  | { type: 'step-returned'; index: number }
  /** A task whose steps are chosen as it runs grows by a step a call, and goes on after one that failed. */
  | { type: 'call-started'; at: string; verb: string; summary: string; thought?: string }
  | {
      type: 'call-ended';
      index: number;
      at: string;
      error?: TaskError;
      result?: Record<string, unknown>;
      /** What was done, in better words than before. */
      summary?: string;
    }
  | { type: 'human-took-control' }
  | { type: 'control-returned' }
  /** `result`, when given, is all that is kept. */
  | { type: 'succeeded'; result?: Record<string, unknown> }
  | { type: 'failed'; error: TaskError; result?: Record<string, unknown> }
  | { type: 'cancelled'; at: string; error?: TaskError }
  /** Nothing was done, and the model chooses anew. [AGT-3] */
  | { type: 'call-dropped'; index: number; at: string }
  | { type: 'used'; usage: TaskUsage }
  /** What was said is written beside the task, and does not move it. */
  | { type: 'noted'; seq: number; entry: TranscriptEntry };

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
      const { type: _, at, ...chosen } = event;
      const { steps } = expecting(state, event, 'running');
      if (steps.some(stepIsOpen)) throw illegal(state, event);
      const step: TaskStep = {
        ...{ index: steps.length, status: 'running', startedAt: at, endedAt: null },
        ...chosen,
      };
      return { ...state, steps: [...steps, step] };
    }
    case 'call-ended': {
      const { index, at, error, result, summary } = event;
      const moved = withStep(state, index, 'running', (step) => ({
        ...step,
        status: error ? 'failed' : 'succeeded',
        endedAt: at,
        summary: summary ?? step.summary,
        ...(error ? { error } : {}),
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
      return {
        ...expecting(state, event, 'running'),
        status: 'succeeded',
        result: event.result ?? state.result,
      };
    case 'failed': {
      const ended = endRunning(state, null, event.error);
      return { ...ended, status: 'failed', error: event.error, result: event.result ?? state.result };
    }
    case 'cancelled':
      return { ...endRunning(state, event.at, event.error), status: 'cancelled', error: event.error };
    case 'call-dropped':
      return withStep(state, event.index, 'running', (step) => ({
        ...step,
        status: 'skipped',
        endedAt: event.at,
      }));
    case 'used':
      return { ...state, usage: event.usage };
    case 'noted':
      return state;
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
