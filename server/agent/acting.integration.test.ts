import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

const out = '<output id="out"></output>';
const names = 'out.textContent = [...this.files].map((file) => file.name + "=" + file.type).join()';

beforeAll(async () => {
  pages = await serveTaskPages({
    '/files': `${out}<label>One <input type="file" id="one" onchange='${names}'></label><label>Many <input type="file" multiple onchange='${names}'></label>
      <button onclick="const i = document.createElement('input'); i.type = 'file'; i.click()">Choose one</button>
      <div id="wall" style="width:90px;height:40px" ondrop="out.textContent = 'dropped'">Wall</div>`,
    '/long': `${out}<p id="start">Start</p><div id="list" style="height:300px;overflow:auto" onscroll="out.textContent = 'list ' + (scrollTop > 0)">
      <div style="height:2000px">Long</div></div><div style="height:80px;overflow:auto"><div style="height:900px">Small</div></div>`,
    '/page': `<div style="height:3000px">High</div><p id="end">End</p>`,
    '/words': `${out}<p id="p">Costs 5.00 (net), in Graz</p><textarea aria-label="Note">a note</textarea>
      <script>document.onmouseup = () => { out.textContent = String(getSelection()) }</script>`,
    '/unsaved':
      '<input id="i"><script>addEventListener("beforeunload", (event) => event.preventDefault())</script>',
    '/later': `<ul><li>One</li></ul><p id="busy">Busy</p><script>setTimeout(() => {
      busy.remove(); history.pushState(0, '', '/later?done');
      setTimeout(() => document.querySelector('ul').append(Object.assign(document.createElement('li'), { textContent: 'Two' })), 300) }, 300)</script>`,
    '/quiet': '<a title="First" class="a">x</a><a class="a">y</a>',
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const call = (step: unknown, patienceMs = 15_000) => rig.call(sessionId, step, { patienceMs });
const open = (path: string) => call({ navigate: `${pages.origin}${path}` });
const page = async () => (await (await rig.runner.browsers.get(sessionId)).currentTab()).page;
const outIs = (equals: string) => call({ assert: { css: '#out', equals } });
const files = [
  { name: 'a.CSV', content: 'a' },
  { name: 'b', content: 'b', mimeType: 'text/x' },
];

describe('uploads', () => {
  it('[AGT-1] give each file its name and type', async () => {
    await open('/files');
    await call({ upload: { label: 'Many', files } });
    await outIs('a.CSV=text/csv,b=text/x');
    await call({ upload: { label: 'One', files: [{ name: 'c.odd', content: 'c' }] } });
    await outIs('c.odd=application/octet-stream');
  });

  it.each([
    [{ label: 'One' }, files, /takes one file only/],
    [{ text: 'Choose one' }, files, /takes one file only/],
    [{ css: '#wall' }, files.slice(1), /takes none that are dropped on it/],
  ])('[AGT-1] say what %j does not take', async (target, given, problem) => {
    await open('/files');
    await expect(call({ upload: { ...target, files: given } })).rejects.toThrow(problem);
    expect(await (await page()).textContent('#out')).toBe('');
  });
});

describe('scrolling', () => {
  it('[AGT-1] goes to an end of the page, or of the largest list when the page itself stands still', async () => {
    const scrolled = async () => (await page()).evaluate(() => scrollY);
    await open('/page');
    await call({ scroll: { to: 'bottom' } });
    expect(await scrolled()).toBeGreaterThan(2_000);
    await call({ scroll: { to: 'top' } });
    expect(await scrolled()).toBe(0);
    await call({ scroll: { by: { y: 400 } } });
    expect(await scrolled()).toBe(400);
    await call({ scroll: { css: '#end' } });
    expect(await scrolled()).toBeGreaterThan(2_000);
    await open('/long');
    await call({ scroll: { to: 'bottom' } });
    await outIs('list true');
    await call({ scroll: { to: 'top' } });
    await call({ scroll: { css: '#list', by: { y: 50 } } });
    expect(await (await page()).locator('#list').evaluate((list) => list.scrollTop)).toBe(50);
  });
});

describe('texts and keys', () => {
  it('[AGT-1] marks just the part that is meant, and says so of one that is not there', async () => {
    await open('/words');
    await call({ selectText: { css: '#p', part: '5.00 (net)' } });
    await outIs('5.00 (net)');
    await call({ selectText: { css: '#p' } });
    await outIs('Costs 5.00 (net), in Graz');
    for (const target of [{ css: '#p' }, { label: 'Note' }]) {
      const missing = call({ selectText: { ...target, part: '5x00' } });
      await expect(missing).rejects.toMatchObject({ code: 'no-such-text' });
    }
  });

  it('[AGT-2] knows a key that is none, also when only a variable says it', async () => {
    const task = await rig.play([{ navigate: `${pages.origin}/words` }, { press: '{{key}}' }], {
      key: 'Entr',
    });
    expect(task.error).toMatchObject({ code: 'unknown-key', message: expect.stringContaining("'Enter'") });
  });

  it('[AGT-1] leaves a page that asks whether to stay', async () => {
    await open('/unsaved');
    await call({ click: { css: '#i' } });
    await call({ type: 'draft' });
    await open('/quiet');
    expect((await page()).url()).toMatch(/quiet$/);
  });
});

describe('waiting', () => {
  it('[AGT-2] is for all that is told: gone, there so often, at its address', async () => {
    await open('/later');
    await call({ waitFor: { text: 'Busy', is: 'hidden' } });
    expect(await (await page()).locator('#busy').count()).toBe(0);
    await call({ waitFor: { css: 'li', nth: 1, url: '?done' } });
    expect(await (await page()).locator('li').count()).toBe(2);
    await expect(call({ waitFor: { css: 'li', url: '/other' } }, 300)).rejects.toThrow(
      /address had no '\/other'/,
    );
    await expect(call({ waitFor: { css: 'li', is: 'hidden' } }, 300)).rejects.toMatchObject({
      code: 'still-visible',
    });
    const begun = performance.now();
    await call({ waitFor: { seconds: 1 } }, 1_000);
    expect(performance.now() - begun).toBeGreaterThan(990);
  });

  it('[AGT-2] a list of attributes leaves out who has none', async () => {
    await open('/quiet');
    const { result } = await call({ extract: { css: '.a', attribute: 'title', as: 'titles', all: true } });
    expect(result).toEqual({ titles: ['First'] });
  });
});
