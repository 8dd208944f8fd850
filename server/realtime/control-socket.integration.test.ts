import { getEventListeners, once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerMessage } from '../../shared/protocol.ts';
import {
  type ControlClient,
  connectControl,
  type Person,
  type RealtimeServer,
  startRealtimeServer,
} from '../testing/realtime-server.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { appendEvent } from './event-log.ts';

let database: TestDatabase;
let server: RealtimeServer;
const extra: RealtimeServer[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startRealtimeServer(database);
});
afterEach(async () => {
  for (const one of extra.splice(0)) await one.stop();
});
afterAll(async () => {
  await server.stop();
  await database.stop();
});

async function special(options: Parameters<typeof startRealtimeServer>[1]): Promise<RealtimeServer> {
  const one = await startRealtimeServer(database, options);
  extra.push(one);
  return one;
}

async function signIn(on: RealtimeServer, person: Person, after: number | null): Promise<ControlClient> {
  const client = await connectControl(on.url);
  client.send({ type: 'auth', token: await on.accessToken(person), agentId: person.agentId, after });
  await client.next('auth_ok');
  return client;
}

const append = (sessionId: string) =>
  database.db
    .transaction()
    .execute((trx) =>
      appendEvent(trx, sessionId, { type: 'desktop.status', data: { status: 'restarting' } }),
    );

