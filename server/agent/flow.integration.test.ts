import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import type { TaskView } from '../../shared/task.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { onPage } from '../testing/on-page.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/count': `<button onclick="n.textContent=+n.textContent+1">Add</button><output id="n">0</output><p hidden>Never shown</p>
      <label>Code <input id="code"></label>`,
    '/pages': `<ul></ul><button onclick="at++;show()">Next</button><script>let at=0;const show=()=>{document.querySelector('ul').innerHTML=['Ada','Bob','Cy'].slice(at,at+1).map(n=>'<li>'+n+'</li>').join('');
      if(at>1)document.querySelector('button').remove()};show()</script>`,
    '/soon': `<output id="n">0</output><script>setTimeout(()=>document.body.append('Accept'),700)</script>`,
  });
  rig = await startAgentRig();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const at = (path: string) => ({ navigate: `${pages.origin}${path}` });
const add = { click: { role: 'button', name: 'Add' } };
const countIs = (equals: string) => ({ assert: { css: '#n', equals } });
const statuses = (task: TaskView) => task.steps.map(({ verb, status }) => `${verb} ${status}`);

async function counted(sessionId: string): Promise<number> {
  const { page } = await (await rig.runner.browsers.get(sessionId)).currentTab();
  return Number(await page.locator('#n').textContent());
}

describe('the flow of a playbook', () => {
  it('[AGT-2] goes the way that the page tells, and logs which', async () => {
    const task = await rig.play([
      at('/count'),
      { if: { condition: { text: 'Add' }, then: [add, add], else: [{ press: 'Escape' }] } },
      {
        if: {
          condition: { text: 'Never shown' },
          then: [{ if: { condition: { text: 'Add' }, then: [add] } }],
          else: [{ if: { condition: { css: '#n', equals: '2' }, then: [add] } }],
        },
      },
      countIs('3'),
    ]);
    expect(task.error).toBeUndefined();
    expect(statuses(task)).toEqual([
      ...['navigate succeeded', 'if succeeded', 'click succeeded', 'click succeeded', 'press skipped'],
      ...[
        'if succeeded',
        'if skipped',
        'click skipped',
        'if succeeded',
        'click succeeded',
        'assert succeeded',
      ],
    ]);
    expect(task.steps[1]).toMatchObject({ branch: 'then', index: 1 });
    expect(task.steps[5]).toMatchObject({ branch: 'else', summary: "If text 'Never shown'" });
    expect(task.steps[9]?.depth).toBe(2);
  });

  it('[AGT-2] gives the page a moment to show what decides, and does not take a broken condition for a no', async () => {
    const then = [{ extract: { css: '#n', as: 'seen' } }];
    const task = await rig.play([at('/soon'), { if: { condition: { text: 'Accept' }, then } }]);
    expect(task.steps[1]).toMatchObject({ branch: 'then' });
    const broken = await rig.play([at('/count'), { if: { condition: { css: 'p >>' }, then } }]);
    expect(broken.error?.code).toBe('bad-selector');
  });

  it('[AGT-2] does not wait with every round for what does not come', async () => {
    const until = { css: '#n', equals: 'never' };
    const task = await rig.play([at('/count'), { repeat: { max: 12, until, steps: [add] } }, countIs('12')]);
    expect(task.error).toBeUndefined();
  });

  it('[AGT-2] repeats so often, while or until, and gathers what each round finds', async () => {
    const task = await rig.play([
      at('/pages'),
      {
        repeat: {
          max: 9,
          while: { role: 'button', name: 'Next' },
          steps: [{ extract: { css: 'li', as: 'names', append: true } }, { click: { text: 'Next' } }],
        },
      },
      { extract: { css: 'li', as: 'names', append: true } },
      at('/count'),
      { repeat: { max: 2, steps: [{ repeat: { max: 2, steps: [add] } }] } },
      countIs('4'),
      { repeat: { max: 50, until: { css: '#n', equals: '6' }, steps: [add] } },
      countIs('6'),
      { repeat: { max: 5, while: { text: 'Never shown' }, steps: [add] } },
      { repeat: { max: 1, until: { text: 'Never shown' }, steps: [add] } },
      countIs('7'),
      { repeat: { max: 3, until: { text: 'Add' }, steps: [add] } },
      countIs('8'),
    ]);
    expect(task.error).toBeUndefined();
    expect(task.result).toEqual({ names: ['Ada', 'Bob', 'Cy'] });
    const rounds = task.steps.filter(({ verb }) => verb === 'repeat').map((step) => step.rounds ?? 0);
    expect(rounds).toEqual([2, 2, 2, 2, 0, 1, 1]);
    expect(task.steps.filter(({ status }) => status === 'skipped')).toHaveLength(1);
  });

  it('[AGT-2] fails with the step inside, and says so of what it is in', async () => {
    const inner = { assert: { value: 'one', equals: 'other' } };
    const task = await rig.play([at('/count'), { repeat: { max: 2, steps: [add, inner, add] } }, add]);
    expect(task.error?.code).toBe('assertion-failed');
    expect(statuses(task)).toEqual([
      ...['navigate succeeded', 'repeat failed', 'click succeeded'],
      ...['assert failed', 'click skipped', 'click skipped'],
    ]);
  });

  it('[AGT-6] another server goes on in the middle of a round', async () => {
    const parsed = parsePlaybook({
      steps: [
        at('/count'),
        { repeat: { max: 5, steps: [add, { if: { condition: { text: 'Add' }, then: [add] } }, add] } },
        countIs('15'),
      ],
    });
    if (!parsed.ok) throw new Error('bad playbook');
    const sessionId = await rig.newSession();
    let runner = rig.anotherRunner();
    const { id } = await runner.store.create(sessionId, parsed.playbook);
    runner.kick(sessionId);
    for (const round of [2, 4]) {
      await rig.until(sessionId, id, (task) => (task.steps[1]?.rounds ?? 0) >= round || !!task.error);
      await runner.stop();
      runner = rig.anotherRunner();
      runner.kick(sessionId);
    }
    const task = await rig.until(sessionId, id);
    expect(task.error).toBeUndefined();
    expect(task.steps[1]?.rounds).toBe(5);
  });

  it('[AGT-6] another server stays on the way that was taken', async () => {
    const sessionId = await rig.newSession();
    const first = rig.anotherRunner();
    const wait = { waitFor: { css: '#n:has-text("5")' } };
    const isFirst = { css: '#n', equals: '0' };
    const steps = [at('/count'), { if: { condition: isFirst, then: [add, wait, add], else: [add, add] } }];
    const taskId = await rig.begin(sessionId, [...steps, countIs('6')], {}, {}, first);
    await rig.until(sessionId, taskId, (task) => task.steps[3]?.status === 'running');
    await first.stop();
    await onPage(rig.chromium, () => document.querySelector('#n')?.replaceChildren('5'), null);
    const task = await rig.until(sessionId, taskId);
    expect(task.error).toBeUndefined();
    expect(task.steps[1]).toMatchObject({ branch: 'then' });
  });
});

describe('asking a human', () => {
  const ask = { askHuman: { instructions: 'Which code?', as: 'code' } };
  const use = { fill: { label: 'Code', value: '{{code}}' } };
  const isAsking = (task: TaskView) => task.question !== undefined;

  it('[AGT-2] waits for the answer, gives the browser meanwhile, and uses what was said', async () => {
    const sessionId = await rig.newSession();
    const runner = rig.anotherRunner();
    const taskId = await rig.begin(sessionId, [
      at('/count'),
      { extract: { css: '#n', as: 'seen' } },
      { askHuman: { instructions: 'Which code is {{seen}}?', as: 'code' } },
      use,
      { extract: { css: '#code', as: 'got' } },
    ]);
    const asked = await rig.until(sessionId, taskId, isAsking);
    expect(asked).toMatchObject({
      status: 'waiting-for-human',
      question: { index: 2, instructions: 'Which code is 0?' },
    });
    await expect.poll(async () => (await rig.sessions.find(sessionId))?.control_holder).toBe('human');
    await runner.requests.pause(sessionId, taskId);
    await runner.requests.answer(sessionId, taskId, { outcome: 'done', text: '4711' });
    const task = await rig.until(sessionId, taskId);
    expect(task).toMatchObject({ status: 'succeeded', result: { code: '4711', got: '4711' } });
    expect(task.question).toBeUndefined();
    await expect(runner.requests.answer(sessionId, taskId, { outcome: 'done' })).rejects.toMatchObject({
      code: 'nothing-asked',
    });
  });

  it('[AGT-6] keeps asking when a server stops, and ends when refused or not answered', async () => {
    const sessionId = await rig.newSession();
    const runner = rig.anotherRunner();
    const parsed = parsePlaybook({ steps: [ask, use] });
    if (!parsed.ok) throw new Error('bad playbook');
    const { id } = await runner.store.create(sessionId, parsed.playbook);
    runner.kick(sessionId);
    const { question } = await rig.until(sessionId, id, isAsking);
    await runner.stop();
    expect((await rig.until(sessionId, id, isAsking)).question).toEqual(question);
    await rig.runner.requests.answer(sessionId, id, { outcome: 'refused', text: 'no phone' });
    const refused = await rig.until(sessionId, id);
    expect(refused.error).toEqual({ code: 'refused', message: 'You said that it cannot be done: no phone' });
    expect(statuses(refused)).toEqual(['askHuman failed', 'fill skipped']);

    const late = await rig.begin(sessionId, [ask, use]);
    await rig.until(sessionId, late, isAsking);
    await rig.db
      .updateTable('tasks')
      .set((eb) => ({
        question: eb.fn('jsonb_set', [
          'question',
          eb.val('{expiresAt}'),
          eb.val('"2026-01-01T00:00:00.000Z"'),
        ]) as never,
      }))
      .where('id', '=', late)
      .execute();
    expect((await rig.until(sessionId, late)).error?.code).toBe('no-answer');
  });
});

describe('pausing', () => {
  it('[AGT-4] does nothing more once a pause is told, and goes on with what was meant next', async () => {
    const sessionId = await rig.newSession();
    const taskId = await rig.begin(sessionId, [
      at('/count'),
      { repeat: { max: 12, steps: [add] } },
      countIs('12'),
    ]);
    const { requests } = rig.runner;
    for (const [round, resume] of [
      [3, () => requests.resume(sessionId, taskId)],
      // Giving control back is as good.
      [7, () => rig.sessions.setControl(sessionId, 'agent')],
    ] as const) {
      await rig.until(sessionId, taskId, (task) => (task.steps[1]?.rounds ?? 0) >= round);
      await requests.pause(sessionId, taskId);
      const atPause = await counted(sessionId);
      rig.runner.kick(sessionId);
      await rig.until(sessionId, taskId, (task) => task.status === 'paused');
      expect(await counted(sessionId)).toBe(atPause);
      expect((await rig.sessions.find(sessionId))?.control_holder).toBe('human');
      await resume();
    }
    const task = await rig.until(sessionId, taskId);
    expect(task.error).toBeUndefined();
    expect(task.status).toBe('succeeded');
  });

  it('[AGT-4] holds a queued task back without taking the browser, and tells what a human did', async () => {
    const sessionId = await rig.newSession();
    const waits = ['5', '6', '7'].map((count) => ({ waitFor: { css: `#n:has-text("${count}")` } }));
    const first = await rig.begin(sessionId, [at('/count'), ...waits]);
    const second = await rig.begin(sessionId, [{ screenshot: {} }]);
    await rig.runner.requests.pause(sessionId, second);
    await rig.until(sessionId, first, (task) => task.steps[1]?.status === 'running');
    expect((await rig.sessions.find(sessionId))?.control_holder).toBe('agent');
    await rig.sessions.noteHumanInput(sessionId, { keys: 3, clicks: 2, takesControl: true });
    await rig.until(sessionId, first, (task) => task.status === 'waiting-for-human');
    const { page } = await (await rig.runner.browsers.get(sessionId)).currentTab();
    const giveBack = async (count: string) => {
      await page.locator('#n').evaluate((node, text) => node.replaceChildren(text), count);
      await rig.sessions.setControl(sessionId, 'agent');
    };
    const takeAt = async (step: number) => {
      await rig.until(sessionId, first, (task) => task.steps[step]?.status === 'running');
      await rig.sessions.setControl(sessionId, 'human');
      await rig.until(sessionId, first, (task) => task.status === 'waiting-for-human');
    };
    await page.goto(`${pages.origin}/count#later`);
    await giveBack('5');
    // Nothing done is nothing told; an address counts without a key.
    await takeAt(2);
    await giveBack('6');
    await takeAt(3);
    await page.goto(`${pages.origin}/count#last`);
    await giveBack('7');
    expect(await rig.until(sessionId, first)).toMatchObject({ status: 'succeeded' });
    await rig.until(sessionId, second, (task) => task.status === 'paused');
    await rig.runner.requests.resume(sessionId, second);
    expect(await rig.until(sessionId, second)).toMatchObject({ status: 'succeeded' });
    const events = await rig.db
      .selectFrom('events')
      .select('event')
      .where('session_id', '=', sessionId)
      .orderBy('seq')
      .execute();
    const acts = events.flatMap(({ event }) => (event.type === 'human.acted' ? [event.data] : []));
    const [atFirst, later, last] = ['/count', '/count#later', '/count#last'].map(
      (path) => pages.origin + path,
    );
    expect(acts).toEqual([
      { taskId: first, keys: 3, clicks: 2, tabs: { before: [atFirst], after: [later] } },
      { taskId: first, keys: 0, clicks: 0, tabs: { before: [later], after: [last] } },
    ]);
  });
});
