import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORIGIN, type Person, type RealtimeServer, startRealtimeServer } from './testing/realtime-server.ts';
import { seedSession } from './testing/seed.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

let database: TestDatabase;
let server: RealtimeServer;
let person: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startRealtimeServer(database);
  person = await seedSession(database.db);
});
afterAll(async () => {
  await server.stop();
  await database.stop();
});

interface Knock {
  path?: string;
  origin?: string | null;
  protocols?: string[];
  key?: string;
}

function knock({
  path = '/ws',
  origin = ORIGIN,
  protocols,
  key = 'AQIDBAUGBwgJCgsMDQ4PEA==',
}: Knock): Socket {
  const socket = connect(server.port, '127.0.0.1');
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: page.test',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...(origin === null ? [] : [`Origin: ${origin}`]),
    ...(protocols ? [`Sec-WebSocket-Protocol: ${protocols.join(', ')}`] : []),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return socket;
}

/** The whole answer: only a socket that the server ends lets this resolve. */
async function refusal(options: Knock): Promise<{ status: number; code: string | undefined }> {
  const answer = await text(knock(options));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const isProblem = head.includes('application/problem+json');
  return { status: Number(head.split(' ')[1]), code: isProblem ? JSON.parse(body).code : undefined };
}

const vnc = (sessionId: string) => `/vnc/${sessionId}`;
const refused = (status: number, code: string) => ({ status, code });

describe('the door', () => {
  it.each<[string, string | null]>([
    ['none', null],
    ['null', 'null'],
    ['another', 'https://evil.test'],
    ['ours as a prefix', `${ORIGIN}.evil.test`],
    ['ours as a suffix', 'https://evilpage.test'],
    ['ours over http', ORIGIN.replace('https', 'http')],
    ['ours with a port', `${ORIGIN}:8443`],
    ['ours in capitals', ORIGIN.toUpperCase()],
    ['ours twice', `${ORIGIN}, ${ORIGIN}`],
  ])('[AUTH-4] origin: %s', async (_, origin) => {
    expect(await refusal({ origin })).toEqual(refused(403, 'origin-not-allowed'));
    expect(await refusal({ origin, path: vnc('ses_1') })).toEqual(refused(403, 'origin-not-allowed'));
  });

  it.each([
    '/',
    '/ws/',
    '/wss',
    '/ws/x',
    '/vnc',
    '/vnc/',
    '/vnc/a/b',
    '/vnc/..%2fx',
    '//ws',
    '/WS',
    '/api/x',
  ])('[VNC-1] %s is no path of ours', async (path) => {
    expect(await refusal({ path })).toEqual(refused(404, 'not-a-websocket-path'));
  });

  it('[VNC-1] the ladder of the picture, rung by rung', async () => {
    const path = vnc(person.sessionId);
    const offer = (ticket: string) => ['binary', `ticket.${ticket}`];
    expect(await refusal({ path })).toEqual(refused(401, 'ticket-missing'));
    expect(await refusal({ path, protocols: ['binary'] })).toEqual(refused(401, 'ticket-missing'));
    expect(await refusal({ path, protocols: offer('x.y.z') })).toEqual(refused(401, 'token-invalid'));

    const accessToken = await server.accessToken(person);
    expect(await refusal({ path, protocols: offer(accessToken) })).toEqual(refused(401, 'token-invalid'));

    const ticket = await server.vncTicket(person);
    expect(await refusal({ path, protocols: [`ticket.${ticket}`] })).toEqual(refused(401, 'ticket-missing'));
    expect(await refusal({ path: vnc('ses_other'), protocols: offer(ticket) })).toEqual(
      refused(403, 'ticket-for-another-session'),
    );
    expect(await refusal({ path, protocols: offer(ticket) })).toEqual(refused(503, 'desktop-not-ready'));
    expect(await refusal({ path, protocols: offer(ticket) })).toEqual(refused(403, 'ticket-used'));

    server.setDesktop(person.sessionId, '/nonexistent/rfb.sock');
    const next = offer(await server.vncTicket(person));
    expect(await refusal({ path, protocols: next })).toEqual(refused(503, 'desktop-not-ready'));

    const ended = await seedSession(database.db);
    await server.sessions.markEnded(ended.sessionId, 'refunded');
    const late = offer(await server.vncTicket(ended));
    expect(await refusal({ path: vnc(ended.sessionId), protocols: late })).toEqual(
      refused(403, 'session-not-live'),
    );
  });

  it('[VNC-1] a malformed handshake is answered and its place given back', async () => {
    expect((await refusal({ key: 'short' })).status).toBe(400);
    await expect.poll(() => server.openSockets()).toBe(0);
  });

  it('[ISO-8] knocks too often, holds too many sockets: 429', async () => {
    const strict = await startRealtimeServer(database, {
      upgrade: { attemptsPerMinutePerClient: 3, socketsPerClient: 2 },
    });
    const previous = server;
    server = strict;
    try {
      const held = [knock({}), knock({})];
      for (const socket of held)
        await new Promise((resolve) => socket.once('data', resolve).on('error', () => {}));
      expect(await refusal({})).toEqual(refused(429, 'too-many-connections'));
      for (const socket of held) socket.destroy();
      await expect.poll(() => strict.openSockets()).toBe(0);
      expect(await refusal({})).toEqual(refused(429, 'too-many-attempts'));
    } finally {
      server = previous;
      await strict.stop();
    }
  });

  it('[VNC-1] a client that resets in the middle of everything crashes nothing', async () => {
    for (let count = 0; count < 50; count++) {
      const protocols = ['binary', `ticket.${await server.vncTicket(person)}`];
      const socket = knock({ path: vnc(person.sessionId), protocols }).on('error', () => {});
      await new Promise((resolve) => socket.once('connect', resolve));
      setImmediate(() => socket.resetAndDestroy());
    }
    await expect.poll(() => server.openSockets()).toBe(0);
    expect((await refusal({ path: '/x' })).status).toBe(404);
  });

  it('[AUTH-5] no ticket in any log line', () => {
    expect(server.logText()).toContain('upgrade.refused');
    expect(server.logText()).not.toMatch(/eyJ[\w-]+\./);
  });
});
