import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AgentRig, startAgentRig } from '../../testing/agent-rig.ts';
import { onPage, pixelAt } from '../../testing/on-page.ts';
import { serveTaskPages, type TaskPages } from '../../testing/task-pages.ts';
import { createMasker } from './masker.ts';

const VALUE = 'k0rrekt & "pferd" Batterie';
const TYPED = 'by-hand-0815';
/** Green where the value stands, and no pixel of it may be seen. */
const SHOWN =
  '<output id=echo style="position:fixed;left:200px;top:300px;font:40px monospace;color:#0a0;background:#0a0"></output>';

let rig: AgentRig;
let pages: TaskPages;
let elsewhere: TaskPages;
let log = '';

const login = (action: string) => `<form action="${action}" method=post>
  <label>User <input name=user></label><label>Password <input name=password type=password id=pw></label>
  <button>Sign in</button></form>
  <button type=button onclick="pw.type='text'; echo.textContent=pw.value">Show</button>
  <p id=note></p>${SHOWN}`;

beforeAll(async () => {
  elsewhere = await serveTaskPages({ '/login': login('/login'), '/': 'hello' });
  // Another origin of the same machine.
  elsewhere = { ...elsewhere, origin: elsewhere.origin.replace('127.0.0.1', 'localhost') };
  pages = await serveTaskPages({
    '/login': login('/login'),
    '/leaves': login(`${elsewhere.origin}/login`),
    '/framed': `<iframe src="${elsewhere.origin}/login" width=600 height=400></iframe>`,
    '/srcdoc': `<iframe srcdoc="<label>Password <input type=password></label>"></iframe>`,
    '/clobbered': `<base href="${elsewhere.origin}/"><form action="/login">
      <input name=action value="/login"><input name=elements><label>Password <input type=password></label></form>`,
    '/lying': `<label>Password <input type=password></label><script>
      Object.defineProperty(document, 'URL', { value: '${'https://bank.test/'}' });
      Object.defineProperty(self, 'origin', { value: 'https://bank.test' });
      Object.defineProperty(HTMLInputElement.prototype, 'type', { get: () => 'text' });
      Element.prototype.getAttribute = () => 'https://bank.test/';</script>`,
  });
  const lines = new PassThrough().setEncoding('utf8').on('data', (chunk: string) => {
    log += chunk;
  });
  rig = await startAgentRig(null, { logTo: lines });
});

afterAll(async () => {
  await rig?.stop();
  await pages?.stop();
  await elsewhere?.stop();
});

const password = { role: 'textbox', name: 'Password' };
const fill = { fill: { ...password, value: '{{secret:bank}}' } };
const open = (path: string) => ({ navigate: `${pages.origin}${path}` });

async function withSecret(more = {}): Promise<string> {
  const sessionId = await rig.newSession();
  await rig.secrets.create(sessionId, { name: 'bank', origin: pages.origin, value: VALUE, ...more });
  return sessionId;
}

const errorOf = async (sessionId: string, ...steps: unknown[]) =>
  (await rig.until(sessionId, await rig.begin(sessionId, steps))).error;

