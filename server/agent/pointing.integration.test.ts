import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

const out = '<output id="out" style="position:fixed;right:0;top:0"></output>';
const say = (text: string) => `document.getElementById('out').textContent = '${text}'`;
const where = `document.getElementById('out').textContent = Math.round(event.offsetX) + ',' + Math.round(event.offsetY)`;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/far': `${out}<div style="height:3000px"></div><button id="far" onclick="${say('far')}">Far below</button>
      <div style="height:60px;width:200px;overflow:auto"><div style="height:900px"></div><button onclick="${say('in the box')}">In the box</button></div>`,
    '/parts': `${out}<div id="plate" style="width:200px;height:100px;background:#ccc" onclick="${where}"></div>
      <div style="width:200px;height:60px;position:relative" id="row" onclick="${say('row')}">Row of things
        <button style="position:absolute;left:50px;top:0;width:100px;height:60px" onclick="event.stopPropagation(); ${say('inner')}">Edit</button></div>
      <p style="width:40px" id="wrapped">a <a href="#" onclick="${say('link')}">wrapped link over lines</a> b</p>
      <label><input type="checkbox" style="position:absolute;opacity:0;width:0;height:0" onchange="${say('ticked')}"> <b>I agree</b></label>
      <div style="height:900px"></div><input type="radio" id="r" style="display:none" onchange="${say('chosen')}"><label for="r">Drawn below</label>
      <div onclick="${say('through')}"><span id="through" style="pointer-events:none">Icon</span></div>
      <div style="position:relative;width:90px;height:30px"><button id="under">Under</button><div id="veil" style="position:absolute;inset:-9px;background:#eee">Loading</div></div>`,
    '/box': `${out}<div style="height:60px;width:200px;overflow:auto"><div style="height:300px"></div><button onclick="${say('boxed')}">Boxed</button></div>
      <div style="height:300px;background:#eee">Cover</div>`,
    '/terms': `${out}<input type="checkbox" id="t" style="display:none" onchange="${say('ticked')}">
      <label for="t" style="display:block;width:400px">I accept the <a href="#" style="display:inline-block;width:150px" onclick="${say('terms')}">terms</a> of use</label>`,
    '/shadow': `${out}<x-box></x-box><script>customElements.define('x-box', class extends HTMLElement { connectedCallback() {
      this.attachShadow({ mode: 'open' }).innerHTML = '<button><i style="display:inline-block;width:30px;height:30px"></i></button>';
      this.shadowRoot.firstChild.onclick = () => { ${say('deep')} } } })</script>`,
    '/shift': `${out}<button id="top" onmouseenter="document.getElementById('gap').style.height = '80px'" style="display:block;height:40px">Top</button><div id="gap"></div>
      <button id="next" style="display:block;height:40px;margin-top:20px" onmouseenter="document.getElementById('gap').style.height = '0'" onclick="${say('next')}">Next</button>`,
    '/stopping': `${out}<button id="b" style="position:absolute;left:0;top:50px" onclick="${say('rested')}">Slide</button><script>
      let x = 0; const timer = setInterval(() => { b.style.left = (x += 20) + 'px'; if (x >= 500) clearInterval(timer) }, 16)</script>`,
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const call = (step: unknown) => rig.call(sessionId, step);
const open = (path: string) => call({ navigate: `${pages.origin}${path}` });
const outIs = (equals: string) => call({ assert: { css: '#out', equals } });

describe('where the agent points', () => {
  it.each([
    ['/far', { text: 'Far below' }, 'far'],
    ['/far', { text: 'In the box' }, 'in the box'],
    ['/parts', { css: '#row' }, 'row'],
    ['/parts', { text: 'wrapped link' }, 'link'],
    ['/parts', { label: 'I agree' }, 'ticked'],
    ['/parts', { role: 'checkbox', name: 'I agree' }, 'ticked'],
    ['/parts', { label: 'Drawn below' }, 'chosen'],
    ['/parts', { css: '#through' }, 'through'],
    ['/box', { text: 'Boxed' }, 'boxed'],
    ['/terms', { label: 'I accept' }, 'ticked'],
    ['/shadow', { css: 'i' }, 'deep'],
    ['/shift', { text: 'Next' }, 'next'],
    ['/stopping', { text: 'Slide' }, 'rested'],
  ])('[AGT-1] clicks what a person would on %s: %j', async (path, click, said) => {
    await open(path);
    if (path === '/shift') await call({ hover: { text: 'Top' } });
    await call({ click });
    await outIs(said);
  });

  it.each([
    [{ x: 30, y: 40 }, '30,40'],
    [{ x: -30, y: -40 }, '170,60'],
    [{ x: 0, y: -1 }, '0,99'],
  ])('[AGT-1] clicks at %j of the element, from the side that it counts from', async (at, said) => {
    await open('/parts');
    await call({ click: { css: '#plate', at } });
    await outIs(said);
  });

  it('[AGT-1] clicks at a point to the pixel', async () => {
    await open('/parts');
    const { page } = await (await rig.runner.browsers.get(sessionId)).currentTab();
    const box = await page.locator('#plate').boundingBox();
    await call({ click: { point: { x: (box?.x ?? 0) + 7, y: (box?.y ?? 0) + 9 } } });
    await outIs('7,9');
  });

  it('[AGT-1] brings a place into view first, and knows one that is outside', async () => {
    await open('/far');
    await call({ click: { css: '#far', at: { x: 5, y: 5 } } });
    await outIs('far');
    for (const at of [
      { x: 900, y: 5 },
      { x: 5, y: -900 },
    ]) {
      await expect(call({ click: { css: '#far', at } })).rejects.toMatchObject({ code: 'outside' });
    }
  });

  it('[AGT-1] waits for what covers the element to go, and says what it is when it stays', async () => {
    await open('/parts');
    await expect(call({ click: { css: '#under' } })).rejects.toThrow(/is covered by <div id="veil">/);
    const { page } = await (await rig.runner.browsers.get(sessionId)).currentTab();
    await page.evaluate(() => {
      const veil = document.getElementById('veil');
      setTimeout(() => veil?.remove(), 800);
    });
    await call({ click: { css: '#under' } });
  });
});
