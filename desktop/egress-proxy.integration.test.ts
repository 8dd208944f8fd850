import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfinement } from './confinement.ts';
import { createEgressPolicy } from './egress-policy.ts';
import { startEgressProxy } from './egress-proxy.ts';

let folder: string;
let proxyPath: string;
let proxy: { close(): void };
let hits = 0;
let lapsed = 0;
const confinement = createConfinement(() => {
  lapsed += 1;
});
const canary = createTcpServer((socket) => {
  hits += 1;
  socket.destroy();
});
const origin = createServer((incoming, outgoing) => {
  if (incoming.url === '/away') {
    outgoing.writeHead(302, { location: `http://127.0.0.1:${portOf(canary)}/` }).end();
    return;
  }
  outgoing.setHeader('x-seen', JSON.stringify({ host: incoming.headers.host, url: incoming.url }));
  outgoing.setHeader('set-cookie', ['a=1', 'b=2']);
  incoming.pipe(outgoing);
});
const echo = createTcpServer((socket) => socket.pipe(socket));

const portOf = (server: Server) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'egress-'));
  proxyPath = join(folder, 'proxy.sock');
  for (const server of [canary, origin, echo]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const allowPrivate = [`127.0.0.1:${portOf(origin)}`, `127.0.0.1:${portOf(echo)}`, `127.0.0.1:1`];
  proxy = await startEgressProxy(proxyPath, createEgressPolicy({ allowPrivate }), confinement);
});

afterAll(async () => {
  proxy.close();
  for (const server of [canary, origin, echo]) server.close();
  await rm(folder, { recursive: true });
});

async function get(
  path: string,
  body = '',
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  const outgoing = request({
    socketPath: proxyPath,
    path,
    method: 'POST',
    headers: { 'proxy-authorization': 'x' },
  });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return { status: response.statusCode, body: await text(response), headers: response.headers };
}

async function tunnel(authority: string) {
  const socket = connect(proxyPath);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n\r\n`);
  const [answer] = await once(socket, 'data');
  return { socket, head: String(answer).split('\r\n')[0], answer: String(answer) };
}

describe('egress proxy', () => {
  it('forwards a request and its body, and keeps every cookie', async () => {
    const { status, body, headers } = await get(`http://127.0.0.1:${portOf(origin)}/a?b=c`, 'hello');
    expect({ status, body }).toEqual({ status: 200, body: 'hello' });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    const seen = JSON.parse(String(headers['x-seen']));
    expect(seen).toEqual({ host: `127.0.0.1:${portOf(origin)}`, url: '/a?b=c' });
  });

  it('tunnels bytes both ways', async () => {
    const { socket, head } = await tunnel(`127.0.0.1:${portOf(echo)}`);
    expect(head).toBe('HTTP/1.1 200 Connection Established');
    socket.write('ping');
    expect(String((await once(socket, 'data'))[0])).toBe('ping');
    socket.destroy();
  });

  it('[ISO-4] refuses by page and by tunnel, in words, without a packet', async () => {
    const target = `127.0.0.1:${portOf(canary)}`;
    for (const host of [target, `localhost:${portOf(canary)}`, `[::ffff:127.0.0.1]:${portOf(canary)}`]) {
      const { status, body } = await get(`http://${host}/`);
      expect(status).toBe(403);
      expect(body).toContain('public internet only');
      const { head, answer, socket } = await tunnel(host);
      expect(head).toBe('HTTP/1.1 403 Forbidden');
      expect(answer).toContain('public internet only');
      socket.destroy();
    }
    expect(hits).toBe(0);
  });

  it('[ISO-4] judges each hop of a redirect anew', async () => {
    const { status, headers } = await get(`http://127.0.0.1:${portOf(origin)}/away`);
    expect(status).toBe(302);
    expect((await get(String(headers.location))).status).toBe(403);
    expect(hits).toBe(0);
  });

  it.each(['/relative', 'ftp://127.0.0.1/', 'http://', 'https://example.com/'])(
    'refuses %s',
    async (path) => {
      expect((await get(path)).status).toBe(400);
    },
  );

  it('answers 403 to a tunnel without a port, 502 to a host that does not answer', async () => {
    for (const authority of ['example.com', 'example.com:99999', ':80']) {
      const { head, socket } = await tunnel(authority);
      expect(head).toBe('HTTP/1.1 403 Forbidden');
      socket.destroy();
    }
    const { head, socket } = await tunnel('127.0.0.1:1');
    expect(head).toBe('HTTP/1.1 502 Bad Gateway');
    socket.destroy();
    expect((await get('http://127.0.0.1:1/')).status).toBe(502);
  });

  it('[AGT-9] confines to the origins of a task, cuts what was open, and says so', async () => {
    const there = `127.0.0.1:${portOf(origin)}`;
    const elsewhere = `127.0.0.1:${portOf(echo)}`;
    const before = await tunnel(elsewhere);
    const cut = once(before.socket, 'close');
    confinement.set({ origins: [`http://${there}`], until: new Date(Date.now() + 60_000).toISOString() });
    await cut;
    expect((await get(`http://${there}/`)).status).toBe(200);
    const refused = await get(`http://${elsewhere}/`);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('allowed origins');
    const { head, answer, socket } = await tunnel(elsewhere);
    expect(head).toBe('HTTP/1.1 403 Forbidden');
    expect(answer).toContain('allowed origins');
    socket.destroy();
    const inside = await tunnel(there);
    expect(inside.head).toContain('200');
    inside.socket.destroy();

    confinement.set(null);
    const after = await tunnel(elsewhere);
    expect(after.head).toContain('200');
    after.socket.destroy();
    expect(lapsed).toBe(0);
  });

  it('[AGT-9] a confinement that nobody renews is lifted, and said to be', async () => {
    const elsewhere = `127.0.0.1:${portOf(echo)}`;
    const over = lapsed;
    confinement.set({ origins: ['https://example.com'], until: new Date(Date.now() + 150).toISOString() });
    const { head, socket } = await tunnel(elsewhere);
    expect(head).toBe('HTTP/1.1 403 Forbidden');
    socket.destroy();
    await expect.poll(() => lapsed, { interval: 20 }).toBe(over + 1);
    const after = await tunnel(elsewhere);
    expect(after.head).toContain('200');
    after.socket.destroy();
  });

  it('does not carry markup of a name into its page', async () => {
    const { body } = await get('http://127.0.0.1:2/%3Cscript%3E');
    expect(body).not.toContain('<script');
  });
});
