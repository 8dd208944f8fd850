import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { taskView } from '../agent/task-store.ts';
import type { Lease } from '../sessions/leases.ts';
import { type OutsideRig, startOutsideRig } from '../testing/outside-rig.ts';
import { serveTaskPages, type TaskPages } from '../testing/task-pages.ts';
import { createAskableClients } from './askable-clients.ts';

let rig: OutsideRig;
let site: TaskPages;

beforeAll(async () => {
  rig = await startOutsideRig();
});
afterAll(() => rig?.stop());

// The tests share a browser: a site is new to it once.
beforeEach(async () => {
  site = await serveTaskPages({ '/': '<h1>Elsewhere</h1>' });
});
afterEach(() => site.stop());

interface Shown {
  mode?: string;
  url?: string;
  message: string;
}

/** A client with somebody in front of it, who is shown an address and says `action`. */
async function connectWithPerson(action: 'accept' | 'decline') {
  const { sessionId, token } = await rig.newToken(['mcp']);
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: { url: {} } } });
  const shown: Shown[] = [];
  const over: string[] = [];
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    shown.push(params as Shown);
    return { action };
  });
  client.setNotificationHandler('notifications/elicitation/complete', ({ params }) => {
    over.push(params.elicitationId);
  });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${rig.url}/mcp`), { requestInit }));
  const said: string[] = [];
  const opening = client.callTool(
    { name: 'navigate', arguments: { url: `${site.origin}/` } },
    { onprogress: ({ message }) => message && said.push(message) },
  );
  return { sessionId, client, shown, over, said, opening };
}

const firstTask = async (sessionId: string) => (await rig.runner.store.list(sessionId)).map(taskView)[0];

describe('a client that can be asked', () => {
  it('[AGT-8] is shown the page on which the owner is asked, and told when that is over', async () => {
    const { sessionId, client, shown, over, said, opening } = await connectWithPerson('accept');
    await expect.poll(() => shown, { timeout: 20_000 }).toHaveLength(1);
    const words = `The owner of this browser is asked on its page before the agent may go to a site that was not named`;
    expect(shown[0]).toMatchObject({
      mode: 'url',
      url: `${rig.url}/s/${sessionId}`,
      message: expect.stringContaining(words),
    });
    expect(said).toEqual([shown[0]?.message]);
    // What the client says is no yes of the owner. [AGT-5]
    const task = await firstTask(sessionId);
    expect(task?.status).toBe('waiting-for-approval');
    expect(over).toEqual([]);
    await rig.runner.decide(sessionId, task?.id ?? '', task?.approval?.id ?? '', 'approve');
    expect(await opening).toMatchObject({ content: [{ text: 'Done.' }] });
    expect(over).toEqual([task?.approval?.id]);
    await client.close();
  });

  it('[AGT-5] says no for its owner, if its person declines', async () => {
    const { sessionId, client, opening } = await connectWithPerson('decline');
    expect(await opening).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('The owner refused to go to a site') }],
    });
    expect(await firstTask(sessionId)).toMatchObject({ steps: [{ error: { code: 'approval-refused' } }] });
    await client.close();
  });

  it('[AGT-8] is served also where nobody knows it, and is closed by its own token only', async () => {
    const { sessionId, token } = await rig.newToken(['mcp']);
    const { token: other } = await rig.newToken(['mcp'], sessionId);
    const send = (method: string, bearer: string, clientId: string, body?: object) =>
      fetch(`${rig.url}/mcp`, {
        method,
        headers: {
          authorization: `Bearer ${bearer}`,
          accept: 'application/json, text/event-stream',
          ...(body && { 'content-type': 'application/json' }),
          ...(clientId && { 'mcp-session-id': clientId }),
        },
        ...(body && { body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }) }),
      });
    const opened = await send('POST', token, '', INITIALIZE);
    const clientId = opened.headers.get('mcp-session-id') ?? '';
    expect(clientId).toMatch(/^[\da-f-]{36}$/);
    expect((await send('DELETE', other, clientId)).status).toBe(405);
    expect((await send('POST', other, clientId, { method: 'ping' })).status).toBe(200);
    expect((await send('DELETE', token, clientId)).status).toBe(200);
    expect((await send('DELETE', token, clientId)).status).toBe(405);
    const afterwards = await send('POST', token, clientId, { method: 'tools/list' });
    expect(await afterwards.text()).toContain('"name":"navigate"');
  });
});

const INITIALIZE = {
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: { url: {} } },
    clientInfo: { name: 'test', version: '1' },
  },
};

describe('what is kept of them', () => {
  it('[AGT-8] is bounded for a token, and ends with the session', async () => {
    const ending = new AbortController();
    const lease = { sessionId: 'ses_1', signal: ending.signal } as Lease;
    const askable = createAskableClients(() => new McpServer({ name: 'test', version: '1' }));
    const find = (tokenId: string, clientId?: string) =>
      askable.find({
        lease,
        tokenId,
        clientId,
        body: clientId ? {} : { jsonrpc: '2.0', id: 1, ...INITIALIZE },
      });
    const door: Server = createServer(async (request, response) => {
      const serve = await find(String(request.headers.authorization));
      await serve?.(request, response, { jsonrpc: '2.0', id: 1, ...INITIALIZE });
    });
    await once(door.listen(0, '127.0.0.1'), 'listening');
    const open = async (tokenId: string) => {
      const response = await fetch(`http://127.0.0.1:${(door.address() as AddressInfo).port}`, {
        method: 'POST',
        headers: {
          authorization: tokenId,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
      });
      await response.text();
      return response.headers.get('mcp-session-id') ?? '';
    };
    const elsewhere = await open('other');
    const ids: string[] = [];
    for (let n = 0; n < 16; n++) ids.push(await open('mine'));
    expect(await find('mine', ids[0])).not.toBeNull(); // and is the newest now
    ids.push(await open('mine'));
    const known = await Promise.all(ids.map((id) => find('mine', id)));
    expect(known.flatMap((serve, n) => (serve ? [] : [n]))).toEqual([1]);
    expect(await find('other', elsewhere)).not.toBeNull();
    expect(await find('mine', elsewhere)).toBeNull();
    ending.abort();
    expect(await find('other', elsewhere)).toBeNull();
    expect(await find('mine', ids[16])).toBeNull();
    door.closeAllConnections();
    await once(door.close(), 'close');
    await askable.stop();
  });
});