describe('wss /ws', () => {
  it('[RT-4] snapshot, then live; a cursor resumes without gap or repeat', async () => {
    const person = await seedSession(database.db);
    await append(person.sessionId);
    const first = await signIn(server, person, null);
    expect(await first.next('snapshot')).toMatchObject({
      seq: 1,
      session: { id: person.sessionId },
      tasks: [],
    });
    await append(person.sessionId);
    expect(await first.next('event')).toMatchObject({ seq: 2, event: { type: 'desktop.status' } });
    first.socket.terminate();
    await append(person.sessionId);
    const again = await signIn(server, person, 2);
    expect(await again.next('event')).toMatchObject({ seq: 3 });
    expect(again.messages.map((message) => message.type)).toEqual(['auth_ok', 'event']);
    again.socket.close();
  });

  it('[RT-4] below the retention floor and beyond the end: a snapshot', async () => {
    const person = await seedSession(database.db);
    for (let count = 0; count < 3; count++) await append(person.sessionId);
    await database.db
      .deleteFrom('events')
      .where('session_id', '=', person.sessionId)
      .where('seq', '<=', 2)
      .execute();
    for (const after of [0, 99]) {
      const client = await signIn(server, person, after);
      expect(await client.next('snapshot')).toMatchObject({ seq: 3 });
      client.socket.close();
    }
  });

  it('[RT-4] concurrent appends and random cuts: every event once and in order', async () => {
    const person = await seedSession(database.db);
    const total = 300;
    const writers = [0, 1, 2].map(async () => {
      for (let count = 0; count < total / 3; count++) await append(person.sessionId);
    });
    const seen: number[] = [];
    let cursor = 0;
    while (cursor < total) {
      const client = await signIn(server, person, cursor);
      const until = Math.min(total, cursor + 1 + Math.floor(Math.random() * 40));
      await new Promise<void>((resolve) => {
        const take = (message: ServerMessage) => {
          if (message.type !== 'event' || cursor >= until) return;
          seen.push(message.seq);
          cursor = message.seq;
          if (cursor >= until) resolve();
        };
        for (const message of client.messages) take(message);
        client.socket.on('message', (data) => take(JSON.parse(data.toString())));
      });
      client.socket.terminate();
    }
    await Promise.all(writers);
    expect(seen).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  });

  it('[RT-7] no auth in time: 4408', async () => {
    const quick = await special({ control: { authMs: 50 } });
    const client = await connectControl(quick.url);
    expect(await client.closed).toMatchObject({ code: 4408, reason: 'authentication-timeout' });
  });

  it('[RT-7] a bad token 4401, another agent 4403, an ended session 4410 with its reason', async () => {
    const person = await seedSession(database.db);
    const bad = await connectControl(server.url);
    bad.send({ type: 'auth', token: 'x.y.z', agentId: person.agentId, after: null });
    expect(await bad.closed).toMatchObject({ code: 4401, reason: 'token-invalid' });

    const other = await connectControl(server.url);
    const token = await server.accessToken(person);
    other.send({ type: 'auth', token, agentId: 'agt_other', after: null });
    expect(await other.closed).toMatchObject({ code: 4403 });

    await server.sessions.markEnded(person.sessionId, 'refunded');
    const late = await connectControl(server.url);
    late.send({ type: 'auth', token, agentId: person.agentId, after: null });
    expect(await late.closed).toMatchObject({ code: 4410, reason: 'refunded' });
  });

  it('[RT-6] nonsense is named once, then 1008; a bomb of a message is 1009', async () => {
    const client = await connectControl(server.url);
    client.socket.send('{');
    expect(await client.next('error')).toMatchObject({ code: 'invalid-message' });
    client.send({ type: 'ping', id: 1 });
    expect(await client.next('error')).toMatchObject({ code: 'auth-first' });
    expect(await client.closed).toMatchObject({ code: 1008 });

    const bomb = await connectControl(server.url);
    bomb.socket.send(Buffer.alloc(65 * 1024));
    expect(await bomb.closed).toMatchObject({ code: 1009 });
  });

  it('[RT-6] eight bombs of endless fragments are closed', async () => {
    const bombs = await Promise.all(Array.from({ length: 8 }, () => connectControl(server.url)));
    for (const { socket } of bombs) {
      socket.on('error', () => {});
      for (let count = 0; count < 20_000; count++) socket.send('', { fin: false });
    }
    for (const bomb of bombs) expect([1006, 1008, 1009]).toContain((await bomb.closed).code);
  });

  it('[RT-6] too many messages a minute: 4429', async () => {
    const strict = await special({ control: { messagesPerMinute: 5 } });
    const client = await signIn(strict, await seedSession(database.db), null);
    for (let id = 0; id < 5; id++) client.send({ type: 'ping', id });
    expect(await client.closed).toMatchObject({ code: 4429, reason: 'too-fast' });
  });

  it('[RT-9] one socket too many of a session: 4429, and a place that is given back is used again', async () => {
    const narrow = await special({ socketsPerSession: 1 });
    const person = await seedSession(database.db);
    const first = await signIn(narrow, person, null);
    await expect(signIn(narrow, person, null)).rejects.toThrow('4429');
    first.socket.close();
    await first.closed;
    await expect.poll(() => signIn(narrow, person, null).catch(() => null)).not.toBeNull();
  });

  it('[RT-1] a client ping is answered; a client that says nothing is dropped within two heartbeats', async () => {
    const nervous = await special({ heartbeatMs: 200 });
    const person = await seedSession(database.db);
    const client = await signIn(nervous, person, null);
    client.send({ type: 'ping', id: 7 });
    expect(await client.next('pong')).toEqual({ type: 'pong', id: 7 });
    const silentSinceMs = performance.now();
    await client.next('ping');
    const { code, atMs } = await client.closed;
    expect(code).toBe(1006);
    expect(atMs - silentSinceMs).toBeLessThan(600); // two heartbeats and a busy machine
  });

  it('[AUTH-6] asked for renewal in time; renewed in-band it lives on, else 4401', async () => {
    // Long enough for the second token to end a whole second later: expiry is counted in seconds.
    const brief = await special({ accessLifetimeMs: 4_000 });
    const person = await seedSession(database.db);
    const faithful = await signIn(brief, person, null);
    const idle = await signIn(brief, person, null);
    await faithful.next('auth_expiring');
    const renewed = await brief.accessToken(person);
    faithful.send({ type: 'auth', token: renewed, agentId: person.agentId, after: 0 });
    await faithful.next('auth_ok');
    expect(await idle.closed).toMatchObject({ code: 4401, reason: 'authenticate' });
    await append(person.sessionId);
    expect(await faithful.next('event')).toMatchObject({ seq: 1 });
    expect(faithful.messages.filter((message) => message.type === 'snapshot')).toHaveLength(1);
    faithful.socket.close();
  });

  it('[SES-3] a token that would have died with the session is asked to be renewed once the session is longer', async () => {
    const brief = await special({ accessLifetimeMs: 8_000 });
    const person = await seedSession(database.db, { ttlMs: 8_000 });
    const startedAt = performance.now();
    const client = await signIn(brief, person, null);
    const untilSilent = 5_000; // past the half life, where it would have been asked
    await expect.poll(() => performance.now() - startedAt, { timeout: 8_000 }).toBeGreaterThan(untilSilent);
    expect(client.messages.filter(({ type }) => type === 'auth_expiring')).toEqual([]);
    await database.pool.query(
      `WITH moved AS (UPDATE sessions SET expires_at = now() + interval '1 hour' WHERE id = $1 RETURNING id)
       SELECT pg_notify('session_changes', id) FROM moved`,
      [person.sessionId],
    );
    await client.next('auth_expiring');
    client.socket.close();
  });

  it('[AUTH-6] a renewal for another session is 4403', async () => {
    const [person, stranger] = [await seedSession(database.db), await seedSession(database.db)];
    const client = await signIn(server, person, null);
    const token = await server.accessToken(stranger);
    client.send({ type: 'auth', token, agentId: stranger.agentId, after: null });
    expect(await client.closed).toMatchObject({ code: 4403, reason: 'other-identity' });
  });

  it('[SES-2] the end is told as an event and then as 4410, within 250 ms, to every client', async () => {
    const person = await seedSession(database.db);
    const clients = await Promise.all(Array.from({ length: 10 }, () => signIn(server, person, null)));
    await Promise.all(clients.map((client) => client.next('snapshot')));
    await server.sessions.markEnded(person.sessionId, 'disputed');
    const endedAtMs = performance.now();
    for (const client of clients) {
      const { code, reason, atMs } = await client.closed;
      expect([code, reason]).toEqual([4410, 'disputed']);
      expect(atMs - endedAtMs).toBeLessThan(250);
      expect(client.messages.at(-1)).toMatchObject({
        event: { type: 'session.ended', data: { reason: 'disputed' } },
      });
    }
  });

  it('[AUTH-3] a token that ends with its session: no request to renew it, and 4410 rather than 4401', async () => {
    const person = await seedSession(database.db, { ttlMs: 1_800 });
    const lease = await server.leases.acquire(person.sessionId);
    const sessionExpiresAt = lease?.expiresAt as Date;
    const { token } = await server.tokens.issue('access', { ...person, sessionExpiresAt });
    const client = await connectControl(server.url);
    client.send({ type: 'auth', token, agentId: person.agentId, after: null });
    expect(await client.closed).toMatchObject({ code: 4410, reason: 'expired' });
    expect(client.messages.map((message) => message.type)).toEqual(['auth_ok', 'snapshot']);
  });

  it('[OPS-4] a stopping server sends 1012, also to a client that never answers', async () => {
    const leaving = await startRealtimeServer(database);
    const client = await signIn(leaving, await seedSession(database.db), null);
    const mute = await connectControl(leaving.url);
    mute.socket.pause();
    const startedAtMs = performance.now();
    await leaving.stop();
    expect(await client.closed).toMatchObject({ code: 1012, reason: 'restart' });
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
    mute.socket.terminate();
  });

  it('[RT-6] a client that stops reading is cut off, and the server keeps little for it', async () => {
    const strict = await special({ control: { stallMs: 300 } });
    const person = await seedSession(database.db);
    const client = await signIn(strict, person, 0);
    client.socket.pause();
    const fat = { type: 'task.changed' as const, data: fatTask(person.sessionId) };
    for (let count = 0; count < 80; count++) {
      await database.db.transaction().execute((trx) => appendEvent(trx, person.sessionId, fat));
    }
    await expect.poll(() => strict.logText(), { timeout: 5_000 }).toContain('control.disconnected');
    client.socket.terminate();
  });

  it('[RT-8] 300 connects and closes leave no socket, timer or listener behind', async () => {
    const person = await seedSession(database.db);
    const warm = await signIn(server, person, null);
    warm.socket.close();
    await warm.closed;
    await expect.poll(() => server.openSockets()).toBe(0);
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const timersBefore = timers();
    for (let round = 0; round < 30; round++) {
      const clients = await Promise.all(Array.from({ length: 10 }, () => signIn(server, person, null)));
      for (const client of clients) {
        if (round % 2) client.socket.terminate();
        else client.socket.close();
      }
      await Promise.all(clients.map(({ socket }) => socket.readyState === 3 || once(socket, 'close')));
    }
    await expect.poll(() => server.openSockets()).toBe(0);
    // Ten may belong to idle connections of the database pool; a leak would show 300.
    await expect.poll(timers).toBeLessThanOrEqual(timersBefore + 10);
    const lease = await server.leases.acquire(person.sessionId);
    expect(getEventListeners(lease?.signal as AbortSignal, 'abort')).toHaveLength(0);
  });

  it('[AUTH-5] no token in any log line', async () => {
    expect(server.logText()).toContain('control.connected');
    expect(server.logText()).not.toMatch(/eyJ[\w-]+\./);
  });
});

function fatTask(sessionId: string) {
  const at = new Date(0).toISOString();
  const common = { id: 'tsk_1', sessionId, name: 'fat', status: 'running' as const, steps: [] };
  return { ...common, result: { text: 'x'.repeat(200_000) }, createdAt: at, startedAt: at, endedAt: null };
}
