import { describe, expect, it } from 'vitest';
import type { TaskStep } from '../../shared/task.ts';
import type { TaskEvent, TaskState } from './task-event.ts';
import { nextTask } from './task-state.ts';

const at = '2027-01-01T00:00:00.000Z';
const error = { code: 'x', message: 'y' };
const step = (index: number, verb: string, depth = 0): TaskStep => ({
  ...{ index, verb, depth, status: 'pending', startedAt: null, endedAt: null, summary: '' },
});
const task = (...steps: TaskStep[]): TaskState => ({ status: 'running', result: null, steps });
const played = (state: TaskState, ...events: TaskEvent[]) => events.reduce(nextTask, state);
const start = (index: number): TaskEvent => ({ type: 'step-started', index, at });
const done = (index: number): TaskEvent => ({ type: 'step-succeeded', index, at });
const statuses = (state: TaskState) => state.steps.map(({ status }) => status).join(' ');

describe('steps inside steps', () => {
  const loop = () =>
    task(step(0, 'repeat'), step(1, 'click', 1), step(2, 'if', 1), step(3, 'back', 2), step(4, 'press'));

  it('[AGT-2] begins each round anew, and skips what a round leaves out', () => {
    const first = played(loop(), start(0), { type: 'round-started', index: 0 }, start(1), done(1), start(2));
    const chosen = played(first, { type: 'branch-chosen', index: 2, branch: 'else', skipped: [3] }, done(2));
    expect(statuses(chosen)).toBe('running succeeded succeeded skipped pending');
    const second = played(chosen, { type: 'round-started', index: 0 });
    expect(statuses(second)).toBe('running pending pending pending pending');
    expect(second.steps[0]?.rounds).toBe(2);
    expect(second.steps[2]?.branch).toBeUndefined();
    expect(statuses(played(second, done(0), start(4)))).toBe('succeeded skipped skipped skipped running');
  });

  it('[AGT-2] fails with what is in it, and begins nothing behind a step that is open', () => {
    const inner = played(loop(), start(0), { type: 'round-started', index: 0 }, start(1));
    expect(() => played(inner, start(2))).toThrow();
    const failed = played(inner, { type: 'step-failed', index: 1, at, error });
    expect(failed.status).toBe('failed');
    expect(statuses(failed)).toBe('failed failed skipped skipped skipped');
    expect(failed.steps[0]?.error).toBeUndefined();
  });

  it('[AGT-4] parks between steps, not in the middle of one, whatever it is in', () => {
    const between = played(loop(), start(0), { type: 'round-started', index: 0 });
    expect(played(between, { type: 'human-took-control' }).status).toBe('waiting-for-human');
    const paused = played(between, { type: 'paused' });
    expect(played(paused, { type: 'control-returned' }).status).toBe('running');
    expect(() => played(between, start(1), { type: 'paused' })).toThrow();
  });
});

describe('a question', () => {
  const question = { index: 0, instructions: 'Code?', askedAt: at, expiresAt: at };
  const asked = () =>
    played(task(step(0, 'askHuman'), step(1, 'press')), start(0), { type: 'human-asked', question });

  it('[AGT-2] is answered once, and only by an answer', () => {
    expect(() => played(asked(), { type: 'control-returned' })).toThrow();
    expect(() => played(asked(), { type: 'paused' })).toThrow();
    const answered = played(asked(), {
      type: 'human-answered',
      at,
      as: 'code',
      answer: { outcome: 'done', text: '4' },
    });
    expect(answered).toMatchObject({ status: 'running', result: { code: '4' } });
    expect(answered.question).toBeUndefined();
    expect(() =>
      played(answered, { type: 'human-answered', at, as: 'code', answer: { outcome: 'done' } }),
    ).toThrow();
  });

  it.each<TaskEvent>([
    { type: 'human-answered', at, as: 'code', answer: { outcome: 'refused' } },
    { type: 'step-failed', index: 0, at, error },
    { type: 'failed', error },
    { type: 'cancelled', at },
  ])('[AGT-6] is gone with the task: $type', (event) => {
    const ended = played(asked(), event);
    expect(ended.question).toBeUndefined();
    expect(['failed', 'cancelled']).toContain(ended.status);
    expect(statuses(ended)).toBe('failed skipped');
  });
});
