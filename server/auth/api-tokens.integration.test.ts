import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiScope, type ApiTokenCreated, type ApiTokenView, apiScope } from '../../shared/access.ts';
import type { Problem } from '../../shared/problem.ts';
import { type Buyer, newBuyer } from '../testing/signed-in-buyer.ts';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

let site: TestSite;
let buyer: Buyer;

beforeAll(async () => {
  site = await createTestSite();
  buyer = await newBuyer(site);
});
afterAll(() => site.stop());

const create = async (scopes: ApiScope[], of: Buyer = buyer, more = {}) => {
  const wanted = { name: 'CI', scopes, ...more };
  const { body } = await of.browser.post<ApiTokenCreated>(`${of.path}/api-tokens`, wanted, of.bearer);
  return body;
};

/** As a program calls: no cookie, no Origin. */
async function call(method: string, path: string, token: string, headers = {}, body?: unknown) {
  const response = await fetch(site.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, code: isJson ? (JSON.parse(text) as Problem).code : undefined };
}

/** Every route that takes API tokens, and the scope that it needs; all others are the owner's. */
const routes: [method: string, path: string, scope: ApiScope | 'any', body?: unknown][] = [
  ['GET', '', 'any'],
  ['POST', '/vnc-ticket', 'view', { mode: 'view' }],
  ['POST', '/vnc-ticket', 'control', { mode: 'control' }],
  ['POST', '/control', 'control', { holder: 'human' }],
  ['POST', '/tasks', 'tasks:write', { playbook: {} }],
  ['POST', '/tasks/{taskId}/cancel', 'tasks:write'],
  ['POST', '/tasks/{taskId}/pause', 'tasks:write'],
  ['POST', '/tasks/{taskId}/resume', 'tasks:write'],
  ['POST', '/tasks/{taskId}/answer', 'tasks:write', { outcome: 'done' }],
  ['POST', '/tasks/{taskId}/again', 'tasks:write'],
  ['POST', '/tasks/{taskId}/playbook', 'tasks:write'],
  ['POST', '/tasks/{taskId}/approvals/{approvalId}', 'approve', { decision: 'approve' }],
  ['GET', '/playbooks', 'tasks:read'],
  ['POST', '/playbooks/{playbookId}/run', 'tasks:write'],
  ['DELETE', '/playbooks/{playbookId}', 'tasks:write'],
  ['GET', '/tasks', 'tasks:read'],
  ['GET', '/tasks/{taskId}', 'tasks:read'],
  ['GET', '/tasks/{taskId}/screenshots/{index}', 'tasks:read'],
  ['GET', '/tasks/{taskId}/files/{name}', 'tasks:read'],
];
const bodies: Record<string, unknown> = {
  '/api-tokens': { name: 'x', scopes: ['view'] },
  '/shares': { name: 'x' },
  '/secrets': { name: 'x', origin: 'https://example.com', value: 'of the owner' },
};
const filled = (path: string) => path.replace('{index}', '0').replace(/\{\w+\}/g, 'tsk_none');

