import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { hashPassword } from '../server/admin/password.ts';
import { type RunningServer, startServer } from '../server/testing/running-server.ts';
import type { ApiTokenCreated } from '../shared/access.ts';
import type { TaskView } from '../shared/task.ts';
import { buyInPage, connected, continueHere, makeRecoveryLink } from './buyer-page.ts';
import { withDatabase } from './server-database.ts';

const password = 'correct horse battery staple';
let server: RunningServer;

test.beforeAll(async () => {
  server = await startServer({
    ADMIN_PASSWORD_HASH: await hashPassword(password),
    LOG_LEVEL: 'trace',
  });
});
test.afterAll(() => server?.stop());

/** Gathers every address that is asked for, and every credential that goes over the line. */
function watch(context: BrowserContext) {
  const urls: string[] = [];
  const secrets = new Map<string, string>();
  const note = (name: string, secret: unknown) => {
    if (typeof secret === 'string' && secret.length > 8) secrets.set(secret, name);
  };
  context.on('request', (request) => {
    urls.push(request.url());
    note('bearer', /^Bearer (.+)$/.exec(request.headers().authorization ?? '')?.[1]);
  });
  context.on('response', async (response) => {
    const cookies = (await response.headersArray().catch(() => [])).filter(({ name }) =>
      /^set-cookie$/i.test(name),
    );
    for (const { value } of cookies) note('cookie', /^[^=]+=([^;]*)/.exec(value)?.[1]);
    if (!response.headers()['content-type']?.includes('json')) return;
    const body = await response.json().catch(() => null);
    for (const name of ['accessToken', 'ticket', 'token']) note(name, body?.[name]);
  });
  context.on('page', (page) => watchPage(page));
  const watchPage = (page: Page) => {
    page.on('websocket', (socket) => urls.push(socket.url()));
    page.on('framenavigated', (frame) => urls.push(frame.url()));
  };
  for (const page of context.pages()) watchPage(page);
  return { urls, secrets, note };
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('[AUTH-5] no secret in a log, an address, the database or any other file', async ({
  browser,
  context,
  page,
}) => {
  const seen = watch(context);
  const url = await buyInPage(page, server);
  const sessionId = url.split('/').at(-1) ?? '';
  await page.reload();
  await connected(page);

  const accessToken = [...seen.secrets].findLast(([, name]) => /^(accessToken|bearer)$/.test(name))?.[0];
  const created = await fetch(`${server.url}/api/sessions/${sessionId}/api-tokens`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      origin: server.url,
    },
    body: JSON.stringify({ name: 'CI', scopes: ['tasks:read', 'tasks:write', 'view'] }),
  });
  const apiToken = (await created.json()) as ApiTokenCreated;
  seen.note('API token', apiToken.token);
  const program = { authorization: `Bearer ${apiToken.token}`, 'content-type': 'application/json' };
  const tasks = `${server.url}/api/sessions/${sessionId}/tasks`;
  const playbook = { steps: [{ navigate: 'about:blank' }, { screenshot: {} }] };
  await fetch(tasks, { method: 'POST', headers: program, body: JSON.stringify({ playbook }) });
  await expect
    .poll(async () => ((await (await fetch(tasks, { headers: program })).json()) as TaskView[])[0]?.status)
    .toBe('succeeded');

  const link = await makeRecoveryLink(page);
  seen.note('recovery link', new URL(link).hash.slice(1));
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const share = await page.getByLabel('Link for watching').inputValue();
  seen.note('share', new URL(share).hash.slice(1));

  const device = await browser.newContext();
  const there = watch(device);
  const phone = await device.newPage();
  await continueHere(phone, link);
  await connected(phone);
  await phone.goto(share);
  await expect(phone.getByRole('img', { name: /you can watch/i }).locator('canvas')).toBeVisible();
  await phone.goto(`${server.url}/admin`);
  await phone.getByLabel('Password').fill(password);
  await phone.getByRole('button', { name: 'Sign in' }).click();
  await expect(phone.getByRole('row').filter({ hasText: sessionId })).toBeVisible();
  for (const { value } of [...(await context.cookies()), ...(await device.cookies())]) {
    seen.note('cookie', value);
  }

  const secrets = new Map([...seen.secrets, ...there.secrets, [password, 'password']]);
  const names = [...secrets.values()];
  for (const name of ['bearer', 'cookie', 'accessToken', 'ticket', 'API token', 'recovery link']) {
    expect(names).toContain(name);
  }
  expect(names.filter((name) => name === 'cookie').length).toBeGreaterThanOrEqual(4);

  const hits: string[] = [];
  const search = (place: string, text: string) => {
    for (const [secret, name] of secrets) if (text.includes(secret)) hits.push(`${name} in ${place}`);
  };
  const logText = JSON.stringify(server.log);
  expect(logText.length).toBeGreaterThan(5_000);
  search('log', logText);
  expect(logText).not.toMatch(/eyJ[\w-]+\.eyJ|sk_(test|live)_|whsec_|\$argon2id/);
  // The fragment of what a person typed stays in the browser: no request has one.
  for (const address of [...seen.urls, ...there.urls]) {
    if (address !== link && address !== share) search('address', address);
  }
  const tables = await withDatabase(server, async (query) => {
    const named = await query(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of named) {
      const rows = await query(`SELECT row_to_json(t)::text AS row FROM ${name} t`);
      for (const { row } of rows) search(`table ${name}`, String(row));
    }
    await query('CHECKPOINT');
    return named.length;
  });
  expect(tables).toBeGreaterThan(15);
  const files = await filesBelow(server.dataDir);
  expect(files.length).toBeGreaterThan(500);
  for (const file of files) {
    search(file.slice(server.dataDir.length), (await readFile(file).catch(() => '')).toString('latin1'));
  }
  expect(hits).toEqual([]);
  expect(server.errors()).toEqual([]);
  await device.close();
});
