import { type TaskStatus, type TaskStep, TERMINAL_TASK_STATUSES } from '../../shared/task.ts';
import { IllegalTransition, type TaskEvent, type TaskState } from './task-event.ts';
import { anew, cutShort, insideOf, isActing, isInTheWay, skipped, stepIsOpen } from './task-steps.ts';

const STOPPED = { code: 'cancelled', message: 'The task was stopped during this step.' };

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
      const steps = cutShort(moved.steps, event.at);
      return { ...moved, steps, status: 'failed', error: event.error, question: undefined };
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
      const steps = cutShort(state.steps, null, event.error);
      const result = event.result ?? state.result;
      return { ...state, steps, status: 'failed', error: event.error, result, question: undefined };
    }
    case 'cancelled':
      return {
        ...state,
        steps: cutShort(state.steps, event.at, event.error ?? STOPPED),
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

function illegal(state: TaskState, event: TaskEvent): IllegalTransition {
  return new IllegalTransition(`a task that is ${state.status} cannot take '${event.type}'`);
}
