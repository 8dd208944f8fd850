import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import { createLog } from '../lib/log.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';
import { connectBrowser } from './agent-browser.ts';
import { MAX_OPEN_TASKS } from './task-store.ts';

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/count': `<button onclick="n.textContent=+n.textContent+1">Add</button><output id="n">0</output>`,
    '/later': `<button onclick="document.body.append('there')">Now</button>`,
  });
  rig = await startAgentRig();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const add = { click: { role: 'button', name: 'Add' } };
const at = (path: string) => ({ navigate: `${pages.origin}${path}` });
const never = { waitFor: { text: 'there' } };
const stepIs = (index: number, status: string) => (task: { steps: { status: string }[] }) =>
  task.steps[index]?.status === status;

/** What somebody else sees on the page, through a connection of its own. */
async function lookAtPage<T>(look: () => T): Promise<T> {
  const browser = await connectBrowser(rig.chromium, createLog('silent', 'json'));
  try {
    const { page } = await browser.currentTab();
    return await page.evaluate(look);
  } finally {
    await browser.close();
  }
}

const countOnPage = () => lookAtPage(() => Number(document.getElementById('n')?.textContent));

function playbookOf(steps: unknown[]) {
  const parsed = parsePlaybook({ steps });
  if (!parsed.ok) throw new Error('bad playbook');
  return parsed.playbook;
}

