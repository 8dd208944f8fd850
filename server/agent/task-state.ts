import type { ApprovalView } from '../../shared/approval.ts';
import {
  type TaskAnswer,
  type TaskError,
  type TaskQuestion,
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
  /** What the owner is asked, while the task waits for that. */
  approval?: ApprovalView | undefined;
  question?: TaskQuestion | undefined;
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
  /** The step under way may not act before somebody said yes. [AGT-5] */
  | { type: 'approval-asked'; approval: ApprovalView }
  | { type: 'approval-settled' }
  | { type: 'branch-chosen'; index: number; branch: 'then' | 'else'; skipped: readonly number[] }
  /** The steps inside begin anew. */
  | { type: 'round-started'; index: number }
  | { type: 'human-asked'; question: TaskQuestion }
  /** `goesOn`: a task in words is told of a refusal, and does not end by it. */
  | { type: 'human-answered'; at: string; answer: TaskAnswer; as: string; goesOn?: boolean }
  | { type: 'human-took-control' }
  | { type: 'paused' }
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
  // Whatever else happens, nobody waits for the answer any more.
  if (state.status === 'waiting-for-approval') {
    const { approval: _, ...rest } = state;
    return nextTask({ ...rest, status: 'running' }, event);
  }
  switch (event.type) {
    case 'started':
      return { ...expecting(state, event, 'queued'), status: 'running' };
    case 'step-started':
      if (state.steps.slice(0, event.index).some(isInTheWay)) throw illegal(state, event);
      return withStep(expecting(state, event, 'running'), event.index, 'pending', (step) => ({
        ...step,
        status: 'running',
        startedAt: event.at,
      }));
    case 'step-succeeded': {
      const ended = withStep(state, event.index, 'running', (step) => ({
        ...step,
        status: 'succeeded',
        endedAt: event.at,
      }));
      const moved = { ...ended, steps: skipped(ended.steps, insideOf(ended.steps, event.index)) };
      return event.result ? { ...moved, result: { ...moved.result, ...event.result } } : moved;
    }
    case 'step-failed': {
      const moved = withStep(state, event.index, 'running', (step) => ({
        ...step,
        status: 'failed',
        endedAt: event.at,
        error: event.error,
      }));
      const around = moved.steps.map(
        (step): TaskStep =>
          step.status === 'running' ? { ...step, status: 'failed', endedAt: event.at } : step,
      );
      const ended = withoutPending({ ...moved, steps: around });
      return { ...ended, status: 'failed', error: event.error, question: undefined };
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
      const heard = state.question ? { status: 'running' as const, question: undefined } : {};
      return { ...moved, ...heard, ...(result ? { result: { ...moved.result, ...result } } : {}) };
    }
    case 'approval-asked':
      if (!state.steps.some((step) => step.status === 'running')) throw illegal(state, event);
      return {
        ...expecting(state, event, 'running'),
        status: 'waiting-for-approval',
        approval: event.approval,
      };
    case 'approval-settled':
      return state;
    case 'branch-chosen': {
      const { index, branch } = event;
      const moved = withStep(state, index, 'running', (step) => ({ ...step, branch }));
      return { ...moved, steps: skipped(moved.steps, event.skipped) };
    }
    case 'round-started': {
      const { index } = event;
      const moved = withStep(state, index, 'running', (step) => ({
        ...step,
        rounds: (step.rounds ?? 0) + 1,
      }));
      const inside = insideOf(moved.steps, index);
      return {
        ...moved,
        steps: moved.steps.map((step) => (inside.includes(step.index) ? anew(step) : step)),
      };
    }
    case 'human-asked':
      if (state.steps[event.question.index]?.status !== 'running') throw illegal(state, event);
      return { ...expecting(state, event, 'running'), status: 'waiting-for-human', question: event.question };
    case 'human-answered': {
      const { question } = expecting(state, event, 'waiting-for-human');
      if (!question) throw illegal(state, event);
      const { index } = question;
      const { outcome, text = '' } = event.answer;
      const open: TaskState = { ...state, status: 'running', question: undefined };
      if (outcome === 'done') {
        return nextTask(open, { type: 'step-succeeded', index, at: event.at, result: { [event.as]: text } });
      }
      const message = text ? `You said that it cannot be done: ${text}` : 'You said that it cannot be done.';
      const type = event.goesOn ? 'call-ended' : 'step-failed';
      return nextTask(open, { type, index, at: event.at, error: { code: 'refused', message } });
    }
    case 'human-took-control':
      if (state.steps.some(isActing)) throw illegal(state, event);
      return { ...expecting(state, event, 'running'), status: 'waiting-for-human' };
    case 'paused':
      if (state.steps.some(isActing) || state.question) throw illegal(state, event);
      return { ...expecting(state, event, 'queued', 'running', 'waiting-for-human'), status: 'paused' };
    case 'control-returned':
      if (state.question) throw illegal(state, event);
      return { ...expecting(state, event, 'waiting-for-human', 'paused'), status: 'running' };
    case 'succeeded':
      if (state.steps.some(stepIsOpen)) throw illegal(state, event);
      return {
        ...expecting(state, event, 'running'),
        status: 'succeeded',
        result: event.result ?? state.result,
      };
    case 'failed': {
      const ended = endRunning(state, null, event.error);
      const result = event.result ?? state.result;
      return { ...ended, status: 'failed', error: event.error, result, question: undefined };
    }
    case 'cancelled':
      return {
        ...endRunning(state, event.at, event.error),
        status: 'cancelled',
        error: event.error,
        question: undefined,
      };
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

/** Runs for as long as the steps inside it do. */
export function isContainer({ verb }: { verb: string }): boolean {
  return verb === 'if' || verb === 'repeat';
}

function isActing(step: TaskStep): boolean {
  return step.status === 'running' && !isContainer(step);
}

/** A step begins when all before it are done, but for those that it is in. */
function isInTheWay(step: TaskStep): boolean {
  return step.status === 'pending' || step.status === 'failed' || isActing(step);
}

function anew({ rounds: _, branch: __, error: ___, ...step }: TaskStep): TaskStep {
  return { ...step, status: 'pending', startedAt: null, endedAt: null };
}

/** The steps that a container holds, at any depth. */
export function insideOf(steps: readonly TaskStep[], index: number): number[] {
  const depthOf = (step: TaskStep | undefined) => step?.depth ?? 0;
  const rest = steps.slice(index + 1);
  const end = rest.findIndex((step) => depthOf(step) <= depthOf(steps[index]));
  return rest.slice(0, end === -1 ? undefined : end).map((step) => step.index);
}

function skipped(steps: TaskStep[], indices: readonly number[]): TaskStep[] {
  return steps.map((step) =>
    step.status === 'pending' && indices.includes(step.index) ? { ...step, status: 'skipped' } : step,
  );
}

function expecting(state: TaskState, event: TaskEvent, ...statuses: TaskStatus[]): TaskState {
  if (!statuses.includes(state.status)) throw illegal(state, event);
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
