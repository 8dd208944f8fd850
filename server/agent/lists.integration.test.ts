import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

const out = '<output id="out"></output>';
const option = (text: string, more = '', says = text) =>
  `<li role="option" ${more} onclick="parent.postMessage('${says}', '*')">${text}</li>`;
const heard = `${out}<script>onmessage = ({ data }) => { out.textContent = data }</script>`;
const opener = (name: string, more: string) =>
  `<div role="combobox" tabindex="0" aria-label="${name}" ${more}>choose</div>`;

beforeAll(async () => {
  const late = 'setTimeout(() => { later.hidden = false }, 500)';
  pages = await serveTaskPages({
    '/lists': `<ul role="listbox" aria-label="Lamp">${option('Red', '', 'red lamp')}${option('Blue')}</ul>
      <ul role="listbox" aria-label="Paint">${option('Red', '', 'red paint')}${option('Gold', 'aria-disabled="true"')}</ul>
      ${opener('Size', 'aria-expanded="true" onclick="sizes.hidden = !sizes.hidden"')}
      <ul role="listbox" id="sizes">${option('Large', 'style="display:none"', 'hidden')}${option('Large')}${option('New Zealand', 'data-value="nz"')}</ul>
      ${opener('Year', `onclick="${late}"`)}<ul role="listbox" id="later" hidden>${option('1999')}</ul>
      <input readonly role="combobox" aria-label="Month">${heard}`,
    '/bare': `${opener('Fruit', 'onclick="kinds.hidden = false"')}
      <ul id="kinds" hidden onclick="out.textContent = event.target.textContent"><li>Sweet<ul><li>Pear</li><li>Plum</li></ul></li></ul>${out}`,
    '/framed': `<iframe src="/inner" width="300" height="200"></iframe>${heard}`,
    '/inner': `${opener('Boxed', 'onclick="kinds.hidden = false"')}<ul role="listbox" id="kinds" hidden>${option('Deep')}</ul>`,
    '/native': `<label>Country <select id="c"><option>none</option><option value="at">Austria</option><option disabled>Atlantis</option></select></label>
      <label>Town <select id="t"></select></label><script>setTimeout(() => t.add(new Option('Graz')), 700)</script>`,
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

describe('lists that are no native select', () => {
  it.each([
    ['in the very list that is named', { role: 'listbox', name: 'Paint', option: 'Red' }, 'red paint'],
    ['in a list that is open, past what is hidden', { label: 'Size', option: 'Large' }, 'Large'],
    ['by the value behind the text', { label: 'Size', option: 'nz' }, 'New Zealand'],
    ['when the list takes a moment to open', { label: 'Year', option: '1999' }, '1999'],
  ])('[AGT-2] chooses %s', async (_, select, said) => {
    await open('/lists');
    await call({ select });
    await outIs(said);
  });

  it('[AGT-2] chooses from plain items, not what groups them, and in a frame', async () => {
    await open('/bare');
    await call({ select: { label: 'Fruit', option: 'pea' } });
    await outIs('Pear');
    await open('/framed');
    await call({ select: { label: 'Boxed', option: 'Deep' } });
    await outIs('Deep');
  });

  it.each([
    ['is disabled', { role: 'listbox', name: 'Paint', option: 'Gold' }],
    ['is not there, and types nothing into a field that takes none', { label: 'Month', option: 'May' }],
  ])('[AGT-2] says so of an option that %s', async (_, select) => {
    await open('/lists');
    const code = 'no-such-option';
    await expect(rig.call(sessionId, { select }, { patienceMs: 2_000 })).rejects.toMatchObject({ code });
  });
});

describe('native lists', () => {
  it('[AGT-2] chooses by text or value, by a click on the option, and waits for what is filled in later', async () => {
    await open('/native');
    await call({ select: { text: 'Town', option: 'Graz' } });
    await call({ select: { label: 'Country', option: 'at' } });
    await call({ assert: { css: '#c', equals: 'Austria' } });
    await call({ fill: { label: 'Country', value: 'none' } });
    await call({ assert: { css: '#c', equals: 'none' } });
    await call({ click: { role: 'option', name: 'Austria' } });
    await call({ assert: { css: '#c', equals: 'Austria' } });
  });

  it('[AGT-2] chooses nothing that is disabled', async () => {
    await open('/native');
    const select = { label: 'Country', option: 'Atlantis' };
    const message = /^The option 'Atlantis' is disabled. Options: 'none', 'Austria', 'Atlantis'/;
    await expect(rig.call(sessionId, { select }, { patienceMs: 500 })).rejects.toThrow(message);
  });
});