describe('secrets', () => {
  it('[AGT-7] types one into its field, and no sink shows it: tasks, events, logs, answers, pictures, database', async () => {
    const sessionId = await withSecret();
    const results: unknown[] = [];
    const call = async (step: unknown) => results.push(await rig.call(sessionId, step).catch(String));
    const taskId = await rig.begin(sessionId, [
      open('/login'),
      fill,
      { fill: { label: 'User', value: 'ada' } },
      { click: { role: 'button', name: 'Show' } },
      { extract: { css: '#echo', as: 'shown' } },
      { extract: { css: '#pw', as: 'held' } },
      { screenshot: {} },
      { assert: { css: '#echo', equals: 'nothing' } },
    ]);
    const task = await rig.until(sessionId, taskId);
    expect(task.result).toMatchObject({ shown: '[secret bank]', held: '[secret bank]' });
    expect(task.error?.message).toMatch(/should equal 'nothing' but is '\[secret bank\]'/);

    await call({ snapshot: {} });
    await call({ extract: { css: '#echo', as: 'shown' } });
    await call({ fill: { css: '#pw', value: '{{secret:none}}' } });
    await call(open(`/login?x=${encodeURIComponent(VALUE)}`));
    // A password that a person typed is nobody's to read either.
    await call({ fill: { ...password, value: TYPED } });
    await call({ snapshot: {} });
    await call({ click: { role: 'button', name: 'Show' } });
    await call({ extract: { css: '#echo', as: 'typed' } });
    await call({ screenshot: {} });
    expect(results.length).toBe(9);

    const picture = await rig.runner.artifacts.readScreenshot(sessionId, taskId, 6);
    expect(await pixelAt(rig.chromium, picture as Buffer, 210, 320)).toEqual([31, 41, 55]);
    const { image } = results.at(-1) as { image: { base64: string } };
    expect(await pixelAt(rig.chromium, Buffer.from(image.base64, 'base64'), 210, 320)).toEqual([31, 41, 55]);
    const left = await rig.call(sessionId, { assert: { css: '[data-oda-cover],[popover]', is: 'hidden' } });
    expect(left.step.verb).toBe('assert');

    const sinks = new Map([
      ['task', JSON.stringify(task)],
      ['calls', JSON.stringify(results, (key, value) => (key === 'base64' ? '' : value))],
      ['log', log],
    ]);
    const tables = await rig.db.introspection.getTables();
    for (const { name } of tables) {
      const rows = await rig.db
        .selectFrom(name as 'tasks')
        .selectAll()
        .execute();
      sinks.set(`table ${name}`, JSON.stringify(rows));
    }
    for (const entry of await readdir(rig.dataDir, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) sinks.set(path, (await readFile(path)).toString('latin1'));
    }
    expect(log.length).toBeGreaterThan(300);
    expect(tables.length).toBeGreaterThan(15);
    const { forms } = createMasker([VALUE, TYPED].map((value) => ({ value, shown: '' })));
    const hits = [...sinks].flatMap(([sink, text]) =>
      forms.filter((form) => text.toLowerCase().includes(form)).map((form) => `${form} in ${sink}`),
    );
    // What was typed by hand was written by the task's owner: it is in the step, and nowhere else.
    expect(hits).toEqual([]);
  });

  it('[AGT-7] the page gets the real value', async () => {
    const sessionId = await withSecret();
    const show = { click: { role: 'button', name: 'Show' } };
    expect(await errorOf(sessionId, open('/login'), fill, show)).toBeUndefined();
    const shown = await onPage(rig.chromium, () => document.getElementById('echo')?.textContent, null);
    expect(shown).toBe(VALUE);
  });

  it.each([
    ['on another origin', () => ({ navigate: `${elsewhere.origin}/login` }), 'secret-wrong-origin'],
    ['in a frame of another origin', () => open('/framed'), 'secret-wrong-origin'],
    ['in a document without an origin', () => open('/srcdoc'), 'secret-wrong-origin'],
    ['when the form leads elsewhere', () => open('/leaves'), 'secret-leaves-origin'],
    ['when the base of the page leads elsewhere', () => open('/clobbered'), 'secret-leaves-origin'],
  ])('[AGT-7] is refused %s', async (_, first, code) => {
    const sessionId = await withSecret();
    const error = await errorOf(sessionId, first(), fill);
    expect(error).toMatchObject({ code });
    expect(error?.message).toMatch(/The secret 'bank' is for http:\/\/127/);
  });

  it('[AGT-7] is refused for another field, another name, and a page that lies about itself', async () => {
    const user = { fill: { label: 'User', value: '{{secret:bank}}' } };
    const typed = await withSecret({ field: { type: 'password' } });
    expect(await errorOf(typed, open('/login'), user)).toMatchObject({ code: 'secret-wrong-field' });
    expect(await errorOf(typed, open('/login'), fill)).toBeUndefined();
    const labelled = await withSecret({ field: { label: 'user', name: 'user' } });
    expect(await errorOf(labelled, open('/login'), fill)).toMatchObject({ code: 'secret-wrong-field' });
    expect(await errorOf(labelled, open('/login'), user)).toBeUndefined();
    const none = { fill: { ...password, value: '{{secret:shop}}' } };
    const missing = await errorOf(labelled, open('/login'), none);
    expect(missing?.message).toMatch(/no secret 'shop'. There are: bank/);
    const bank = await rig.newSession();
    await rig.secrets.create(bank, { name: 'bank', origin: 'https://bank.test', value: VALUE });
    expect(await errorOf(bank, open('/lying'), fill)).toMatchObject({ code: 'secret-wrong-origin' });
    const here = await withSecret({ field: { type: 'password' } });
    expect(await errorOf(here, open('/lying'), fill)).toBeUndefined();
  });

  it('[AGT-7] a placeholder that a page wrote is not resolved', async () => {
    const sessionId = await withSecret();
    const error = await errorOf(
      sessionId,
      open('/login'),
      { fill: { label: 'User', value: 'x' } },
      { extract: { css: '#note', as: 'note' } },
      { fill: { ...password, value: '{{note}}' } },
    );
    expect(error).toBeUndefined();
  });

  it('[AGT-7] ends with its session', async () => {
    const sessionId = await withSecret();
    await rig.runner.endSession(sessionId);
    expect(await rig.secrets.list(sessionId)).toEqual([]);
    const rows = await rig.db
      .selectFrom('session_secrets')
      .select('id')
      .where('session_id', '=', sessionId)
      .execute();
    expect(rows).toEqual([]);
  });
});
