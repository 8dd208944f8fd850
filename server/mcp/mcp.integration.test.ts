import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERBS } from '../../shared/playbook.ts';
import { taskView } from '../agent/task-store.ts';
import { type OutsideRig, startOutsideRig } from '../testing/outside-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';

let rig: OutsideRig;
let site: TaskPages;

beforeAll(async () => {
  rig = await startOutsideRig();
  site = await serveTaskPages({
    '/form': `<label>Name <input id=name></label>
      <button onclick="document.title = 'Hello ' + document.querySelector('#name').value">Greet</button>
      <p id=total>42 dollars</p>`,
  });
});
afterAll(async () => {
  await site.stop();
  await rig.stop();
});

async function connect(token: string, query = ''): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${rig.url}/mcp${query}`), { requestInit }));
  return client;
}

interface Said {
  text: string;
  isError: boolean;
  image: string | undefined;
  values: unknown;
}

async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Said> {
  const result = await client.callTool({ name, arguments: args });
  const content = result.content as { type: string; text?: string; data?: string; mimeType?: string }[];
  return {
    text: content.map(({ text = '' }) => text).join('\n'),
    isError: result.isError === true,
    image: content.find(({ mimeType }) => mimeType === 'image/png')?.data,
    values: result.structuredContent,
  };
}

const tasksOf = async (sessionId: string) => (await rig.runner.store.list(sessionId)).map(taskView);
const goodFor = { text: 'Done.', isError: false };

describe('POST /mcp', () => {
  it('[AGT-8] offers the verbs of the one registry, and drives the browser with them', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(VERBS);
    expect(JSON.stringify(tools).length).toBeLessThan(10_000);

    expect(await call(client, 'navigate', { url: `${site.origin}/form` })).toMatchObject(goodFor);
    expect(await call(client, 'fill', { label: 'Name', value: 'MCP' })).toMatchObject(goodFor);
    const page = await call(client, 'snapshot');
    expect(page.text).toMatch(/untrusted-page-content[\s\S]*textbox "Name".*\[ref=e\d+\]: MCP/);
    const ref = /button "Greet".*\[ref=(e\d+)\]/.exec(page.text)?.[1];
    expect(await call(client, 'click', { ref })).toMatchObject(goodFor);
    const read = await call(client, 'extract', { css: '#total', as: 'total' });
    expect(read.values).toEqual({ total: '42 dollars' });
    expect(read.text).toContain('untrusted-page-content');
    const picture = await call(client, 'screenshot');
    expect(
      Buffer.from(picture.image ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');

    const [task] = await tasksOf(sessionId);
    expect(task).toMatchObject({ name: 'My agent', status: 'running', result: { total: '42 dollars' } });
    expect(task?.steps.map(({ summary, status }) => `${status}: ${summary}`)).toEqual([
      `succeeded: Go to ${site.origin}/form`,
      "succeeded: Fill field labelled 'Name'",
      'succeeded: Look at the page',
      "succeeded: Click button 'Greet'",
      'succeeded: Read element matching #total as total',
      'succeeded: Take a screenshot',
    ]);
    await client.close();
  });

  it('[AGT-8] a call that is wrong or fails says what to do, and the next one works', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    await call(client, 'navigate', { url: `${site.origin}/form` });
    const told = async (name: string, args = {}) => {
      const { text, isError } = await call(client, name, args);
      return `${isError ? 'error' : 'done'}: ${text}`;
    };
    expect(await told('clik', { label: 'x' })).toMatch(/^error: .*unknown verb 'clik'; did you mean 'click'/);
    expect(await told('click', {})).toMatch(/^error: .*names no element/);
    expect(await told('navigate', { url: 'file:///etc/passwd' })).toMatch(/^error: .*are not allowed/);
    expect(await told('navigate', { to: site.origin })).toMatch(/^error: /);
    expect(await told('extract', { css: '#total', as: 'x', attribute: 'y' })).toMatch(
      /^error: .*no attribute/,
    );
    expect(await told('assert', { css: '#total', equals: '42 dollars' })).toBe('done: Done.');
    const [task] = await tasksOf(sessionId);
    expect(task?.steps.map(({ status }) => status)).toEqual(['succeeded', 'failed', 'succeeded']);
    expect(task?.status).toBe('running');
    await client.close();
  });

  it('[AGT-4] while a human has control a call is refused or, when asked, waits; the step in flight ends', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    await call(client, 'navigate', { url: `${site.origin}/form` });
    const inFlight = call(client, 'waitFor', { text: 'never' });
    await expect.poll(() => tasksOf(sessionId)).toMatchObject([{ steps: [{}, { status: 'running' }] }]);
    await rig.sessions.setControl(sessionId, 'human');
    expect(await inFlight).toMatchObject({
      isError: true,
      text: expect.stringMatching(/A human has control/),
    });
    expect(await call(client, 'snapshot')).toMatchObject({ isError: true });
    const [task] = await tasksOf(sessionId);
    expect(task?.steps.map(({ error }) => error?.code)).toEqual([undefined, 'human-has-control']);

    const patient = await connect(token, '?wait=30');
    const waiting = call(patient, 'assert', { css: '#total', contains: '42' });
    await call(client, 'snapshot'); // refused once more while the other waits
    await rig.sessions.setControl(sessionId, 'agent');
    expect(await waiting).toMatchObject(goodFor);
    await client.close();
    await patient.close();
  });

  it('[AGT-5] without the scope approve a new site waits for the owner, who is asked once for it', async () => {
    const { sessionId, token } = await rig.newToken(['mcp']);
    const client = await connect(token);
    const elsewhere = await serveTaskPages({ '/': '<h1>Elsewhere</h1>' });
    const asking = call(client, 'navigate', { url: `${elsewhere.origin}/` });
    await expect.poll(() => tasksOf(sessionId)).toMatchObject([{ status: 'waiting-for-approval' }]);
    const [task] = await tasksOf(sessionId);
    expect(task?.approval).toMatchObject({ kind: 'new-origin' });
    await rig.runner.decide(sessionId, task?.id ?? '', task?.approval?.id ?? '', 'approve');
    expect(await asking).toMatchObject(goodFor);
    // Its next task, once this one is over, may open the same site.
    await rig.runner.store.requestCancel(sessionId, task?.id ?? '');
    for (const url of ['about:blank', `${elsewhere.origin}/`]) {
      expect(await call(client, 'navigate', { url })).toMatchObject(goodFor);
    }
    expect(await tasksOf(sessionId)).toMatchObject([{ status: 'running' }, { status: 'cancelled' }]);
    await client.close();
    await elsewhere.stop();
  });

  it('[AGT-8] never beside a task: it is refused, and the task goes first', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    await call(client, 'navigate', { url: `${site.origin}/form` });
    const taskId = await rig.begin(sessionId, [{ waitFor: { text: 'never' } }]);
    expect((await call(client, 'snapshot')).text).toMatch(/The task “Playbook” has this browser/);
    await rig.until(sessionId, taskId, (task) => task.status === 'running');
    const [, outside] = await tasksOf(sessionId);
    expect(outside).toMatchObject({ name: 'My agent', status: 'succeeded' });
    await rig.runner.store.requestCancel(sessionId, taskId);
    rig.runner.kick(sessionId);
    await rig.until(sessionId, taskId);
    expect(await call(client, 'snapshot')).toMatchObject({ isError: false });
    await client.close();
  });

  it('[AGT-8] two agents take turns, and calls of one at the same time do too', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const { token: otherToken } = await rig.newToken(['mcp', 'approve'], sessionId);
    const client = await connect(token);
    const other = await connect(otherToken);
    const all = await Promise.all(
      Array.from({ length: 6 }, () => call(client, 'navigate', { url: `${site.origin}/form` })),
    );
    expect(all.every(({ isError }) => !isError)).toBe(true);
    expect((await call(other, 'snapshot')).text).toMatch(/The task “My agent” has this browser/);
    const [task] = await tasksOf(sessionId);
    expect(task?.steps).toHaveLength(6);
    await client.close();
    await other.close();
  });

  it('[AGT-6] its owner stops it: the call under way ends, and the next is refused', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    const inFlight = call(client, 'waitFor', { text: 'never' });
    await expect.poll(() => tasksOf(sessionId)).toMatchObject([{ steps: [{ status: 'running' }] }]);
    const [task] = await tasksOf(sessionId);
    await rig.runner.store.requestCancel(sessionId, task?.id ?? '');
    expect(await inFlight).toMatchObject({
      isError: true,
      text: expect.stringContaining('The owner stopped'),
    });
    await expect.poll(() => tasksOf(sessionId)).toMatchObject([{ status: 'cancelled' }]);
    // Between two calls there is nobody to ask, and it ends at once.
    await call(client, 'snapshot');
    const [idle] = await tasksOf(sessionId);
    expect(
      taskView((await rig.runner.store.requestCancel(sessionId, idle?.id ?? '')) as never),
    ).toMatchObject({
      status: 'cancelled',
    });
    await client.close();
  });

  it('[AGT-6] a task whose server died or whose agent went quiet is ended by the runner', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    await call(client, 'navigate', { url: `${site.origin}/form` });
    const [task] = await tasksOf(sessionId);
    const cut = { ...task?.steps[0], index: 1, status: 'running' };
    await rig.db
      .updateTable('tasks')
      .set({ lease_until: new Date(0), steps: JSON.stringify([...(task?.steps ?? []), cut]) })
      .where('id', '=', task?.id ?? '')
      .execute();
    const ended = await rig.until(sessionId, task?.id ?? '');
    expect(ended).toMatchObject({ status: 'succeeded', steps: [{}, { error: { code: 'interrupted' } }] });
    await client.close();
  });

  it('[SES-2] the end of the session ends a call within 250 ms', async () => {
    const { sessionId, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    const inFlight = call(client, 'waitFor', { text: 'never' });
    await expect.poll(() => tasksOf(sessionId)).toMatchObject([{ steps: [{ status: 'running' }] }]);
    await rig.sessions.markEnded(sessionId, 'expired');
    const endedAtMs = performance.now();
    await expect(inFlight).resolves.toMatchObject({ isError: true, text: expect.stringContaining('ended') });
    expect(performance.now() - endedAtMs).toBeLessThan(250);
    await expect(connect(token)).rejects.toThrow();
  });

  it('[AUTH-10] revoking the token ends its call within seconds', async () => {
    const { sessionId, id, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    const inFlight = call(client, 'waitFor', { text: 'never' });
    await expect.poll(() => tasksOf(sessionId)).toMatchObject([{ steps: [{ status: 'running' }] }]);
    await rig.revokeToken(sessionId, id);
    const revokedAtMs = performance.now();
    await expect(inFlight).resolves.toMatchObject({
      isError: true,
      text: expect.stringContaining('revoked'),
    });
    expect(performance.now() - revokedAtMs).toBeLessThan(5_000);
  });
});

function post(token: string | null, message: { method: string; params?: unknown }, headers = {}) {
  return fetch(`${rig.url}/mcp`, {
    method: 'POST',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  });
}

describe('the door', () => {
  const ping = { method: 'ping' };

  it('[AUTH-10] opens for a live token with the scope mcp, and for no other', async () => {
    const { sessionId, id, token } = await rig.newToken(['mcp', 'approve']);
    const { token: viewer } = await rig.newToken(['view', 'cdp', 'control', 'tasks:write'], sessionId);
    expect((await post(token, ping)).status).toBe(200);
    expect((await post(viewer, ping)).status).toBe(403);
    const nobody = await post('oda_wrong', ping);
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    await rig.revokeToken(sessionId, id);
    expect((await post(token, ping)).status).toBe(401);
  });

  it('[AUTH-4] pages elsewhere get nowhere, not even with a token that they stole', async () => {
    const { token } = await rig.newToken(['mcp']);
    expect((await post(null, ping)).status).toBe(403);
    expect((await post(token, ping, { origin: 'https://evil.test' })).status).toBe(403);
    expect((await post(token, ping, { origin: 'null' })).status).toBe(403);
    expect((await post(token, ping, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post(token, ping, { origin: rig.url })).status).toBe(200);
  });

  it('[AGT-8] bounds what one token may ask, in size and in number', async () => {
    const { token } = await rig.newToken(['mcp', 'approve']);
    const large = await post(token, { method: 'ping', params: { x: 'x'.repeat(1_100_000) } });
    expect(large.status).toBe(413);
    const answers = await Promise.all(Array.from({ length: 310 }, () => post(token, ping)));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(5);
    const { token: other } = await rig.newToken(['mcp', 'approve']);
    expect((await post(other, ping)).status).toBe(200);
  });

  it('[OPS-1] calls are logged with ids, verb and duration, and without what was typed', async () => {
    const { sessionId, id, token } = await rig.newToken(['mcp', 'approve']);
    const client = await connect(token);
    await call(client, 'press', { key: 'Escape' });
    await client.close();
    const line = rig.logLines().findLast(({ event }) => event === 'outside.call');
    expect(line).toMatchObject({ sessionId, apiTokenId: id, verb: 'press', durationMs: expect.any(Number) });
    expect(rig.logText()).not.toMatch(/oda_/);
  });
});
