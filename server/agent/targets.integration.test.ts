import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

const say = (text: string) => `document.getElementById('out').textContent = '${text}'`;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/many': `<p>Save</p><button onclick="${say('button')}">Save</button>
      <button disabled>Frozen</button><button style="display:none">Ghost</button><p id="note" hidden>Kept back</p>
      <button aria-label="Name">?</button><input aria-label="Name" id="name">
      <fieldset disabled><button>Sealed</button></fieldset><div aria-disabled="true"><button>Greyed</button></div>
      <div style="display:contents" id="bare"><button onclick="${say('bare')}">Through</button></div>
      <input type="hidden" id="token" value="t1"><output id="out"></output>`,
    '/frame': `<p>Above</p><iframe src="/inner" style="border:9px solid;padding:7px"></iframe><output id="out"></output>
      <script>onmessage = ({ data }) => { out.textContent = data }</script>`,
    '/inner': `<div style="height:600px"></div><a style="display:contents" href="#" onclick="parent.postMessage('card', '*')"><div>Card</div></a>`,
    '/soon': `<button title="Send" onclick="${say('icon')}">✉</button><button>Go</button><button id="go" onclick="${say('go')}">Now</button>
      <script>setTimeout(() => { go.previousElementSibling.remove(); const b = document.createElement('button');
      b.textContent = 'Send'; b.onclick = () => { ${say('proper')} }; document.body.append(b) }, 450)</script><output id="out"></output>`,
    '/alone': `<button>Two</button><button onclick="${say('left')}">One</button><output id="out"></output>
      <script>setTimeout(() => document.querySelector('button').remove(), 700)</script>`,
    '/odd': `<input placeholder="Town or place"><input placeholder="Town" id="town"><a href="#" onclick="${say('home')}"><img alt="Home" width="20" height="20"></a>
      <ul><li onclick="${say('menu')}">Menu<ul><li onclick="event.stopPropagation()">Item</li></ul></li></ul>
      <div><span>Loud</span> <div role="checkbox" style="width:20px;height:20px" onclick="${say('loud')}"></div></div>
      <button style="visibility:hidden">Twin</button><button onclick="${say('twin')}">Twin</button><p>Del one</p><p>Del two</p><output id="out"></output>`,
    '/restless': `<script>setInterval(() => { document.querySelector('iframe')?.remove(); document.body.append(document.createElement('iframe')) }, 15);
      setTimeout(() => { const b = document.body.appendChild(document.createElement('button')); b.textContent = 'Late'; b.onclick = () => b.remove() }, 900)</script>`,
    '/stuck': `<button onclick="this.remove()">Here</button><iframe></iframe><script>
      document.querySelector('iframe').src = location.href.replace('127.0.0.1', 'localhost').replace('stuck', 'loop')</script>`,
    '/loop': `<script>fetch('/looping'); setTimeout(() => { const end = Date.now() + 9000; while (Date.now() < end); }, 100)</script>`,
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
const outIs = (equals: string) => call({ assert: { css: '#out', equals } });

describe('what a target names', () => {
  it('[AGT-2] prefers what can be clicked to a click, and what can be filled to a value', async () => {
    await open('/many');
    await call({ click: { text: 'Save' } });
    await outIs('button');
    await call({ fill: { label: 'Name', value: 'Ada' } });
    await call({ assert: { css: '#name', equals: 'Ada' } });
  });

  it('[AGT-2] finds where a thing without a box of its own is seen, in a frame too', async () => {
    await open('/many');
    await call({ click: { css: '#bare' } });
    await outIs('bare');
    await open('/frame');
    await call({ click: { role: 'link', name: 'Card' } });
    await outIs('card');
  });

  it('[AGT-2] reads what is hidden, and clicks it not', async () => {
    await open('/many');
    const { result } = await call({ extract: { css: '#note', as: 'note' } });
    expect(result?.note).toBe('Kept back');
    await call({ assert: { css: '#token', equals: 't1' } });
    await expect(call({ assert: { css: '#token', is: 'visible' } }, 300)).rejects.toThrow(/is not visible/);
  });

  it.each([
    [{ text: 'Ghost' }, 'not-visible'],
    [{ role: 'button', name: 'Frozen' }, 'disabled'],
    [{ css: 'button', nth: 1 }, 'disabled'],
    [{ role: 'button', name: 'Sealed' }, 'disabled'],
    [{ role: 'button', name: 'Greyed' }, 'disabled'],
    [{ css: 'button', nth: 9 }, 'not-found'],
  ])('[AGT-1] does not click %j: %s', async (click, code) => {
    await open('/many');
    await expect(call({ click }, 300)).rejects.toMatchObject({ code });
  });

  it('[AGT-1] takes no first one where a role alone names many', async () => {
    await open('/many');
    await expect(call({ click: { role: 'button' } })).rejects.toThrow(/add "name" or "nth"/);
  });

  it.each([
    ['/soon', { text: 'Send' }, 'proper'],
    ['/alone', { role: 'button' }, 'left'],
    ['/odd', { text: 'Home' }, 'home'],
    ['/odd', { text: 'Menu', exact: true }, 'menu'],
    ['/odd', { label: 'Loud' }, 'loud'],
    ['/odd', { text: 'Twin' }, 'twin'],
  ])('[AGT-2] is what a person would take on %s for %j', async (path, click, said) => {
    await open(path);
    await call({ click });
    await outIs(said);
  });

  it('[AGT-1] is not one of two alike, and by css nothing but css', async () => {
    await open('/odd');
    await call({ fill: { placeholder: 'Town', value: 'Graz' } });
    await call({ assert: { css: '#town', equals: 'Graz' } });
    await expect(call({ click: { text: 'Del' } })).rejects.toMatchObject({ code: 'ambiguous' });
    for (const css of ['text=Menu', 'xpath=//p', '//p']) {
      await expect(call({ click: { css } }, 300)).rejects.toMatchObject({ code: 'bad-selector' });
    }
  });

  it('[AGT-2] is found though a frame comes and goes, or does not answer', async () => {
    await open('/restless');
    await call({ click: { text: 'Late' } });
    await call({ assert: { text: 'Late', is: 'hidden' } });
    await open('/stuck');
    await expect.poll(() => pages.hits.at(-1)).toBe('GET /looping');
    await call({ waitFor: { text: 'Here' } });
    await call({ click: { text: 'Here' } });
    await call({ assert: { text: 'Here', is: 'hidden' } });
  });
});
