import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: AgentRig;
let pages: TaskPages;
let sessionId: string;

beforeAll(async () => {
  pages = await serveTaskPages({
    '/fields': `<label>Terms <input type="checkbox" id="terms"></label><label>Photo <input type="file"></label>
      <button>Push</button><label>Born <input type="date" id="born" value="1815-12-10"></label>
      <div id="box">Street <input id="street" value="old"><input type="hidden" name="token"></div>
      <div id="two"><input><input></div>
      <input id="code" onkeyup="this.dataset.heard = this.value"><span id="plan" contenteditable="plaintext-only">draft</span>
      <label>Size <input type="radio" id="radio"></label>`,
  });
  rig = await startAgentRig();
  sessionId = await rig.newSession();
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
});

const call = (step: unknown) => rig.call(sessionId, step);
const open = () => call({ navigate: `${pages.origin}/fields` });
const valueIs = (css: string, equals: string) => call({ assert: { css, equals } });

describe('fields', () => {
  it('[AGT-2] leaves a check box as it is told, however it was', async () => {
    await open();
    for (const [value, state] of [
      ['yes', 'true'],
      ['checked', 'true'],
      ['no', 'false'],
      ['off', 'false'],
      ['TRUE', 'true'],
    ] as const) {
      await call({ fill: { label: 'Terms', value } });
      await valueIs('#terms', state);
    }
    await call({ fill: { label: 'Size', value: 'on' } });
    await valueIs('#radio', 'true');
  });

  it('[AGT-2] fills the one field in the box that is named, empties one, and lets the page hear keys', async () => {
    await open();
    await call({ fill: { css: '#box', value: 'Main' } });
    await valueIs('#street', 'Main');
    await call({ fill: { label: 'Born', value: '' } });
    await valueIs('#born', '');
    await call({ fill: { css: '#code', value: '77' } });
    await call({ assert: { css: '#code[data-heard="77"]' } });
    await call({ fill: { css: '#plan', value: 'final' } });
    await valueIs('#plan', 'final');
  });

  it.each([
    [{ label: 'Photo' }, 'a.png', /takes a file, not text/],
    [{ role: 'button', name: 'Push' }, 'x', /is a <button> and takes no text; click it, or move it/],
    [{ css: '#two' }, 'x', /is a <div> and takes no text/],
  ])('[AGT-2] says what %j takes instead', async (target, value, message) => {
    await open();
    await expect(call({ fill: { ...target, value } })).rejects.toThrow(message);
  });
});
