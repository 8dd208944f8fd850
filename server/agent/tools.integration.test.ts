import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

const out = '<output id="out"></output>';
const say = (text: string) => `document.getElementById('out').textContent='${text}'`;

let rig: AgentRig;
let pages: TaskPages;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/form': `<form onsubmit="event.preventDefault(); ${say('')}; out.textContent=[...new FormData(this)].map(([k,v])=>k+'='+v).join('&')">
      <label>E-mail <input name="mail" type="email"></label>
      <input name="who" placeholder="Your name">
      <label for="bio">About you</label><textarea id="bio" name="bio"></textarea>
      <label>Born <input type="date" name="born"></label>
      <label>Volume <input type="range" name="volume" min="0" max="100"></label>
      <label>Colour <input type="color" name="colour"></label>
      <label>Country <select name="country"><option value="">choose</option><option value="at">Austria</option><option value="nz">New Zealand</option></select></label>
      <label><input type="checkbox" name="terms"> I agree</label>
      <div>City</div><input name="city">
      <button>Save changes</button><button type="button">Cancel</button></form>${out}`,
    '/combobox': `<label id="l">Fruit</label><div role="combobox" tabindex="0" aria-labelledby="l" aria-expanded="false" onclick="list.hidden=false;this.ariaExpanded='true'">choose</div>
      <ul role="listbox" id="list" hidden><li role="option" onclick="${say('Apple')}">Apple</li><li role="option" onclick="${say('Pear')}">Pear</li></ul>
      <label>Town <input id="town" role="combobox" oninput="setTimeout(()=>{found.innerHTML=this.value?'<li role=option>'+this.value+' upon Sea</li>':''},150)"></label><ul role="listbox" id="found" onclick="${say('')};out.textContent=event.target.textContent"></ul>${out}`,
    '/overlap': `<style>#wrap{position:relative}button{width:200px;height:60px}#veil{position:absolute;left:0;top:0;width:150px;height:60px;background:#ccc}</style>
      <div id="wrap"><button onclick="${say('reached')}">Buy</button><div id="veil"></div></div>
      <span style="cursor:pointer" onclick="${say('span')}">Read more</span>${out}`,
    '/inner': `<button onclick="parent.postMessage('inner','*')">Inside</button>`,
    '/frame': `<div style="height:900px"></div><iframe src="/inner"></iframe>${out}<script>onmessage=(e)=>{out.textContent=e.data}</script>`,
    '/shadow': `<x-box></x-box>${out}<script>customElements.define('x-box',class extends HTMLElement{connectedCallback(){const s=this.attachShadow({mode:'open'});s.innerHTML='<button>Deep</button>';s.firstChild.onclick=()=>{document.getElementById('out').textContent='deep'}}})</script>`,
    '/tab': `<a href="/second" target="_blank" rel="opener">Open the second</a><h1>First</h1>`,
    '/second': `<h1>Second</h1><button onclick="window.close()">Close it</button>`,
    '/dialogs': `<button onclick="alert('hi');${say('alerted')}">Notice</button><button onclick="out.textContent=confirm('Sure?')">Question</button>${out}`,
    '/slow': `<div id="box"></div>${out}<script>setTimeout(()=>{box.innerHTML='<button onclick="${say('late').replaceAll("'", '&quot;')}">Late</button>'},1200)</script>`,
    '/twins': `<button>Delete item one</button><button>Delete item two</button><button disabled onclick="">Frozen</button><button style="display:none">Ghost</button>`,
    '/plain': `<table><tr><td>Street</td><td><input id="s" onkeyup="out.textContent=this.value"></td></tr></table>
      <div><input type="checkbox" id="c"> <span>News</span></div>
      <div>Town</div><div><input id="t"></div><div>Land</div><div><input id="d"></div>
      <button title="Close window" onclick="${say('closed')}">×</button>
      <div role="slider" tabindex="0" aria-label="Heat" aria-valuenow="3" aria-valuemax="6" onkeydown="const v=+this.ariaValueNow+(event.key==='ArrowRight')-(event.key==='ArrowLeft');if(v<7)this.ariaValueNow=v">heat</div>
      <label>Secret <input type="password"></label>
      <div contenteditable="true" aria-label="Note">old</div>${out}`,
    '/menu': `<style>#sub{display:none}#file:hover #sub{display:block}</style><ul><li id="file">File<ul id="sub"><li onclick="${say('exported')}">Export</li></ul></li></ul>
      <ul role="tree"><li role="treeitem" aria-expanded="false" onclick="kids.hidden=!kids.hidden">Fruit<ul id="kids" hidden><li role="treeitem" onclick="event.stopPropagation();${say('pear')}">Pear</li></ul></li></ul>
      <div role="tablist"><button role="tab" onclick="panel.textContent='Panel two'">Two</button></div><div role="tabpanel" id="panel">Panel one</div>
      <input id="day" readonly aria-label="Day" onclick="cal.hidden=false"><table id="cal" hidden role="grid"><tr>${[1, 11, 15, 21].map((day) => `<td role="gridcell" onclick="day.value=this.textContent;cal.hidden=true">${day}</td>`).join('')}</tr></table>${out}`,
    '/moving': `<style>@keyframes m{from{margin-left:0}to{margin-left:300px}}button{animation:m 1s infinite alternate linear;width:120px;height:50px}</style><button onclick="${say('caught')}">Catch</button>${out}`,
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

describe('tools', () => {
  it('[AGT-2] fills a form by label, placeholder and caption, with variables, and extracts', async () => {
    const task = await rig.play(
      [
        at('/form'),
        { fill: { label: 'E-mail', value: '{{mail}}' } },
        { fill: { placeholder: 'Your name', value: 'Ada' } },
        { fill: { label: 'About you', value: 'I count.' } },
        { fill: { label: 'Born', value: '1815-12-10' } },
        { fill: { label: 'Volume', value: '70' } },
        { fill: { label: 'Colour', value: '#ff8800' } },
        { select: { label: 'Country', option: 'new zealand' } },
        { click: { label: 'I agree' } },
        { fill: { label: 'City', value: 'London' } },
        { click: { role: 'button', name: 'save' } },
        { extract: { css: '#out', as: 'sent' } },
        { extract: { role: 'textbox', name: 'E-mail', as: 'type', attribute: 'type' } },
        { assert: { text: '{{sent}}' } },
        { screenshot: {} },
      ],
      { mail: 'ada@example.com' },
    );
    expect(task.error).toBeUndefined();
    expect(task.result).toMatchObject({
      sent: 'mail=ada@example.com&who=Ada&bio=I count.&born=1815-12-10&volume=70&colour=#ff8800&country=nz&terms=on&city=London',
      type: 'email',
      'screenshot-14': { width: expect.any(Number), height: expect.any(Number), bytes: expect.any(Number) },
    });
    expect(task.steps.every((step) => step.status === 'succeeded' && step.endedAt)).toBe(true);
    const png = await rig.runner.artifacts.readScreenshot(task.sessionId, task.id, 14);
    expect(png?.subarray(1, 4).toString()).toBe('PNG');
  });

  it('[AGT-2] selects in lists that are no native select, closed, open or filtered by typing', async () => {
    expect(
      await outcome(
        at('/combobox'),
        { select: { label: 'Fruit', option: 'Pear' } },
        outIs('Pear'),
        { select: { label: 'Town', option: 'Kingston' } },
        outIs('Kingston upon Sea'),
      ),
    ).toBe('ok');
    expect(await outcome(at('/combobox'), { select: { label: 'Fruit', option: 'Plum' } })).toMatch(
      /no-such-option: There is no option 'Plum'.*'Apple', 'Pear'/,
    );
  });

  it('[AGT-1] clicks where an overlapped button shows, a bare span, a moving button', async () => {
    expect(
      await outcome(
        at('/overlap'),
        { click: { text: 'Buy' } },
        outIs('reached'),
        { click: { text: 'Read more' } },
        outIs('span'),
      ),
    ).toBe('ok');
    expect(await outcome(at('/moving'), { click: { role: 'button', name: 'Catch' } }, outIs('caught'))).toBe(
      'ok',
    );
  });

  it('[AGT-2] works in frames, shadow roots and what appears late', async () => {
    expect(await outcome(at('/frame'), { click: { role: 'button', name: 'Inside' } }, outIs('inner'))).toBe(
      'ok',
    );
    expect(await outcome(at('/shadow'), { click: { text: 'Deep' } }, outIs('deep'))).toBe('ok');
    expect(await outcome(at('/slow'), { click: { role: 'button', name: 'Late' } }, outIs('late'))).toBe('ok');
    expect(
      await outcome(at('/slow'), { waitFor: { text: 'Late' } }, { assert: { text: 'Never', is: 'hidden' } }),
    ).toBe('ok');
  });

  it('[AGT-2] finds fields by a caption beside them, icons by their tooltip, and fills editable text', async () => {
    expect(
      await outcome(
        at('/plain'),
        { fill: { role: 'textbox', name: 'Street', value: 'Main' } },
        outIs('Main'),
        { click: { label: 'News' } },
        { assert: { css: '#c', equals: 'true' } },
        { fill: { label: 'Land', value: 'NZ' } },
        { assert: { css: '#d', equals: 'NZ' } },
        { click: { text: 'Close window' } },
        outIs('closed'),
        { fill: { label: 'Note', value: 'new text' } },
        { assert: { label: 'Note', equals: 'new text' } },
        { fill: { role: 'slider', name: 'Heat', value: '5' } },
        { assert: { css: '[role=slider][aria-valuenow="5"]' } },
        { fill: { role: 'slider', name: 'Heat', value: '1' } },
        { assert: { css: '[role=slider][aria-valuenow="1"]' } },
      ),
    ).toBe('ok');
    expect(await outcome(at('/plain'), { fill: { label: 'Heat', value: '9' } })).toMatch(/stops at 6/);
  });

  it('[AGT-7] never hands out a password', async () => {
    const task = await rig.play(
      [
        at('/plain'),
        { fill: { label: 'Secret', value: '{{secret}}' } },
        { extract: { label: 'Secret', as: 'read' } },
        { assert: { label: 'Secret', equals: 'other' } },
      ],
      { secret: 'hunter2' },
    );
    expect(task.result).toEqual({ read: '•••••••' });
    expect(JSON.stringify(task)).not.toContain('hunter2');
  });

  it('[AGT-2] works menus that open under the pointer, trees, tabs and a date picker', async () => {
    expect(
      await outcome(
        at('/menu'),
        { click: { text: 'Export' } },
        outIs('exported'),
        { click: { role: 'treeitem', name: 'Fruit' } },
        { click: { role: 'treeitem', name: 'Pear', exact: true } },
        outIs('pear'),
        { click: { role: 'treeitem', name: 'Fruit' } },
        { assert: { css: '#kids', is: 'hidden' } },
        { click: { role: 'tab', name: 'Two' } },
        { assert: { role: 'tabpanel', contains: 'two' } },
        { click: { label: 'Day' } },
        { click: { role: 'gridcell', name: '1' } },
        { assert: { label: 'Day', equals: '1' } },
      ),
    ).toBe('ok');
    expect(await outcome(at('/menu'), { fill: { label: 'Day', value: '5' } })).toMatch(
      /^cannot-fill: .*read-only/,
    );
  });

  it('[AGT-2] follows a tab that a click opens, and comes back when it closes', async () => {
    expect(
      await outcome(
        at('/tab'),
        { click: { role: 'link', name: 'second' } },
        { assert: { role: 'heading', name: 'Second' } },
        { click: { role: 'button', name: 'Close it' } },
        { assert: { role: 'heading', name: 'First' } },
      ),
    ).toBe('ok');
  });

  it('[AGT-1] says what is there when the target is not, is ambiguous, hidden or disabled', async () => {
    const failed = async (step: unknown, path = '/twins') => outcome(at(path), step);
    expect(await failed({ assert: { role: 'button', name: 'Sav' } }, '/overlap')).toMatch(
      /^assertion-failed: No button 'Sav' on the page. Buttons on the page: 'Buy'. Page: http/,
    );
    expect(await failed({ click: { role: 'button', name: 'Delete' } })).toMatch(
      /^ambiguous: 2 elements match.*nth/,
    );
    expect(await failed({ click: { role: 'button', name: 'Delete', nth: 1 } })).toBe('ok');
    expect(await failed({ assert: { css: 'button', nth: 0, equals: 'nope' } })).toMatch(
      /should equal 'nope' but is 'Delete item one'/,
    );
    expect(await failed({ fill: { label: 'Born', value: 'tomorrow' } }, '/form')).toMatch(
      /^cannot-fill: .*date field.*YYYY-MM-DD/,
    );
    expect(await failed({ extract: { css: 'button >>', as: 'x' } })).toMatch(/^bad-selector/);
    expect(await failed({ navigate: 'http://127.0.0.1:1/' })).toMatch(/^navigation-failed: Could not open/);
  });

  it('[AGT-1] accepts a notice and leaves a question to the human', async () => {
    expect(await outcome(at('/dialogs'), { click: { text: 'Notice' } }, outIs('alerted'))).toBe('ok');
    const question = { click: { text: 'Question' } };
    expect(await outcome(at('/dialogs'), question, { press: 'Enter' }, outIs('true'))).toBe('ok');
    expect(await outcome(at('/dialogs'), question, { press: 'Escape' }, outIs('false'))).toBe('ok');

    const sessionId = await rig.newSession();
    const unanswered = await rig.begin(sessionId, [at('/dialogs'), question]);
    const { error } = await rig.until(sessionId, unanswered);
    expect(error).toMatchObject({ code: 'dialog-open', message: expect.stringContaining("asks 'Sure?'") });
    for (const next of [{ click: { text: 'Notice' } }, at('/dialogs')]) {
      const over = await rig.until(sessionId, await rig.begin(sessionId, [next]));
      expect(over.error?.code).toBe('dialog-open');
    }
    const answered = await rig.begin(sessionId, [{ press: 'Escape' }, outIs('false')]);
    expect(await rig.until(sessionId, answered)).toMatchObject({ status: 'succeeded' });
  });
});
