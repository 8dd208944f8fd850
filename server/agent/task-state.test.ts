import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApprovalView } from '../../shared/approval.ts';
import { type TaskStatus, TERMINAL_TASK_STATUSES } from '../../shared/task.ts';
import { IllegalTransition, type TaskEvent, type TaskState } from './task-event.ts';
import { nextTask } from './task-state.ts';

const at = '2027-01-01T00:00:00.000Z';
const fresh = (count: number): TaskState => ({
  status: 'queued',
  result: null,
  steps: Array.from({ length: count }, (_, index) => ({
    index,
    verb: 'click',
    status: 'pending',
    startedAt: null,
    endedAt: null,
    summary: '',
  })),
});

const index = fc.nat({ max: 2 });
const error = { code: 'x', message: 'y' };
const approval: ApprovalView = {
  ...{ id: 'apr_1', kind: 'pay', step: 0, target: "button 'Pay'", origin: 'https://a.test' },
  ...{ sendsTo: null, fields: [], createdAt: at, expiresAt: at },
};
const anyEvent: fc.Arbitrary<TaskEvent> = fc.oneof(
  fc.constant({ type: 'started' } as const),
  fc.record({ type: fc.constant('step-started' as const), index, at: fc.constant(at) }),
  fc.record({ type: fc.constant('step-succeeded' as const), index, at: fc.constant(at) }),
  fc.record({
    type: fc.constant('step-failed' as const),
    index,
    at: fc.constant(at),
    error: fc.constant(error),
  }),
  fc.record({ type: fc.constant('step-returned' as const), index }),
  fc.constantFrom<TaskEvent>(
    { type: 'approval-asked', approval },
    { type: 'approval-settled' },
    { type: 'human-took-control' },
    { type: 'control-returned' },
    { type: 'succeeded' },
    { type: 'failed', error },
    { type: 'cancelled', at },
  ),
);

function applyLegal(state: TaskState, event: TaskEvent): TaskState {
  try {
    return nextTask(state, event);
  } catch (refused) {
    if (refused instanceof IllegalTransition) return state;
    throw refused;
  }
}

describe('nextTask', () => {
  it('[AGT-6] holds its invariants after any legal events in any order', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let state = fresh(3);
        for (const event of events) {
          const before = state;
          state = applyLegal(state, event);
          const ended = TERMINAL_TASK_STATUSES.includes(state.status);
          const statuses = state.steps.map((step) => step.status);
          if (TERMINAL_TASK_STATUSES.includes(before.status)) expect(state).toBe(before);
          if (ended) expect(statuses.some((one) => one === 'pending' || one === 'running')).toBe(false);
          if (state.status === 'succeeded') expect(new Set(statuses)).toEqual(new Set(['succeeded']));
          if (state.status === 'failed') expect(state.error).toBeDefined();
          const asked = state.status === 'waiting-for-approval';
          expect(state.approval !== undefined).toBe(asked);
          if (asked) expect(statuses).toContain('running');
          for (const [step, status] of statuses.entries()) {
            if (before.steps[step]?.status === 'succeeded') expect(status).toBe('succeeded');
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('[AGT-4] parks and resumes at the same step', () => {
    const events: TaskEvent[] = [
      { type: 'started' },
      { type: 'step-started', index: 0, at },
      { type: 'step-returned', index: 0 },
      { type: 'human-took-control' },
      { type: 'control-returned' },
      { type: 'step-started', index: 0, at },
    ];
    const state = events.reduce(nextTask, fresh(1));
    expect([state.status, state.steps[0]?.status]).toEqual(['running', 'running']);
  });

  it('[AGT-5] whatever happens while it waits for an approval ends the wait', () => {
    const before: TaskEvent[] = [
      { type: 'started' },
      { type: 'step-started', index: 0, at },
      { type: 'approval-asked', approval },
    ];
    const asked = before.reduce(nextTask, fresh(1));
    expect([asked.status, asked.steps[0]?.status]).toEqual(['waiting-for-approval', 'running']);
    const after: [TaskEvent, TaskStatus, string][] = [
      [{ type: 'approval-settled' }, 'running', 'running'],
      [{ type: 'step-returned', index: 0 }, 'running', 'pending'],
      [{ type: 'step-failed', index: 0, at, error }, 'failed', 'failed'],
      [{ type: 'cancelled', at }, 'cancelled', 'failed'],
    ];
    for (const [event, status, step] of after) {
      const state = nextTask(asked, event);
      expect([state.status, state.steps[0]?.status, state.approval]).toEqual([status, step, undefined]);
    }
    const idle = nextTask(fresh(1), { type: 'started' });
    expect(() => nextTask(idle, { type: 'approval-asked', approval })).toThrow(IllegalTransition);
  });

  it('[AGT-6] keeps results of earlier steps and skips what never began', () => {
    const events: TaskEvent[] = [
      { type: 'started' },
      { type: 'step-started', index: 0, at },
      { type: 'step-succeeded', index: 0, at, result: { a: '1' } },
      { type: 'step-started', index: 1, at },
      { type: 'cancelled', at },
    ];
    const state = events.reduce(nextTask, fresh(3));
    expect(state.result).toEqual({ a: '1' });
    expect(state.steps.map((step) => step.status)).toEqual([
      'succeeded',
      'failed',
      'skipped',
    ] satisfies string[]);
    expect(state.status satisfies TaskStatus).toBe('cancelled');
  });

  it('[AGT-6] refuses a start of what already runs', () => {
    const running = nextTask(fresh(1), { type: 'started' });
    expect(() => nextTask(running, { type: 'started' })).toThrow(IllegalTransition);
  });

  it('[AGT-3] a task in words grows by a step a call, goes on after one that failed, and keeps its answer', () => {
    const call = { type: 'call-started', verb: 'click', summary: 'Click', thought: 'Try.', at } as const;
    const usage = { inputTokens: 1, outputTokens: 2, costCents: 0.1, steps: 3 };
    const events: TaskEvent[] = [
      { type: 'started' },
      { type: 'used', usage },
      ...[call, { type: 'call-ended', index: 0, at, error } as const],
      ...[call, { type: 'call-dropped', index: 1, at } as const],
      ...[call, { type: 'call-ended', index: 2, at, result: { read: 1 }, summary: 'Click it' } as const],
    ];
    const state = events.reduce(nextTask, fresh(0));
    expect(state).toMatchObject({ status: 'running', usage, result: { read: 1 } });
    expect(state.steps.map(({ status, summary }) => [status, summary])).toEqual([
      ['failed', 'Click'],
      ['skipped', 'Click'],
      ['succeeded', 'Click it'],
    ]);
    expect(state.steps[0]).toMatchObject({ index: 0, thought: 'Try.', error });
    const ended = nextTask(state, { type: 'succeeded', result: { answer: 'Yes' } });
    expect(ended).toMatchObject({ status: 'succeeded', result: { answer: 'Yes' } });
    expect(ended.result).not.toHaveProperty('read');
  });

  it('[AGT-3] two calls never run at once, and no task ends while one does', () => {
    const call = { type: 'call-started', verb: 'click', summary: 'Click', at } as const;
    const running = [{ type: 'started' } as const, call].reduce(nextTask, fresh(0));
    for (const event of [call, { type: 'succeeded' }, { type: 'human-took-control' }] as TaskEvent[]) {
      expect(() => nextTask(running, event)).toThrow(IllegalTransition);
    }
    expect(nextTask(running, { type: 'failed', error, result: { answer: 'so far' } })).toMatchObject({
      ...{ status: 'failed', result: { answer: 'so far' } },
      steps: [{ status: 'failed' }],
    });
  });
});
