import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

const out = '<output id="out"></output>';
/** A part of a date: takes digits one by one, as wide as its range, and letters for the half of the day. */
const part = (name: string, max: number, extra = '') =>
  `<span role="spinbutton" tabindex="0" aria-label="${name}" aria-valuemin="0" aria-valuemax="${max}" ${extra}></span>`;
const parts = (...inner: string[]) =>
  `<label for="kept" id="cap">Due</label><div role="group" aria-labelledby="cap" style="position:relative">${inner.join('/')}
    <input id="kept" aria-hidden="true" tabindex="-1" style="position:absolute;left:0;opacity:0;pointer-events:none"></div>${out}
  <script>for (const one of document.querySelectorAll('[role=spinbutton]')) { let typed = '';
    one.textContent = '--'; one.onfocus = () => { typed = '' };
    one.onkeydown = ({ key }) => { if (key.length > 1) return; typed += key;
      one.textContent = typed; if (/^\\d+$/.test(typed)) one.setAttribute('aria-valuenow', Number(typed));
      out.textContent = [...document.querySelectorAll('[role=spinbutton]')].map(({ textContent }) => textContent).join() } }
    document.querySelector('[role=group]').onclick = () => document.querySelector('[role=spinbutton]').focus()</script>`;

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/date': parts(part('Day', 31), part('Month', 12), part('Year', 9999)),
    '/moment': parts(
      part('Month', 12),
      part('Day', 28),
      part('Hour', 12),
      part('Minute', 59),
      part('AM/PM', 1),
    ),
    '/fixed': parts(part('Day', 31), part('Month', 12), part('Year', 9999)).replace(
      'typed += key',
      "typed = '7'",
    ),
    '/code': `<fieldset><legend>Code</legend>${[1, 2, 3, 4].map((at) => `<input maxlength="1" aria-label="Digit ${at}" size="1">`).join('')}</fieldset>
      <input aria-label="Zip" maxlength="4">${out}<script>oninput=()=>{out.textContent=[...document.querySelectorAll('input')].map(i=>i.value).join('|')}</script>`,
    '/card': [1, 2, 3, 4].map((at) => `<input maxlength="4" aria-label="Part ${at}">`).join(''),
    '/checks': `<button role="switch" aria-checked="false" aria-label="Wifi" onclick="this.ariaChecked=this.ariaChecked!=='true';out.textContent+='w'">o</button>
      <button role="checkbox" aria-checked="true" id="news" onclick="this.ariaChecked=this.ariaChecked!=='true';out.textContent+='n'">o</button><label for="news">News</label>
      <label style="display:inline-block;padding:9px"><input type="radio" style="width:0;height:0;opacity:0;position:absolute" onchange="out.textContent+='L'">Large</label>
      <div role="radiogroup" aria-label="Plan">${['Free', 'Pro'].map((plan) => `<button role="radio" aria-checked="false" id="${plan}" onclick="out.textContent+='${plan}'">o</button><label for="${plan}">${plan}</label>`).join('')}</div>${out}`,
    '/mask': `<label>Phone <input id="tel" value="+1 ("></label>${out}<script>
      const digits = (text) => text.replace(/\\D/g, '');
      tel.oninput = ({ data }) => { const all = digits(tel.value);
        tel.value = '+1 (' + ((data ?? '').length > 1 ? all : all.replace(/^1/, '')).slice(0, 7);
        out.textContent = tel.value }</script>`,
    '/editor': `<h2>Story</h2><select style="display:none"></select><div contenteditable="true" data-placeholder="Once upon a time" oninput="out.textContent=this.innerText"></div>${out}`,
    '/named': `<input type="text" role="combobox" autocomplete="new-password" aria-label="Town"><p>Downing Street</p>`,
    '/grid': `<div role="grid"><div role="row"><div role="columnheader">Name</div><input type="checkbox" onchange="out.textContent='checked'">
      <div role="gridcell" style="height:20px" ondblclick="this.innerHTML='<input value=Ada oninput=out.textContent=this.value>'">Ada</div></div></div>${out}`,
    '/component': `<x-check>Subscribe me</x-check>${out}<script>customElements.define('x-check',class extends HTMLElement{connectedCallback(){
      this.style.display='block';this.attachShadow({mode:'open'}).innerHTML='<label style="display:inline-block"><input type=checkbox><slot></slot></label>';
      this.shadowRoot.querySelector('input').onchange=(e)=>{document.getElementById('out').textContent=e.target.checked}}})</script>`,
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

