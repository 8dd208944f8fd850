import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../../server/testing/fault-proxy.ts';
import {
  type Person,
  type RealtimeServer,
  startRealtimeServer,
} from '../../../server/testing/realtime-server.ts';
import { seedSession } from '../../../server/testing/seed.ts';
import { seeded } from '../../../server/testing/seeded.ts';
import { createTestDatabase, type TestDatabase } from '../../../server/testing/test-database.ts';
import { nodeLink } from './testing/node-link.ts';

const CLIENTS = 200;
const SESSIONS = 20;

let database: TestDatabase;
let server: RealtimeServer;
let proxy: FaultProxy;
const target = { port: 0 };
const people: Person[] = [];
const liveAtMs: number[][] = Array.from({ length: CLIENTS }, () => []);
let clients: ReturnType<typeof nodeLink>[] = [];

async function startServer(): Promise<void> {
  server = await startRealtimeServer(database);
  target.port = server.port;
}

beforeAll(async () => {
  database = await createTestDatabase();
  await startServer();
  proxy = await startFaultProxy(target);
  for (let count = 0; count < SESSIONS; count++)
    people.push(await seedSession(database.db, { ttlMs: 300_000 }));
  const random = seeded(11);
  clients = liveAtMs.map((lived, index) => {
    const person = people[index % SESSIONS] as Person;
    let before = 'idle';
    return nodeLink({
      url: `ws://127.0.0.1:${proxy.port}/ws`,
      authenticatedAgentId: person.agentId,
      tokenRefreshCallback: () => server.accessToken(person),
      onState: ({ status }) => {
        if (status === 'live' && before !== 'live') lived.push(Date.now());
        before = status;
      },
      random,
    });
  });
  for (const { client } of clients) client.connect();
  await everyoneLives();
});
afterAll(async () => {
  for (const { client } of clients) client.disconnect();
  await proxy.stop();
  await server.stop();
  await database.stop();
});

/** Resolves when every client has come (back) to life since the last call, with the moments. */
async function everyoneLives(): Promise<number[]> {
  await vi.waitFor(() => expect(liveAtMs.filter((lived) => lived.length > 0).length).toBe(CLIENTS), {
    timeout: 40_000,
  });
  return liveAtMs.map((lived) => lived.splice(0)[0] as number);
}

/** The fullest second after `sinceMs`, as a share of all reconnects. */
async function fullestSecond(sinceMs: number): Promise<number> {
  const perSecond = new Map<number, number>();
  for (const atMs of await everyoneLives()) {
    const second = Math.floor((atMs - sinceMs) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  console.log('reconnects in each second', Object.fromEntries([...perSecond].sort(([a], [b]) => a - b)));
  return Math.max(...perSecond.values()) / CLIENTS;
}

describe('[RT-2] 200 clients cut at once: no second has more than 20 % of the reconnects', () => {
  it('when the server restarts and says so', async () => {
    const sinceMs = Date.now();
    await server.stop();
    await startServer();
    expect(await fullestSecond(sinceMs)).toBeLessThanOrEqual(0.2);
  });

  it('when it dies without a word and is back after a second', async () => {
    const sinceMs = Date.now();
    proxy.set({ refuses: true });
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    proxy.heal();
    expect(await fullestSecond(sinceMs)).toBeLessThanOrEqual(0.2);
  });
});