describe('task runner', () => {
  it('[AGT-4] acts not once after a takeover, waits, and goes on at the same step', async () => {
    const clicks = 24;
    const sessionId = await rig.newSession();
    const taskId = await rig.begin(sessionId, [at('/count'), ...Array(clicks).fill(add)]);
    for (const moment of [3, 9, 16]) {
      await rig.until(sessionId, taskId, stepIs(moment, 'running'));
      await rig.sessions.setControl(sessionId, 'human');
      const atTakeover = await countOnPage();
      const parked = await rig.until(sessionId, taskId, (task) => task.status === 'waiting-for-human');
      expect(await countOnPage()).toBe(atTakeover);
      expect(parked.steps.some((step) => step.status === 'running')).toBe(false);
      await rig.sessions.setControl(sessionId, 'agent');
    }
    const task = await rig.until(sessionId, taskId);
    expect(task.error).toBeUndefined();
    expect(await countOnPage()).toBe(clicks);
  });

  it('[AGT-6] stops a running task within its step, and a queued one at once', async () => {
    const sessionId = await rig.newSession();
    const running = await rig.begin(sessionId, [at('/later'), never]);
    const queued = await rig.begin(sessionId, [at('/later')]);
    await rig.until(sessionId, running, stepIs(1, 'running'));
    expect(await rig.runner.store.requestCancel(sessionId, queued)).toMatchObject({ status: 'cancelled' });
    await rig.runner.store.requestCancel(sessionId, running);
    rig.runner.kick(sessionId);
    const task = await rig.until(sessionId, running);
    expect(task.status).toBe('cancelled');
    expect(task.steps.map((step) => step.status)).toEqual(['succeeded', 'skipped']);
  });

  it('[SES-2] cancels open tasks when the session ends, with the reason', async () => {
    const sessionId = await rig.newSession();
    const running = await rig.begin(sessionId, [at('/later'), { screenshot: {} }, never]);
    const queued = await rig.begin(sessionId, [at('/later')]);
    await rig.until(sessionId, running, stepIs(2, 'running'));
    await rig.sessions.markEnded(sessionId, 'expired');
    for (const taskId of [running, queued]) {
      const task = await rig.until(sessionId, taskId);
      expect(task).toMatchObject({ status: 'cancelled', error: { code: 'session-ended' } });
    }
    await rig.runner.endSession(sessionId);
    // The receipt shows it until the retention date. [SES-9]
    expect(await rig.runner.artifacts.readScreenshot(sessionId, running, 1)).not.toBeNull();
    await expect(rig.runner.store.create(sessionId, playbookOf([never]))).rejects.toThrow(/has ended/);
  });

  it('[AGT-6] another server goes on at the next step when one stops', async () => {
    const first = rig.anotherRunner();
    const sessionId = await rig.newSession();
    // Held back from the common runner until the first has it.
    const { id } = await first.store.create(sessionId, playbookOf([at('/later'), never, at('/count')]));
    first.kick(sessionId);
    await rig.until(sessionId, id, stepIs(1, 'running'));
    await first.stop();
    await rig.until(sessionId, id, stepIs(1, 'running'));
    await lookAtPage(() => document.querySelector('button')?.click());
    expect(await rig.until(sessionId, id)).toMatchObject({ status: 'succeeded' });
  });

  it('[AGT-6] after a crash repeats what is harmless and says so when a click was cut', async () => {
    for (const [step, status, code] of [
      [at('/later'), 'succeeded', undefined],
      [add, 'failed', 'interrupted'],
    ] as const) {
      const sessionId = await rig.newSession();
      const { id } = await rig.runner.store.create(sessionId, playbookOf([step]));
      // The row as a server leaves it that died in the middle of the step, its lease lapsed.
      await rig.db
        .updateTable('tasks')
        .set({
          status: 'running',
          steps: sql`jsonb_set(steps, '{0,status}', '"running"')`,
          lease_until: sql<Date>`now() - interval '1 second'`,
        })
        .where('id', '=', id)
        .execute();
      await rig.sessions.setControl(sessionId, 'agent');
      rig.runner.kick(sessionId);
      const task = await rig.until(sessionId, id);
      expect([task.status, task.error?.code]).toEqual([status, code]);
    }
  });

  it('[SES-8] dials the browser again after it restarted', async () => {
    const sessionId = await rig.newSession();
    const before = await rig.begin(sessionId, [at('/count'), add]);
    expect(await rig.until(sessionId, before)).toMatchObject({ status: 'succeeded' });
    await rig.chromium.restart();
    const after = await rig.begin(sessionId, [at('/count'), add, { assert: { css: '#n', equals: '1' } }]);
    expect(await rig.until(sessionId, after)).toMatchObject({ status: 'succeeded' });
  });

  it('[SES-8] survives a browser that dies in the middle of a step', async () => {
    const sessionId = await rig.newSession();
    const taskId = await rig.begin(sessionId, [at('/later'), never]);
    await rig.until(sessionId, taskId, stepIs(1, 'running'));
    await rig.chromium.restart();
    await rig.runner.store.requestCancel(sessionId, taskId);
    rig.runner.kick(sessionId);
    expect(await rig.until(sessionId, taskId)).toMatchObject({ status: 'cancelled' });
  });

  it('[AGT-6] takes at most 20 open tasks a session, also at once', async () => {
    const sessionId = await rig.newSession();
    await rig.db
      .updateTable('sessions')
      .set({ desktop_id: null, status: 'awaiting-desktop' })
      .where('id', '=', sessionId)
      .execute();
    const tries = Array.from({ length: MAX_OPEN_TASKS + 4 }, () =>
      rig.runner.store.create(sessionId, playbookOf([never])),
    );
    const refused = (await Promise.allSettled(tries)).filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(4);
    expect(refused[0]?.reason).toMatchObject({ status: 409, code: 'too-many-tasks' });
  });

  it('[RT-4] logs every change as an event that carries the whole task', async () => {
    const task = await rig.play([at('/count'), { extract: { css: '#n', as: 'count' } }]);
    const events = await rig.db
      .selectFrom('events')
      .select('event')
      .where('session_id', '=', task.sessionId)
      .orderBy('seq')
      .execute();
    const changes = events.flatMap(({ event }) => (event.type === 'task.changed' ? [event.data] : []));
    expect(changes[0]).toMatchObject({ id: task.id, status: 'queued' });
    expect(changes.at(-1)).toEqual(task);
    expect(task.result).toEqual({ count: '0' });
  });
});
