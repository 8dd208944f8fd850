import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rectangle, RfbClient, unixTransport, webSocketTransport } from '../bench/rfb-client.ts';
import {
  connectControl,
  ORIGIN,
  type Person,
  type RealtimeServer,
  startRealtimeServer,
} from './testing/realtime-server.ts';
import { seedSession } from './testing/seed.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';
import { startXvnc, type TestXvnc } from './testing/xvnc.ts';

let database: TestDatabase;
let server: RealtimeServer;
let xvnc: TestXvnc;
let person: Person;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startRealtimeServer(database);
  xvnc = await startXvnc();
  person = await seedSession(database.db);
  server.setDesktop(person.sessionId, xvnc.rfbPath);
});
afterAll(async () => {
  await server.stop();
  await xvnc.stop();
  await database.stop();
});

async function view(mode: 'control' | 'view', who = person, on = server): Promise<RfbClient> {
  const url = `${on.url}/vnc/${who.sessionId}`;
  const transport = webSocketTransport(url, await on.vncTicket(who, mode), ORIGIN);
  return RfbClient.connect(transport, { exclusive: true });
}

async function frame(client: RfbClient): Promise<Rectangle[]> {
  const updated = once(client, 'update');
  client.requestUpdate(false);
  const [update] = (await updated) as [{ rectangles: Rectangle[] }];
  return update.rectangles;
}

/** Resolves when the display has handled all that this client sent before: answers come in order. */
const settled = frame;

