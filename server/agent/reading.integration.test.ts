import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { pixelAt } from '../testing/on-page.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/read': `<ul><li>Ada  Lovelace</li><li>Bob</li></ul><a href="/next?x=1" id="link">Next</a> <a href="/next" target="_blank" id="beside">Beside</a>
      <label>Town <input id="town" value="Graz"></label><label>Extent <select id="size"><option>S<option selected>M</select></label>
      <label>Sizes <select id="sizes" multiple><option selected>S<option selected>L</select></label>
      <label>Agree <input type="checkbox" id="agree"></label><p id="none" style="display:none">Secret offer</p>
      <p id="huge"></p><ol>${'<li class="many">x</li>'.repeat(130)}</ol><p class="half">one</p><p class="half" hidden>two</p>
      <script>huge.textContent = 'x'.repeat(17000); setTimeout(() => { document.body.dataset.ready = 'yes' }, 600)</script>`,
    '/next': '<h1>Next page</h1>',
    '/names': `<button>Save</button><button>Cancel</button><a href="#">Help</a><input placeholder="Search"><label>E-mail <input></label>
      ${Array.from({ length: 12 }, (_, index) => `<h2>Part ${index}</h2>`).join('')}`,
    '/picture':
      '<body style="margin:0;background:#ff0000"><button style="margin:300px;width:200px;height:200px;border:0;background:#0000ff">Big</button></body>',
    '/prompt': `<button onclick="document.title = confirm('Sure?')">Ask</button>`,
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const call = (step: unknown, patienceMs?: number) =>
  rig.call(sessionId, step, patienceMs === undefined ? {} : { patienceMs });
const open = (path: string) => call({ navigate: `${pages.origin}${path}` });

describe('assertions', () => {
  it.each<[object, RegExp | null]>([
    [{ css: '#town', equals: 'Graz' }, null],
    [{ css: '#town', equals: 'Gra' }, /should equal 'Gra' but is 'Graz'/],
    [{ css: '#town', contains: 'Gra' }, null],
    [{ css: '#town', contains: 'x' }, /should contain 'x' but is 'Graz'/],
    [{ label: 'Extent', equals: 'M' }, null],
    [{ label: 'Sizes', equals: 'S, L' }, null],
    [{ label: 'Agree', equals: 'false' }, null],
    [{ css: 'li', equals: 'Ada Lovelace' }, null],
    [{ css: 'li', nth: 1, equals: 'Ada Lovelace' }, /but is 'Bob'/],
    [{ css: 'li', contains: 'Bob', equals: 'Ada Lovelace' }, /should equal/],
    [{ css: '.half', equals: 'two' }, /but is 'one'/],
    [{ css: '#none' }, /element matching #none is not visible/],
    [{ css: '#none', is: 'hidden' }, null],
    [{ css: '#town', is: 'hidden' }, /is still visible/],
    [{ css: '#gone', is: 'hidden' }, null],
    [{ url: '/read' }, null],
    [{ url: '/other' }, /The address has no '\/other'/],
    [{ url: '/other', css: '#town' }, /The address has no/],
    [{ value: 'a  b', equals: 'a b' }, null],
    [{ value: 'a', contains: 'b' }, /The value should contain 'b' but is 'a'/],
  ])('[AGT-2] %j', async (assert, problem) => {
    if (!(await page()).url().endsWith('/read')) await open('/read');
    const checked = call({ assert }, 1);
    await (problem ? expect(checked).rejects.toThrow(problem) : checked);
  });

  it('[AGT-2] wait for what comes', async () => {
    await open('/read');
    await call({ assert: { css: '[data-ready]' } });
  });

  it.each([
    [
      { role: 'button', name: 'Send' },
      "No button 'Send' on the page. Buttons on the page: 'Save', 'Cancel'.",
    ],
    [{ role: 'checkbox', name: 'Terms' }, 'There is no named checkbox at all.'],
    [{ label: 'Phone' }, "Fields on the page: 'Search', 'E-mail'."],
    [{ placeholder: 'Find' }, "Placeholders on the page: 'Search'."],
    [{ text: 'Send' }, "Buttons and links on the page: 'Save', 'Cancel', 'Help'."],
    [{ role: 'heading', name: 'End' }, "'Part 9' and 2 more."],
  ])('[AGT-1] say what is there instead of %j', async (target, hint) => {
    if (!(await page()).url().endsWith('/names')) await open('/names');
    await expect(call({ hover: target }, 1)).rejects.toThrow(hint);
  });
});

describe('reading', () => {
  it('[AGT-2] extracts attributes and lists, and says which attributes there are', async () => {
    await open('/read');
    const href = await call({ extract: { css: '#link', as: 'href', attribute: 'href' } });
    expect(href.result).toEqual({ href: '/next?x=1' });
    const missing = call({ extract: { css: '#link', as: 'x', attribute: 'title' } });
    await expect(missing).rejects.toThrow(/has no attribute 'title'. It has href, id/);
    const all = await call({ extract: { css: '.many', as: 'all', all: true } });
    expect(all.result?.all).toHaveLength(100);
    await expect(call({ extract: { css: '#huge', as: 'x' } })).rejects.toMatchObject({ code: 'too-long' });
  });

  it('[AGT-1] takes a picture of the page alone, without what is drawn for viewers', async () => {
    await open('/picture');
    await call({ hover: { role: 'button', name: 'Big' } });
    const { image, result } = await call({ screenshot: {} });
    const shot = result?.['screenshot-0'] as { width: number; height: number };
    expect(shot).toMatchObject({ width: 1280, height: expect.any(Number) });
    const png = Buffer.from(image?.base64 ?? '', 'base64');
    const seen = await Promise.all(
      [
        [10, 10],
        [330, 330],
        [405, 416],
        [298, 400],
      ].map(([x = 0, y = 0]) => pixelAt(rig.chromium, png, x, y)),
    );
    expect(seen).toEqual([
      [255, 0, 0],
      [0, 0, 255],
      [0, 0, 255],
      [255, 0, 0],
    ]);
  });

  it('[AGT-1] goes back, and says so where there is nothing to go back to', async () => {
    await open('/read');
    await call({ click: { css: '#link' } });
    await call({ back: {} });
    expect((await page()).url()).toBe(`${pages.origin}/read`);
    await call({ click: { css: '#beside' } });
    await expect(call({ back: {} })).rejects.toMatchObject({ code: 'no-history' });
    await call({ tab: { close: 1 } });
  });

  it('[AGT-1] lists tabs while one of them asks, opens no other address, and keeps the last window', async () => {
    await open('/prompt');
    await call({ tab: { new: `${pages.origin}/next` } });
    await call({ tab: { switch: 0 } });
    await expect(call({ click: { text: 'Ask' } })).rejects.toMatchObject({ code: 'dialog-open' });
    const { result } = await call({ tab: { switch: 1 } });
    expect(result?.tabs).toMatchObject([
      { index: 0, title: '', current: false },
      { index: 1, title: '/next', current: true },
    ]);
    await expect(call({ tab: { switch: 7 } })).rejects.toThrow(/^There is no tab 7. Tabs: 0: no title/);
    await call({ tab: { close: 0 } });
    await call({ tab: { close: 0 } });
    expect((await call({ tab: { list: true } })).result?.tabs).toMatchObject([{ url: 'about:blank' }]);
  });
});

async function page() {
  return (await (await rig.runner.browsers.get(sessionId)).currentTab()).page;
}
