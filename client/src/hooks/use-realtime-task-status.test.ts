import { describe, expect, it } from 'vitest';
import type { TaskStatus, TaskView } from '../../../shared/task.ts';
import { session } from '../lib/testing/link-rig.ts';
import { isOver, nextTaskStatus, noTasksYet, type TaskMessage } from './use-realtime-task-status.ts';

function task(id: string, status: TaskStatus = 'queued', second = 0): TaskView {
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return {
    id,
    sessionId: session.id,
    name: id,
    status,
    steps: [],
    result: null,
    createdAt,
    startedAt: null,
    endedAt: null,
  };
}

function changed(view: TaskView): TaskMessage {
  return { type: 'event', seq: 1, at: view.createdAt, event: { type: 'task.changed', data: view } };
}

describe('nextTaskStatus', () => {
  it('says nothing about tasks before the first snapshot', () => {
    expect(noTasksYet.loaded).toBe(false);
    const loaded = nextTaskStatus(noTasksYet, { type: 'snapshot', seq: 1, session, tasks: [] });
    expect(loaded).toEqual({ loaded: true, tasks: [] });
  });

  const statuses: TaskStatus[] = [
    'queued',
    'running',
    'waiting-for-approval',
    'waiting-for-human',
    'paused',
    'succeeded',
    'failed',
    'cancelled',
  ];
  it.each(statuses)('shows a task that becomes %s', (status) => {
    const before = nextTaskStatus(noTasksYet, changed(task('a')));
    const after = nextTaskStatus(before, changed(task('a', status)));
    expect(after.tasks.map((view) => view.status)).toEqual([status]);
    expect(isOver(status)).toBe(['succeeded', 'failed', 'cancelled'].includes(status));
  });

  it('puts the newest first, whatever comes first', () => {
    const snapshot: TaskMessage = {
      type: 'snapshot',
      seq: 1,
      session,
      tasks: [task('old', 'failed', 1), task('mid', 'queued', 2)],
    };
    const state = nextTaskStatus(nextTaskStatus(noTasksYet, snapshot), changed(task('new', 'queued', 3)));
    expect(nextTaskStatus(state, changed(task('old', 'running', 1))).tasks.map(({ id }) => id)).toEqual([
      'new',
      'mid',
      'old',
    ]);
  });

  it('the answer to our own call never overwrites a newer event', () => {
    const running = nextTaskStatus(noTasksYet, changed(task('a', 'running')));
    expect(nextTaskStatus(running, { type: 'created', task: task('a') })).toBe(running);
    const created = nextTaskStatus(noTasksYet, { type: 'created', task: task('b') });
    expect(created.tasks).toHaveLength(1);
  });

  it('a snapshot replaces what was known', () => {
    const state = nextTaskStatus(noTasksYet, changed(task('gone')));
    expect(
      nextTaskStatus(state, { type: 'snapshot', seq: 2, session, tasks: [task('kept')] }).tasks.map(
        ({ id }) => id,
      ),
    ).toEqual(['kept']);
  });

  it('leaves events about other things alone', () => {
    const event = { type: 'session.ended', data: { reason: 'expired' } } as const;
    expect(nextTaskStatus(noTasksYet, { type: 'event', seq: 1, at: session.createdAt, event })).toBe(
      noTasksYet,
    );
  });
});