describe('wss /vnc/:sessionId', () => {
  it('[VNC-1] shows the real display, the same pixels as its own socket', async () => {
    const viewer = await view('view');
    const direct = await RfbClient.connect(unixTransport(xvnc.rfbPath));
    expect([viewer.width, viewer.height, viewer.name]).toEqual([direct.width, direct.height, direct.name]);
    const [seen, truth] = [await frame(viewer), await frame(direct)];
    expect(Buffer.concat(seen.map((one) => one.pixels))).toEqual(
      Buffer.concat(truth.map((one) => one.pixels)),
    );
    expect(truth.reduce((sum, one) => sum + one.width * one.height, 0)).toBe(320 * 200);
    viewer.close();
    direct.close();
  });

  it('[VNC-1] a second viewer, exclusive as it asks to be, throws out nobody', async () => {
    const first = await view('control');
    const second = await view('control');
    await frame(second);
    expect(await frame(first)).not.toHaveLength(0);
    first.close();
    second.close();
  });

  it('[VNC-2] an owner moves the pointer of the display, a guest does not', async () => {
    // Xvnc draws its cursor into the picture of a client that cannot draw one itself.
    const witness = await RfbClient.connect(unixTransport(xvnc.rfbPath));
    const pixels = async () => Buffer.concat((await frame(witness)).map((one) => one.pixels));
    const guest = await view('view');
    const owner = await view('control');
    owner.sendPointer(40, 40);
    await settled(owner);
    const before = await pixels();
    guest.sendPointer(200, 100, 1);
    guest.sendCutText('from the guest');
    await settled(guest);
    expect((await pixels()).equals(before)).toBe(true);
    owner.sendPointer(200, 100);
    await settled(owner);
    await expect.poll(async () => (await pixels()).equals(before)).toBe(false);
    for (const client of [witness, guest, owner]) client.close();
  });

  it('[AGT-4] a key of an owner is human input, a guest has none', async () => {
    server.humanInputs.length = 0;
    const guest = await view('view');
    guest.sendKey(0x41, true);
    await settled(guest);
    expect(server.humanInputs).toEqual([]);
    const owner = await view('control');
    owner.sendPointer(5, 5);
    await settled(owner);
    expect(server.humanInputs).toEqual([]);
    for (let count = 0; count < 20; count++) owner.sendKey(0x41, count % 2 === 0);
    await settled(owner);
    expect(new Set(server.humanInputs)).toEqual(new Set([person.sessionId]));
    expect(server.humanInputs.length).toBeLessThan(4); // throttled
    guest.close();
    owner.close();
  });

  it('[VNC-2] a viewer that breaks RFB is closed with 1008', async () => {
    const viewer = await view('control');
    const closed = once(viewer, 'closed');
    viewer.sendBytes(Buffer.of(99));
    expect(await closed).toEqual([{ code: 1008, reason: 'rfb-violation' }]);
  });

  it('[SES-2] the end of the session closes every viewer within 250 ms and leaves the display none', async () => {
    const ending = await seedSession(database.db);
    server.setDesktop(ending.sessionId, xvnc.rfbPath);
    const viewers = [await view('control', ending), await view('view', ending)];
    const closed = viewers.map((viewer) => once(viewer, 'closed'));
    await server.sessions.markEnded(ending.sessionId, 'revoked-by-operator');
    const endedAtMs = performance.now();
    for (const one of closed) expect(await one).toEqual([{ code: 4410, reason: 'revoked-by-operator' }]);
    expect(performance.now() - endedAtMs).toBeLessThan(250);
    await expect(view('control', ending)).rejects.toThrow('1006');
  });

  it('[AUTH-6] lives as long as the control socket renews itself, then closes with 4401', async () => {
    const brief = await startRealtimeServer(database, { accessLifetimeMs: 2_000 });
    try {
      brief.setDesktop(person.sessionId, xvnc.rfbPath);
      const { agentId } = person;
      const control = await connectControl(brief.url);
      const prove = async () =>
        control.send({ type: 'auth', token: await brief.accessToken(person), agentId, after: 0 });
      await prove();
      const viewer = await view('control', person, brief);
      const begunMs = performance.now();
      const closed = once(viewer, 'closed').then(([close]) => ({ close, atMs: performance.now() }));
      while (performance.now() - begunMs < 7_000) {
        await control.next('auth_expiring');
        await prove();
        await frame(viewer);
      }
      const withheldSinceMs = performance.now();
      expect(await control.closed).toMatchObject({ code: 4401 });
      const { close, atMs } = await closed;
      expect(close).toEqual({ code: 4401, reason: 'authenticate' });
      expect(atMs - withheldSinceMs).toBeLessThan(2_000 + 5_000); // the last token's life, and five seconds
    } finally {
      await brief.stop();
    }
  });

  it('[AUTH-6] without a control socket it lives for one token, and a new ticket opens it again', async () => {
    const brief = await startRealtimeServer(database, { accessLifetimeMs: 1_000 });
    try {
      brief.setDesktop(person.sessionId, xvnc.rfbPath);
      const viewer = await view('view', person, brief);
      const begunMs = performance.now();
      expect(await once(viewer, 'closed')).toMatchObject([{ code: 4401 }]);
      expect(performance.now() - begunMs).toBeLessThan(1_000 + 5_000);
      const next = await view('view', person, brief);
      await frame(next);
      next.close();
    } finally {
      await brief.stop();
    }
  });

  it('[VNC-1] more viewers at once than a busy display has room for in its queue all get in', async () => {
    xvnc.pause();
    const coming = Array.from({ length: 20 }, () => view('view'));
    await expect.poll(() => server.openSockets()).toBe(20);
    xvnc.resume();
    for (const viewer of await Promise.all(coming)) viewer.close();
  });

  it('[VNC-4] a display that dies closes with 1013, so that the page comes back', async () => {
    const other = await startXvnc();
    const restarting = await seedSession(database.db);
    server.setDesktop(restarting.sessionId, other.rfbPath);
    const viewer = await view('control', restarting);
    const closed = once(viewer, 'closed');
    await other.stop();
    expect(await closed).toEqual([{ code: 1013, reason: 'desktop-unavailable' }]);
  });

  it('[OPS-1] connects and disconnects are logged with ids, code, duration and bytes, never with a ticket', async () => {
    const viewer = await view('view');
    await frame(viewer);
    viewer.close();
    await expect.poll(() => server.openSockets()).toBe(0);
    const lines = server
      .logText()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { sessionId, agentId, buyerId } = person;
    const ids = { sessionId, agentId, userId: buyerId };
    expect(lines.findLast((line) => line.event === 'vnc.connected')).toMatchObject({ ...ids, mode: 'view' });
    const last = lines.findLast((line) => line.event === 'vnc.disconnected');
    expect(last).toMatchObject({ ...ids, code: 1005 });
    expect(last.toViewerBytes).toBeGreaterThan(320 * 200 * 4);
    expect(server.logText()).not.toMatch(/eyJ[\w-]+\./);
  });

  it('[RT-8] 300 viewers come and go: no socket, timer or listener is left', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    // The kernel lists the display's end of every connection under its socket's path.
    const tunnels = async () => (await readFile('/proc/net/unix', 'utf8')).split(xvnc.rfbPath).length - 1;
    await expect.poll(() => server.openSockets()).toBe(0);
    const [timersBefore, tunnelsBefore] = [timers(), await tunnels()];
    for (let round = 0; round < 30; round++) {
      const viewers = await Promise.all(Array.from({ length: 10 }, () => view('control')));
      const closed = viewers.map((viewer) => once(viewer, 'closed'));
      for (const viewer of viewers) viewer.close();
      await Promise.all(closed);
    }
    expect(server.logText()).not.toContain('too-many-connections');
    await expect.poll(() => server.openSockets()).toBe(0);
    await expect.poll(tunnels).toBe(tunnelsBefore);
    // Ten may belong to idle connections of the database pool; a leak would show 300.
    await expect.poll(timers).toBeLessThanOrEqual(timersBefore + 10);
  });
});
