import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

const out = '<output id="out"></output>';
const add = (text: string) => `out.textContent+='${text} '`;

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/task': `<style>#sub{position:absolute;left:120px}</style><p>Choose Export from File, then reply to it.</p>
      <div id="file" style="width:90px">File<div id="sub" hidden><div onclick="${add('exported')}">Export</div></div></div>
      <span title="Reply" onclick="${add('replied')}">↩</span>${out}<script>let timer;file.onmouseenter=()=>{timer=setTimeout(()=>{sub.hidden=false},300)};file.onmouseleave=()=>{clearTimeout(timer);sub.hidden=true}</script>`,
    '/tab': `<style>li{display:inline-block;padding:1px;border:1px solid}a{display:inline-block;padding:4px 12px}</style><ul role="tablist">${['One', 'Two'].map((name) => `<li role="tab" aria-label="${name}"><a onclick="${add(name)};return false" href="#" role="presentation">${name}</a></li>`).join('')}</ul>${out}`,
    '/drawing': `<svg width="100" height="60"><g onclick="${add('more')}"><circle cx="30" cy="30" r="20"></circle><text x="26" y="34" fill="#fff" style="pointer-events:none">+</text></g></svg>${out}`,
    '/list': `<select size="4" multiple onchange="out.textContent=[...this.selectedOptions].map(o=>o.label).join()">${['Ash', 'Elm', 'Fir', 'Oak', 'Yew'].map((name) => `<option>${name}</option>`).join('')}</select>${out}`,
    '/captions': `<form onsubmit="event.preventDefault();out.textContent=[...new FormData(this).values()].join()"><label>Password</label> <input type="password" name="a"><br><label>Repeat password</label> <input type="password" name="b"><br>
      Signed: <input name="c"> <textarea name="d">more</textarea> at: <input name="e"><br><input type="checkbox" name="f" value="1">News<br><input type="checkbox" name="g" value="2">Terms<br><button title="Send it">→</button></form>${out}`,
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

async function play(path: string, done: string, ...steps: unknown[]): Promise<string | undefined> {
  const all = [{ navigate: `${pages.origin}${path}` }, ...steps, { assert: { css: '#out', equals: done } }];
  const task = await rig.until(sessionId, await rig.begin(sessionId, all));
  return task.error?.message;
}

describe('pages that are not marked up well', () => {
  it('[AGT-2] takes the thing itself, though it opens late or is an icon, not a sentence that has its name', async () => {
    expect(
      await play(
        '/task',
        'exported replied',
        { hover: { text: 'File', exact: true } },
        { click: { text: 'Export' } },
        { click: { text: 'Reply' } },
      ),
    ).toBeUndefined();
  });

  it('[AGT-2] clicks a tab on the link that fills it, and a sign on the shape below it', async () => {
    expect(await play('/tab', 'Two', { click: { role: 'tab', name: 'Two' } })).toBeUndefined();
    expect(await play('/drawing', 'more', { click: { text: '+' } })).toBeUndefined();
  });

  it('[AGT-2] clicks options of an open list as a hand does, with keys held', async () => {
    expect(
      await play(
        '/list',
        'Elm,Yew',
        { click: { text: 'Elm' } },
        { click: { role: 'option', name: 'Yew', modifiers: ['Control'] } },
      ),
    ).toBeUndefined();
  });

  it('[AGT-2] finds fields by captions that are not tied to them, and buttons by their tooltip', async () => {
    expect(
      await play(
        '/captions',
        'x,y,Ada,more,noon,1',
        { fill: { label: 'Password', value: 'x' } },
        { fill: { label: 'Repeat password', value: 'y' } },
        { fill: { label: 'Signed', value: 'Ada' } },
        { fill: { label: 'at:', value: 'noon' } },
        { click: { label: 'News' } },
        { click: { role: 'button', name: 'Send it' } },
      ),
    ).toBeUndefined();
  });
});
