import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RfbClient, webSocketTransport } from '../../../bench/rfb-client.ts';
import { appendEvent } from '../../../server/realtime/event-log.ts';
import {
  ORIGIN,
  type Person,
  type RealtimeServer,
  startRealtimeServer,
} from '../../../server/testing/realtime-server.ts';
import { seedSession } from '../../../server/testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../../../server/testing/test-database.ts';
import { startXvnc, type TestXvnc } from '../../../server/testing/xvnc.ts';
import { nodeLink } from './testing/node-link.ts';

const TABS = 3;
const GUESTS = 2;

let database: TestDatabase;
let server: RealtimeServer;
let xvnc: TestXvnc;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startRealtimeServer(database);
  xvnc = await startXvnc();
});
afterAll(async () => {
  await server.stop();
  await xvnc.stop();
  await database.stop();
});

const tab = fc.nat(TABS - 1);
const guest = fc.nat(GUESTS - 1);
const command = fc.oneof(
  fc.record({ do: fc.constant('log in' as const), tab }),
  fc.record({ do: fc.constant('log out' as const), tab }),
  fc.record({ do: fc.constant('disconnect' as const), tab }),
  fc.record({ do: fc.constant('connect' as const), tab }),
  fc.record({ do: fc.constant('break' as const), tab }),
  fc.record({ do: fc.constant('happen' as const) }),
  fc.record({ do: fc.constant('guest comes' as const), guest }),
  fc.record({ do: fc.constant('guest types' as const), guest }),
  fc.record({ do: fc.constant('guest leaves' as const), guest }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Tab {
  link: ReturnType<typeof nodeLink>;
  /** What the model expects it to be. */
  wanted: 'connected' | 'away' | 'logged-out';
}

/** Runs the commands against a session of its own, and compares with the model when all is quiet. */
async function run(commands: Command[]): Promise<void> {
  const person: Person = await seedSession(database.db, { ttlMs: 300_000 });
  server.setDesktop(person.sessionId, xvnc.rfbPath);
  server.humanInputs.length = 0;
  const tabs = new Map<number, Tab>();
  const all: Tab[] = [];
  const guests = new Map<number, RfbClient>();
  let happened = 0;
  const logIn = (): Tab => {
    const link = nodeLink({
      url: `${server.url}/ws`,
      authenticatedAgentId: person.agentId,
      tokenRefreshCallback: () => server.accessToken(person),
      random: () => 0.05,
    });
    link.client.connect();
    const made: Tab = { link, wanted: 'connected' };
    all.push(made);
    return made;
  };
  const act = async (next: Command): Promise<void> => {
    switch (next.do) {
      case 'log in':
        if ((tabs.get(next.tab)?.wanted ?? 'logged-out') === 'logged-out') tabs.set(next.tab, logIn());
        return;
      case 'happen': {
        const event = { type: 'desktop.status', data: { status: 'ready' } } as const;
        await database.db.transaction().execute((trx) => appendEvent(trx, person.sessionId, event));
        happened++;
        return;
      }
      case 'guest comes': {
        if (guests.has(next.guest)) return;
        const ticket = await server.vncTicket(person, 'view');
        const transport = webSocketTransport(`${server.url}/vnc/${person.sessionId}`, ticket, ORIGIN);
        guests.set(next.guest, await RfbClient.connect(transport));
        return;
      }
      case 'guest types':
        guests.get(next.guest)?.sendKey(0x61, true);
        return;
      case 'guest leaves':
        guests.get(next.guest)?.close();
        guests.delete(next.guest);
        return;
    }
    const one = tabs.get(next.tab);
    if (!one || one.wanted === 'logged-out') return;
    if (next.do === 'break') return one.link.breakSocket();
    if (next.do === 'log out') {
      one.wanted = 'logged-out';
      one.link.client.forceDisconnect();
      one.link.client.connect(); // must change nothing
    } else {
      one.wanted = next.do === 'connect' ? 'connected' : 'away';
      if (next.do === 'connect') one.link.client.connect();
      else one.link.client.disconnect();
    }
  };
  try {
    for (const next of commands) await act(next);
    const connected = all.filter(({ wanted }) => wanted === 'connected');
    for (const { link } of connected) {
      await expect.poll(() => link.client.state.status, { timeout: 10_000 }).toBe('live');
      await expect.poll(() => link.seqs.at(-1), { timeout: 10_000 }).toBe(happened);
    }
    for (const { link, wanted } of all) {
      // A snapshot or an event each: never twice, never back, never a hole after the first.
      const [first = 0] = link.seqs;
      expect(link.seqs).toEqual(link.seqs.map((_, index) => first + index));
      if (wanted === 'logged-out')
        expect(link.client.state).toEqual({ status: 'ended', reason: 'logged-out' });
      if (wanted === 'away') expect(link.client.state).toEqual({ status: 'idle' });
    }
    await expect.poll(() => server.openSockets(), { timeout: 10_000 }).toBe(connected.length + guests.size);
    expect(server.humanInputs).toEqual([]); // guests type into nothing
  } finally {
    for (const { link } of all) link.client.disconnect();
    for (const viewer of guests.values()) viewer.close();
    await expect.poll(() => server.openSockets(), { timeout: 10_000 }).toBe(0);
  }
}

describe('several clients of one session', () => {
  it('[RT-9] log in, log out, break and come back in any interleaving, each by itself', async () => {
    await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), run), {
      numRuns: 40,
      endOnFailure: true,
    });
  });
});
