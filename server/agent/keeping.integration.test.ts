import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createSavedPlaybooks, type SavedPlaybooks } from './saved-playbooks.ts';
import { createTaskRequests, type TaskRequests } from './task-requests.ts';
import { createTaskStore, type TaskRow, type TaskStore } from './task-store.ts';

let database: TestDatabase;
let sessions: SessionStore;
let tasks: TaskStore;
let kept: SavedPlaybooks;
let requests: TaskRequests;

beforeAll(async () => {
  database = await createTestDatabase();
  sessions = createSessionStore(database.db);
  tasks = createTaskStore(database.db);
  kept = createSavedPlaybooks(database.db);
  requests = createTaskRequests(database.db, sessions);
});
afterAll(() => database?.stop());

const newSession = async () => (await seedSession(database.db)).sessionId;
const holderOf = async (sessionId: string) => (await sessions.find(sessionId))?.control_holder;
const STEPS = [{ navigate: '{{site}}' }, { repeat: { max: 2, steps: [{ press: 'Tab' }] } }];

/** A task as its run has left it so far. */
async function taskOf(sessionId: string, so: Record<string, unknown> = {}): Promise<TaskRow> {
  const parsed = parsePlaybook({ name: 'Mine', variables: { site: 'https://a.test' }, steps: STEPS });
  if (!parsed.ok) throw new Error('bad playbook');
  const { id } = await tasks.create(sessionId, parsed.playbook);
  if (Object.keys(so).length > 0) {
    await database.db.updateTable('tasks').set(so).where('id', '=', id).execute();
  }
  const row = await tasks.find(sessionId, id);
  if (!row) throw new Error('the task is gone');
  return row;
}

describe('playbooks that are kept', () => {
  it('[AGT-2] are what was written, newest first, and of their own session', async () => {
    const [sessionId, other] = [await newSession(), await newSession()];
    const first = await kept.saveTask(await taskOf(sessionId));
    expect(first).toMatchObject({
      name: 'Mine',
      playbook: { variables: { site: 'https://a.test' }, steps: STEPS },
    });
    const second = await kept.saveTask(await taskOf(sessionId), 'Other');
    expect((await kept.list(sessionId)).map(({ name }) => name)).toEqual(['Other', 'Mine']);
    expect(await kept.find(sessionId, second.id)).toEqual(second);
    expect(await kept.find(other, second.id)).toBeUndefined();
    expect(await kept.list(other)).toEqual([]);
    expect(await kept.remove(other, second.id)).toBe(false);
    expect(await kept.remove(sessionId, second.id)).toBe(true);
    expect(await kept.list(sessionId)).toEqual([first]);
  });

  it('[AGT-2] are fifty at most, also at once', async () => {
    const sessionId = await newSession();
    const task = await taskOf(sessionId);
    const tries = await Promise.allSettled(Array.from({ length: 52 }, () => kept.saveTask(task)));
    const refused = tries.filter((one) => one.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual(['too-many-playbooks', 'too-many-playbooks']);
  });

  it.each([
    ['not done', { kind: 'instruction', status: 'failed' }, { status: 409, code: 'not-done' }],
    [
      'without an action',
      { kind: 'instruction', status: 'succeeded' },
      { status: 422, code: 'not-repeatable' },
    ],
    [
      'bound to one moment',
      { input: JSON.stringify({ variables: {}, steps: [{ verb: 'click', input: { ref: 'e1' } }] }) },
      { status: 422, code: 'not-repeatable' },
    ],
  ])('[AGT-2] are not made of a run that is %s', async (_, so, problem) => {
    const sessionId = await newSession();
    await expect(kept.saveTask(await taskOf(sessionId, so))).rejects.toMatchObject(problem);
    expect(await kept.list(sessionId)).toEqual([]);
  });
});

describe('what an owner tells a task', () => {
  it.each(['running', 'waiting-for-approval', 'waiting-for-human'])(
    '[AGT-4] a pause takes control at once while it is %s; going on gives it back',
    async (status) => {
      const sessionId = await newSession();
      await sessions.setControl(sessionId, 'agent');
      const { id } = await taskOf(sessionId, { status });
      const paused = await requests.pause(sessionId, id);
      expect([paused?.pause_requested_at !== null, await holderOf(sessionId)]).toEqual([true, 'human']);
      const again = await requests.pause(sessionId, id);
      expect(again?.pause_requested_at).toEqual(paused?.pause_requested_at);
      const resumed = await requests.resume(sessionId, id);
      expect([resumed?.pause_requested_at, await holderOf(sessionId)]).toEqual([null, 'agent']);
    },
  );

  it('[AGT-4] a pause of one that is queued leaves the browser where it is', async () => {
    const sessionId = await newSession();
    await sessions.setControl(sessionId, 'agent');
    const { id } = await taskOf(sessionId);
    expect((await requests.pause(sessionId, id))?.pause_requested_at).not.toBeNull();
    expect(await holderOf(sessionId)).toBe('agent');
  });

  it.each([
    ['has ended', { status: 'succeeded', ended_at: new Date() }],
    ['asks', { status: 'waiting-for-human', question: JSON.stringify({ index: 0, instructions: 'Code?' }) }],
  ])('[AGT-4] a pause does nothing to one that %s', async (_, so) => {
    const sessionId = await newSession();
    await sessions.setControl(sessionId, 'agent');
    const { id } = await taskOf(sessionId, so);
    expect(await requests.pause(sessionId, id)).toMatchObject({ id, pause_requested_at: null });
    expect(await holderOf(sessionId)).toBe('agent');
  });

  it('[AGT-4] nobody reaches the task of another session', async () => {
    const [sessionId, other] = [await newSession(), await newSession()];
    const { id } = await taskOf(sessionId, { status: 'running' });
    await sessions.setControl(sessionId, 'agent');
    for (const told of [
      requests.pause(other, id),
      requests.resume(other, id),
      requests.answer(other, id, { outcome: 'done' }),
    ]) {
      expect(await told).toBeUndefined();
    }
    expect(await holderOf(sessionId)).toBe('agent');
    expect((await tasks.find(sessionId, id))?.pause_requested_at).toBeNull();
  });
});