describe('fields', () => {
  it('[AGT-2] fills a date that is drawn as parts, in ISO or in the order of the page', async () => {
    const fill = (value: string) => ({ fill: { label: 'Due', value } });
    expect(
      await outcome(
        at('/date'),
        ...[fill('2027-03-05'), outIs('05,03,2027'), fill('24.12.2028'), outIs('24,12,2028')],
        ...[at('/moment'), fill('03/05 14:30'), outIs('03,05,02,30,PM')],
        ...[{ fill: { role: 'group', name: 'Due', value: '3/5, 9:15 AM' } }, outIs('03,05,09,15,AM')],
        ...[at('/date'), { click: { label: 'Due' } }, { type: '12' }, outIs('12,--,--')],
      ),
    ).toBe('ok');
    expect(await outcome(at('/date'), fill('tomorrow'))).toMatch(
      /^cannot-fill: The field labelled 'Due' has the parts Day, Month, Year; write a date as 2027-01-31/,
    );
    expect(await outcome(at('/fixed'), fill('2027-03-05'))).toMatch(
      /^cannot-fill: .* does not take '2027-03-05': its part Day shows 7/,
    );
  });

  it('[AGT-2] splits a code over its boxes, from the group or from the first', async () => {
    const first = { fill: { label: 'Digit 1', value: '1234' } };
    const group = { fill: { label: 'Code', value: '567' } };
    const whole = { fill: { label: 'Zip', value: '9876' } };
    const one = { fill: { label: 'Digit 4', value: '0' } };
    const steps = [first, outIs('1|2|3|4|'), group, outIs('5|6|7|4|'), whole, one, outIs('5|6|7|0|9876')];
    expect(await outcome(at('/code'), ...steps)).toBe('ok');
  });

  it('[AGT-7] never splits a secret’s placeholder over boxes', async () => {
    const sessionId = await rig.newSession();
    await rig.secrets.create(sessionId, { name: 'card', origin: pages.origin, value: '4242' });
    await rig.call(sessionId, at('/card'));
    await rig.call(sessionId, { fill: { label: 'Part 1', value: '{{secret:card}}' } });
    const { page } = await (await rig.runner.browsers.get(sessionId)).currentTab();
    const values = page
      .locator('input')
      .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));
    expect(await values).toEqual(['4242', '', '', '']);
  });

  it('[AGT-2] fills switches, check boxes and choices of any make, and refuses what is neither yes nor no', async () => {
    const fill = (label: string, value: string) => ({ fill: { label, value } });
    expect(
      await outcome(
        at('/checks'),
        ...[fill('Wifi', 'true'), fill('Wifi', 'on'), fill('News', 'no'), fill('Large', 'yes')],
        ...[{ select: { role: 'radiogroup', name: 'Plan', option: 'Pro' } }, outIs('wnLPro')],
      ),
    ).toBe('ok');
    expect(await outcome(at('/checks'), fill('News', 'Ada'))).toMatch(
      /^cannot-fill: The field labelled 'News' is a checkbox; write its value as true or false\./,
    );
  });

  it('[AGT-2] types key by key where a mask takes a whole text wrongly', async () => {
    const fill = { fill: { label: 'Phone', value: '+1 (555) 0123' } };
    expect(await outcome(at('/mask'), fill, outIs('+1 (5550123'))).toBe('ok');
  });

  it('[AGT-2] finds an editor by the words in it or above it', async () => {
    const byPlaceholder = { fill: { placeholder: 'Once upon a time', value: 'There was' } };
    const byCaption = { fill: { label: 'Story', value: 'The end' } };
    const steps = [byPlaceholder, outIs('There was'), byCaption, outIs('The end')];
    expect(await outcome(at('/editor'), ...steps)).toBe('ok');
  });

  it('[AGT-7] a list that only keeps suggestions away holds no password', async () => {
    const task = await rig.play([
      at('/named'),
      { fill: { label: 'Town', value: 'Downing Street' } },
      { extract: { css: 'p', as: 'text' } },
    ]);
    expect(task.result).toEqual({ text: 'Downing Street' });
  });

  it('[AGT-2] never takes a field of another kind for the one that is named', async () => {
    const name = { fill: { role: 'textbox', name: 'Name', value: 'Eve' } };
    const steps = [{ click: { text: 'Ada', count: 2 } }, name, outIs('Eve')];
    expect(await outcome(at('/grid'), ...steps)).toBe('ok');
    expect(await outcome(at('/grid'), { fill: { text: 'Ada', value: 'Eve' } })).toMatch(
      /^cannot-fill: The text 'Ada' is a cell and takes no text yet; click it with "count": 2/,
    );
  });

  it('[AGT-1] clicks the words of a component, and finds its field by them', async () => {
    const steps = [{ click: { text: 'Subscribe me' } }, outIs('true')];
    const fill = { fill: { label: 'Subscribe me', value: 'false' } };
    expect(await outcome(at('/component'), ...steps, fill, outIs('false'))).toBe('ok');
  });
});