describe('API tokens', () => {
  it.each(apiScope.options)('[AUTH-10] the scope %s opens its routes and no other', async (scope) => {
    const { token } = await create([scope]);
    for (const [method, path, needed, body] of routes) {
      const answer = await call(method, buyer.path + filled(path), token, {}, body);
      const allowed = needed === 'any' || needed === scope;
      const what = { method, path, scope };
      if (allowed) expect({ ...what, ...answer }).not.toMatchObject({ status: expect.toSatisfy(isRefusal) });
      else expect({ ...what, ...answer }).toEqual({ ...what, status: 403, code: 'scope-missing' });
    }
  });

  it('[AUTH-10] every route that the table does not name is closed to API tokens', async () => {
    const { body } = await buyer.browser.get<{ paths: Record<string, Record<string, unknown>> }>(
      '/api/openapi.json',
    );
    const { token } = await create(apiScope.options);
    let closed = 0;
    for (const [path, methods] of Object.entries(body.paths)) {
      if (!path.startsWith('/api/sessions')) continue;
      const rest = path.replace('/api/sessions/{id}', '').replace('/api/sessions', '');
      for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
        const inTable = routes.some(([m, p]) => m === method && p === rest && path.includes('{id}'));
        if (inTable) continue;
        const address = filled(path.replace('{id}', buyer.signedIn.session.id));
        const origin = { origin: site.url };
        const answer = await call(
          method,
          address,
          token,
          origin,
          method === 'GET' ? undefined : (bodies[rest] ?? {}),
        );
        // What is left after the end opens by a cookie alone. [SES-9]
        const refusal = rest.startsWith('/receipt')
          ? { status: 401, code: 'not-signed-in' }
          : { status: 403, code: 'owner-only' };
        expect({ method, path, ...answer }).toEqual({ method, path, ...refusal });
        closed += 1;
      }
    }
    expect(closed).toBeGreaterThanOrEqual(5);
  });

  it('[AGT-5] a token’s tasks ask the owner, unless it may approve', async () => {
    const playbook = { steps: [{ navigate: 'about:blank' }] };
    const give = async (scopes: ApiScope[], more = {}) => {
      const { token } = await create(scopes);
      return call('POST', `${buyer.path}/tasks`, token, {}, { playbook, ...more });
    };
    expect(await give(['tasks:write'], { approvals: 'never' })).toEqual({
      status: 403,
      code: 'scope-missing',
    });
    expect((await give(['tasks:write'])).status).toBe(201);
    expect((await give(['tasks:write', 'approve'], { approvals: 'never' })).status).toBe(201);
    await buyer.browser.post(`${buyer.path}/tasks`, { playbook }, buyer.bearer);
    const { rows } = await site.database.pool.query('SELECT approvals FROM tasks ORDER BY created_at');
    expect(rows.map(({ approvals }) => approvals)).toEqual(['ask', 'never', 'never']);
    const origins = await give(['tasks:write'], { allowedOrigins: ['https://a.test/path'] });
    expect(origins.status).toBe(400);
  });

  it('[AGT-7] a secret is shown to nobody, not even in a refusal', async () => {
    const value = 'never-shown-again';
    const path = `${buyer.path}/secrets`;
    const wanted = { name: 'bank', origin: 'https://bank.test', field: { type: 'password' }, value };
    const answers = [
      await buyer.browser.post(path, wanted, buyer.bearer),
      await buyer.browser.post(path, wanted, buyer.bearer),
      await buyer.browser.post(
        path,
        { ...wanted, name: 'shop', origin: 'https://bank.test/x' },
        buyer.bearer,
      ),
      await buyer.browser.post(path, { ...wanted, name: 'no name' }, buyer.bearer),
      await buyer.browser.post(path, { ...wanted, value: value.repeat(100) }, buyer.bearer),
      await buyer.browser.get(path, buyer.bearer),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 409, 400, 400, 400, 200]);
    const { rows } = await site.database.pool.query('SELECT * FROM session_secrets');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify([answers, rows])).not.toContain(value);
    const body = answers[0]?.body as { id: string };
    expect((await buyer.browser.delete(`${path}/${body.id}`, buyer.bearer)).status).toBe(204);
    expect((await buyer.browser.delete(`${path}/${body.id}`, buyer.bearer)).status).toBe(404);
  });

  it('[AUTH-10] shown once, hashed, listed, revoked at once', async () => {
    const { token, ...view } = await create(['tasks:read']);
    expect(token).toMatch(/^oda_[\w-]{43}$/);
    expect(view).toMatchObject({ name: 'CI', expiresAt: buyer.signedIn.session.expiresAt });
    expect((await call('GET', `${buyer.path}/tasks`, token)).status).toBe(200);
    const list = () => buyer.browser.get<ApiTokenView[]>(`${buyer.path}/api-tokens`, buyer.bearer);
    expect((await list()).body).toContainEqual({ ...view, lastUsedAt: expect.any(String) });
    expect(JSON.stringify((await list()).body)).not.toContain(token);
    const { rows } = await site.database.pool.query('SELECT * FROM api_tokens');
    expect(JSON.stringify(rows)).not.toContain(token);

    const address = `${buyer.path}/api-tokens/${view.id}`;
    expect((await buyer.browser.delete(address, buyer.bearer)).status).toBe(204);
    expect(await call('GET', `${buyer.path}/tasks`, token)).toEqual({ status: 401, code: 'token-invalid' });
    expect((await list()).body.map(({ id }) => id)).not.toContain(view.id);
  });

  it('[AUTH-10] dies at its own time, and with its session', async () => {
    const other = await newBuyer(site);
    const past = { name: 'x', scopes: ['view'], expiresAt: '2020-01-01T00:00:00Z' };
    expect((await other.browser.post(`${other.path}/api-tokens`, past, other.bearer)).status).toBe(400);
    const soon = await create(['view'], other, { expiresAt: new Date(Date.now() + 400).toISOString() });
    await expect.poll(() => call('GET', other.path, soon.token)).toMatchObject({ status: 401 });
    const { token } = await create(['view'], other);
    expect((await call('GET', other.path, token)).status).toBe(200);
    expect((await call('GET', buyer.path, token)).code).toBe('wrong-session');
    const stranger = await other.browser.delete(
      `${buyer.path}/api-tokens/${(await create(['view'])).id}`,
      other.bearer,
    );
    expect(stranger.status).toBe(403);
    await other.browser.post(`${other.path}/end`, {}, other.bearer);
    await expect.poll(() => call('GET', other.path, token)).toEqual({ status: 401, code: 'session-ended' });
  });

  it('[AUTH-10] a session has twenty at most', async () => {
    const other = await newBuyer(site);
    const wanted = { name: 'x', scopes: ['view'] };
    const answers = await Promise.all(
      Array.from({ length: 22 }, () =>
        other.browser.post<Problem>(`${other.path}/api-tokens`, wanted, other.bearer),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('too-many-tokens');
  });
});

