import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

const out = '<output id="out"></output>';
const say = (text: string) => `document.getElementById('out').textContent='${text}'`;
const over = 'position:absolute;inset:0';

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/control': `<div style="position:relative;width:200px;height:30px"><div>Pick a shade</div><div style="${over}"><input style="width:100%;opacity:0" aria-label="Shade" onfocus="${say('field')}"></div></div>
      <div style="position:relative;width:200px;height:30px" onclick="${say('opened')}"><input role="combobox" aria-label="Animals" readonly style="width:100%"><div style="${over}"></div></div>
      <button style="position:relative;width:200px" onclick="${say('filtered')}"><span>Filter</span><span style="${over}"></span></button>${out}`,
    '/banner': `<div style="position:fixed;bottom:0;left:0;right:0;height:70%;background:#333;color:#fff">We use cookies</div>${out}
      <div style="height:1200px"></div><button onclick="${say('sent')}">Send</button><div style="height:1200px"></div><button>Last</button>`,
    '/redrawn': `<p id="box"><a href="#" onmouseover="box.innerHTML='<a href=# onclick=out.textContent=1>Leaf</a>'">Leaf</a></p>${out}`,
    '/closed': `<details><summary>More about it</summary><button>Deep</button></details>`,
  });
  rig = await startAgentRig();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const at = (path: string) => ({ navigate: `${pages.origin}${path}` });
const outIs = (equals: string) => ({ assert: { css: '#out', equals } });

/** Plays the steps and gives the error, or `ok`. */
async function outcome(...steps: unknown[]): Promise<string> {
  const task = await rig.play(steps);
  return task.status === 'succeeded' ? 'ok' : `${task.error?.code}: ${task.error?.message}`;
}

describe('layers', () => {
  it('[AGT-1] takes the layers of one control for one: words under a field, tags over it, a ripple over a button', async () => {
    expect(
      await outcome(
        at('/control'),
        ...[{ click: { text: 'Pick a shade' } }, outIs('field')],
        ...[{ click: { label: 'Animals' } }, outIs('opened')],
        ...[{ click: { text: 'Filter' } }, outIs('filtered')],
      ),
    ).toBe('ok');
  });

  it('[AGT-1] scrolls to where a banner leaves room, and says what covers where none is left', async () => {
    expect(await outcome(at('/banner'), { click: { text: 'Send' } }, outIs('sent'))).toBe('ok');
    expect(await outcome(at('/banner'), { click: { text: 'Last' } })).toMatch(
      /^covered: The text 'Last' is covered by <div> with 'We use cookies' and cannot be clicked\. Close what covers it/,
    );
  });

  it('[AGT-1] looks again when the page puts another element in the place of what it found', async () => {
    const steps = [{ click: { text: 'Leaf' } }, outIs('1')];
    expect(await outcome(at('/redrawn'), ...steps)).toBe('ok');
  });

  it('[AGT-2] says what is closed around a thing that is not visible', async () => {
    const deep = await outcome(at('/closed'), { click: { text: 'Deep' } });
    expect(deep).toMatch(/^not-visible: .* It is in 'More about it', which is closed: open that first\./);
  });
});
