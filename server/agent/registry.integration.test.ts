import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../shared/playbook.ts';
import { createLog } from '../lib/log.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';
import { type AgentBrowser, connectBrowser } from './agent-browser.ts';
import { ControlLost } from './control-gate.ts';
import type { ToolCall } from './registry.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;
/** A human's own way into the same browser. */
let human: AgentBrowser;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/field': '<input id="i">',
    '/late': `<input id="b" style="display:none"><script>window.seen = [];
      const look = b.checkVisibility; b.checkVisibility = (options) => { b.dataset.looked = 'yes'; return look.call(b, options) };
      for (const type of ['mousemove', 'mousedown', 'keydown', 'input']) addEventListener(type, () => seen.push(type), true)</script>`,
    '/opener': '<a href="/closing" target="_blank" rel="opener">Open</a>',
    '/closing': '<button onmousedown="window.close()">Close at once</button>',
    '/slow': `<button onmousedown="const asked = new XMLHttpRequest(); asked.open('GET', '/begun', false); asked.send();
      const end = Date.now() + 600; while (Date.now() < end);">Buy</button>`,
    '/held': `<p id="p">Some text</p><script>window.seen = []; addEventListener('mousedown', () => fetch('/pressed'));
      addEventListener('keydown', (event) => seen.push(event.key)); addEventListener('mouseup', () => seen.push('let go'));
      addEventListener('mousemove', ({ buttons }) => { p.dataset.buttons = buttons })</script>`,
    '/busy': `<button onclick="const end = Date.now() + 8000; while (Date.now() < end);">Work</button>`,
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
  human = await connectBrowser(rig.chromium, createLog('silent', 'json'));
});

afterAll(async () => {
  await human?.close();
  await rig?.stop();
  await pages?.stop();
});

const call = (step: unknown) => rig.call(sessionId, step);

/** A call of an agent that began at `epoch`. */
async function callAt(epoch: number, step: Step, more: Partial<ToolCall> = {}) {
  return rig.runner.registry.run({
    ...{ sessionId, taskId: `tsk_call_${sessionId}`, index: 0, step, epoch, last: true, onAct: () => {} },
    browser: await rig.runner.browsers.get(sessionId),
    signal: AbortSignal.timeout(30_000),
    ...more,
  });
}

