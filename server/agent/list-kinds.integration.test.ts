import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

const out = '<output id="out"></output>';
const radios = ['Small', 'Large']
  .map((size) => `<label><input type="radio" name="size">${size}</label>`)
  .join('');

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    // For screen readers two options in a box of no size; for the eye the rows of a long list that are in view.
    '/virtual': `${radios}<label for="year">Year</label><input id="year" readonly role="combobox" aria-expanded="false" aria-controls="short" onclick="pop.hidden=false;this.ariaExpanded='true';draw()">
      <div id="pop" hidden style="position:absolute"><div id="short" role="listbox" style="width:0;height:0;overflow:hidden"><div role="option">1900</div><div role="option">1901</div></div>
        <div id="rows" style="height:120px;width:90px;overflow:auto" onscroll="draw()"><div style="height:1200px;position:relative"></div></div></div>${out}
      <script>let timer; const draw = () => { const all = rows.firstChild, from = Math.floor(rows.scrollTop / 30);
        all.style.pointerEvents = 'none'; clearTimeout(timer); timer = setTimeout(() => { all.style.pointerEvents = '' }, 150);
        all.innerHTML = Array.from({ length: 5 }, (_, n) => from + n).map((n) => '<div class="row-item" style="cursor:pointer;position:absolute;top:' + n * 30 + 'px">' + (1900 + n) + '</div>').join('') };
        rows.onclick = ({ target }) => { out.textContent = target.textContent; pop.hidden = true; year.ariaExpanded = 'false' }</script>`,
    '/search': `<button aria-haspopup="listbox" aria-label="Land" onclick="pop.hidden=false;q.focus()">none</button>
      <div id="pop" hidden><input id="q" placeholder="Search" oninput="setTimeout(()=>{found.innerHTML='<li role=option>'+this.value+'ia</li>'},200)"><ul id="found" role="listbox" onclick="out.textContent=event.target.textContent"></ul></div>${out}`,
    '/modal': `<div id="page"><label id="l">People</label><div role="combobox" tabindex="0" aria-labelledby="l" aria-expanded="false" onclick="veil.hidden=false;this.ariaExpanded='true';page.ariaHidden='true'">none</div>
      <button onclick="out.textContent+='saved'">Save</button>${out}</div>
      <div id="veil" hidden style="position:fixed;inset:0"><ul role="listbox" style="position:absolute;top:90px" onclick="document.getElementById('out').textContent+=event.target.textContent+' '"><li role="option">Ada</li><li role="option">Bob</li></ul></div>
      <script>onkeydown=({key})=>{if(key==='Escape'){veil.hidden=true;page.ariaHidden=null;document.querySelector('[role=combobox]').ariaExpanded='false'}}</script>`,
    '/keys': `<label for="fruit">Fruit</label><input id="fruit" role="combobox" aria-readonly="true" aria-expanded="false" style="position:relative;left:-500px" onkeydown="if(event.key==='ArrowDown'){menu.hidden=false;this.ariaExpanded='true'}">
      <ul id="menu" role="listbox" hidden onclick="out.textContent=event.target.textContent"><li role="option">Plum</li><li role="option" aria-disabled="true">Fig</li></ul>${out}`,
    '/native': `<label>Toppings <select multiple size="4" onchange="out.textContent=[...this.selectedOptions].map(o=>o.value).join()"><option>Ham</option><option>Olives</option><option>Basil</option></select></label>
      <label>Browser <input list="known" onchange="out.textContent=this.value" oninput="out.textContent=this.value"></label><datalist id="known"><option value="Firefox"><option value="Chrome"></datalist>${out}`,
    '/drawn': `<select style="position:absolute;width:1px;height:1px;overflow:hidden"><option>Texas</option></select><span tabindex="0" onclick="out.textContent='opened'">Texas</span>
      <div style="width:0;height:0;overflow:hidden"><div role="option">Utah</div></div><div style="cursor:pointer" onclick="out.textContent='Utah'">Utah</div><p>Ohio</p>${out}`,
    '/tags': `<label for="tag">Tags</label><input id="tag" role="combobox" aria-expanded="true" aria-controls="pop" oninput="pop.innerHTML='<div>Add <b>'+this.value+'</b>…</div>'"><div id="pop" onclick="out.textContent=this.innerText">type</div>${out}`,
  });
  rig = await startAgentRig();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const at = (path: string) => ({ navigate: `${pages.origin}${path}` });
const outIs = (equals: string) => ({ assert: { css: '#out', equals } });
const select = (label: string, option: string) => ({ select: { label, option } });

/** Plays the steps and gives the error, or `ok`. */
async function outcome(...steps: unknown[]): Promise<string> {
  const task = await rig.play(steps);
  return task.status === 'succeeded' ? 'ok' : `${task.error?.code}: ${task.error?.message}`;
}

describe('lists', () => {
  it('[AGT-2] chooses what is seen, not what is only for screen readers, and rolls a long list to it', async () => {
    const steps = [select('Year', '1901'), outIs('1901'), select('Year', '1933'), outIs('1933')];
    expect(await outcome(at('/virtual'), ...steps, select('Year', '1902'), outIs('1902'))).toBe('ok');
    const missing = await outcome(at('/virtual'), select('Year', 'Large'));
    expect(missing).toMatch(/^no-such-option: There is no option 'Large' in .*Options: '19\d\d', /);
    expect(missing).not.toContain("'Small'");
  });

  it('[AGT-2] types into the search box that a list opens with', async () => {
    expect(await outcome(at('/search'), select('Land', 'Austr'), outIs('Austria'))).toBe('ok');
  });

  it('[AGT-2] leaves a list that stays and keeps one from the rest of the page', async () => {
    const save = { click: { role: 'button', name: 'Save' } };
    const steps = [select('People', 'Ada'), select('People', 'Bob'), save, outIs('Ada Bob saved')];
    expect(await outcome(at('/modal'), ...steps)).toBe('ok');
  });

  it('[AGT-2] opens by a key what no click can reach, and says what is disabled', async () => {
    expect(await outcome(at('/keys'), select('Fruit', 'Plum'), outIs('Plum'))).toBe('ok');
    expect(await outcome(at('/keys'), select('Fruit', 'Fig'))).toMatch(
      /^no-such-option: The option 'Fig' in field labelled 'Fruit' is disabled\. Options: 'Plum'/,
    );
  });

  it('[AGT-2] adds to a native list of several, clicks in it as a hand does, and takes suggestions', async () => {
    const click = (text: string, more = {}) => ({ click: { text, ...more } });
    expect(
      await outcome(
        at('/native'),
        ...[select('Toppings', 'Ham'), select('Toppings', 'Basil'), outIs('Ham,Basil')],
        ...[click('Olives'), outIs('Olives'), click('Ham', { modifiers: ['Control'] }), outIs('Ham,Olives')],
        ...[select('Browser', 'chrome'), outIs('Chrome')],
      ),
    ).toBe('ok');
  });

  it('[AGT-1] clicks what is drawn in place of a hidden list, and words that only look like an option', async () => {
    const drawn = [{ click: { text: 'Texas' } }, outIs('opened')];
    const worded = [{ click: { role: 'option', name: 'Utah' } }, outIs('Utah')];
    expect(await outcome(at('/drawn'), ...drawn, ...worded)).toBe('ok');
    expect(await outcome(at('/drawn'), { click: { role: 'button', name: 'Ohio' } })).toMatch(/^not-found: /);
  });

  it('[AGT-2] takes a list’s offer to add what was typed', async () => {
    expect(await outcome(at('/tags'), select('Tags', 'brand new'), outIs('Add brand new…'))).toBe('ok');
  });
});
