import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

const wide = 'display:block;height:20px;width:90px';
const long = 'A heading that goes on and on. '.repeat(8);

beforeAll(async () => {
  pages = await serveTaskPages({
    '/things': `<p>Save</p><button>Save</button><button>Go</button><button>Go</button>
      <div id="a:b" style="${wide}"></div><div><i style="${wide}"></i><i style="${wide}" class="second"></i></div>
      <s data-testid="mark" style="${wide}"></s><s style="${wide}"></s>
      <input placeholder="Town"><label>Colour <input type="color"></label>
      <button aria-label="${long}" id="long">x</button><x-box></x-box>
      <script>customElements.define('x-box', class extends HTMLElement { connectedCallback() {
        this.attachShadow({ mode: 'open' }).innerHTML = '<u style="${wide}"></u><u style="${wide}" class="in"></u>' } })</script>`,
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const call = (step: unknown) => rig.call(sessionId, step);
const page = async () => (await (await rig.runner.browsers.get(sessionId)).currentTab()).page;

async function middleOf(css: string) {
  const box = await (await page()).locator(css).first().boundingBox();
  if (!box) throw new Error(`no ${css}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function refOf(text: string, nth = 0): Promise<string> {
  const snapshot = (await call({ snapshot: {} })).text ?? '';
  const lines = snapshot.split('\n').filter((line) => line.includes(text));
  return /\[ref=(\w+)\]/.exec(lines[nth] ?? '')?.[1] ?? '';
}

describe('how a step is kept', () => {
  it.each<[string, object]>([
    ['p', { text: 'Save', nth: 0 }],
    ['button', { role: 'button', name: 'Save' }],
    ['[placeholder]', { role: 'textbox', name: 'Town' }],
    ['#a\\:b', { css: '#a\\:b' }],
    ['i.second', { css: 'i:nth-of-type(2)' }],
    ['s', { css: '[data-testid=mark]' }],
    ['#long', { text: 'x' }],
    ['u.in', { css: 'x-box u:nth-of-type(2)' }],
  ])('[AGT-1] by a name that leads to just what was meant: %s', async (css, expected) => {
    await call({ navigate: `${pages.origin}/things` });
    const { step } = await call({ hover: { point: await middleOf(css) } });
    expect(step.input).toEqual(expected);
    const found = (await page()).locator(css).first();
    await found.evaluate((node) =>
      node.addEventListener('mousedown', () => node.setAttribute('data-hit', '')),
    );
    await call({ click: step.input });
    expect(await found.getAttribute('data-hit')).toBe('');
  });

  it('[AGT-1] with both ends of a drag, and a look without its reference', async () => {
    await call({ navigate: `${pages.origin}/things` });
    const [from, to] = [await refOf('button "Go"'), await refOf('button "Go"', 1)];
    const dragged = await call({ drag: { ref: from, to: { ref: to } } });
    expect(dragged.step.input).toEqual({
      ...{ role: 'button', name: 'Go' },
      to: { role: 'button', name: 'Go', nth: 1 },
    });
    const looked = await call({ snapshot: { ref: to, find: 'Go' } });
    expect(looked.step).toEqual({ verb: 'snapshot', input: { find: 'Go' } });
  });

  it('[AGT-1] by the field in a label that is to be filled', async () => {
    await call({ navigate: `${pages.origin}/things` });
    const { step } = await call({ fill: { point: await middleOf('label input'), value: '#ff8800' } });
    expect(step.input).toEqual({ role: 'textbox', name: 'Colour', value: '#ff8800' });
  });
});