describe('Origin', () => {
  const jwt = () => buyer.signedIn.accessToken;
  const apiToken = async () => (await create(['control'])).token;
  const refresh = () => `oda_refresh=${buyer.browser.cookies.get('oda_refresh')}`;

  it.each([
    ['an API token without Origin', apiToken, '/control', () => ({}), 200],
    ['an API token from our page', apiToken, '/control', () => ({ origin: site.url }), 200],
    ['an API token from another site', apiToken, '/control', () => ({ origin: 'https://evil.example' }), 403],
    ['an API token with Origin null', apiToken, '/control', () => ({ origin: 'null' }), 403],
    ['an API token sent by a browser', apiToken, '/control', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    ['an API token beside a cookie', apiToken, '/control', () => ({ cookie: refresh() }), 403],
    ['an access token without Origin', jwt, '/control', () => ({}), 403],
    ['what only looks like an API token', () => 'oda_x', '/control', () => ({}), 401],
    ['an API token on an owner’s route', apiToken, '/end', () => ({}), 403],
  ])('[AUTH-4] %s', async (_, tokenOf, path, headers, status) => {
    const token = await tokenOf();
    const answer = await call('POST', buyer.path + path, token, headers(), { holder: 'human' });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.code).toBe('foreign-origin');
  });

  it('[AUTH-4] an API token lends no Origin to the cookie of another route', async () => {
    const answer = await call('POST', '/api/auth/refresh', await apiToken(), { cookie: refresh() });
    expect(answer).toEqual({ status: 403, code: 'foreign-origin' });
  });
});

const isRefusal = (status: unknown) => status === 401 || status === 403;