describe('the registry', () => {
  it('[AGT-1] lets two callers of one browser take turns', async () => {
    await call({ navigate: `${pages.origin}/field` });
    await call({ click: { css: '#i' } });
    await Promise.all([call({ type: 'a'.repeat(40) }), call({ type: 'b'.repeat(40) })]);
    const { result } = await call({ extract: { css: '#i', as: 'typed' } });
    expect(result?.typed).toMatch(/^(a{40}b{40}|b{40}a{40})$/);
  });

  it('[AGT-4] does not even look at the page while a human has it', async () => {
    await call({ navigate: `${pages.origin}/field` });
    const control = await rig.sessions.setControl(sessionId, 'human');
    const looks: Step[] = [
      { verb: 'snapshot', input: {} },
      { verb: 'extract', input: { css: '#i', as: 'typed' } },
      { verb: 'screenshot', input: {} },
    ];
    for (const step of looks) {
      await expect(callAt(control?.epoch ?? -1, step)).rejects.toThrow(ControlLost);
    }
  });

  it.each<Step>([
    { verb: 'click', input: { css: '#b' } },
    { verb: 'hover', input: { css: '#b' } },
    { verb: 'fill', input: { css: '#b', value: 'x' } },
    { verb: 'drag', input: { css: '#b', to: { by: { x: 9, y: 9 } } } },
  ])('[AGT-4] touches nothing after a takeover that nobody told it of: $verb', async (step) => {
    await call({ navigate: `${pages.origin}/late` });
    const control = await rig.sessions.setControl(sessionId, 'agent');
    const under = callAt(control?.epoch ?? -1, step);
    const { page } = await human.currentTab();
    await page.waitForSelector('#b[data-looked]', { state: 'attached' });
    await rig.sessions.setControl(sessionId, 'human');
    await page.evaluate(() => document.getElementById('b')?.removeAttribute('style'));
    await expect(under).rejects.toThrow(ControlLost);
    expect(await page.evaluate('window.seen')).toEqual([]);
  });

  it('[AGT-4] lets an action that has begun finish, so that it is known to be done', async () => {
    await call({ navigate: `${pages.origin}/slow` });
    const control = await rig.sessions.setControl(sessionId, 'agent');
    const takeover = new AbortController();
    const phases: string[] = [];
    const onAct = (phase: string) => void phases.push(phase);
    const click: Step = { verb: 'click', input: { text: 'Buy' } };
    const under = callAt(control?.epoch ?? -1, click, { signal: takeover.signal, onAct });
    await expect.poll(() => pages.hits.at(-1), { interval: 10 }).toBe('GET /begun');
    takeover.abort(new ControlLost('a human has taken control'));
    await expect(under).rejects.toThrow(ControlLost);
    expect(phases).toEqual(['begun', 'done']);
  });

  it('[AGT-4] lets go, without dropping it, of what a drag that was cut short still holds', async () => {
    await call({ navigate: `${pages.origin}/held` });
    const control = await rig.sessions.setControl(sessionId, 'agent');
    const takeover = new AbortController();
    const drag: Step = { verb: 'drag', input: { css: '#p', to: { by: { x: 300, y: 300 } } } };
    const under = callAt(control?.epoch ?? -1, drag, { signal: takeover.signal });
    await expect.poll(() => pages.hits.at(-1), { interval: 10 }).toBe('GET /pressed');
    takeover.abort(new ControlLost('a human has taken control'));
    await expect(under).rejects.toThrow(ControlLost);
    await call({ hover: { css: '#p' } });
    const { page } = await human.currentTab();
    expect(await page.evaluate('window.seen')).toEqual(['Escape', 'let go']);
    expect(await page.getAttribute('#p', 'data-buttons')).toBe('0');
  });

  it('[AGT-2] an action that closes its own tab has been done', async () => {
    await call({ navigate: `${pages.origin}/opener` });
    await call({ click: { text: 'Open' } });
    await call({ click: { text: 'Close at once' } });
    await call({ assert: { text: 'Open' } });
  });

  it('[AGT-4] leaves a notice that a human made to the human', async () => {
    await call({ navigate: `${pages.origin}/field` });
    const { page } = await human.currentTab();
    const asked = page.waitForEvent('dialog');
    const answered = page.evaluate(() => alert('mine'));
    const dialog = await asked;
    // Time in which the agent's side would have answered.
    const other = await page.context().newPage();
    await other.goto(`${pages.origin}/field`);
    await other.close();
    await dialog.accept();
    await answered;
  });

  it("[AGT-9] works in web pages only, not in the browser's own", async () => {
    const { page } = await human.currentTab();
    await page.goto('chrome://version');
    for (const step of [{ extract: { css: 'body', as: 'text' } }, { snapshot: {} }, { press: 'Tab' }]) {
      await expect(call(step)).rejects.toMatchObject({ code: 'not-a-web-page' });
    }
    await call({ navigate: `${pages.origin}/field` });
    await call({ press: 'Tab' });
  });

  it('[AGT-1] says of a page that does not answer that it does not', async () => {
    await call({ navigate: `${pages.origin}/busy` });
    await human.currentTab().then(({ page }) =>
      page.evaluate(() => {
        setTimeout(() => document.querySelector('button')?.click());
      }),
    );
    const control = await rig.sessions.setControl(sessionId, 'agent');
    const press = callAt(control?.epoch ?? -1, { verb: 'press', input: 'a' }, { patienceMs: 1 });
    await expect(press).rejects.toMatchObject({ code: 'page-unresponsive' });
  });
});
