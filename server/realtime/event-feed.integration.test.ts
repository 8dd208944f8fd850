import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createListener, type Listener } from '../db/listener.ts';
import { createLog } from '../lib/log.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createEventFeed, type EventFeed } from './event-feed.ts';
import { appendEvent } from './event-log.ts';

const log = createLog('silent', 'json');
let database: TestDatabase;
let deaf: Listener;
let feed: EventFeed;

beforeAll(async () => {
  database = await createTestDatabase();
  deaf = createListener(database.url, log); // never started: every NOTIFY is lost
  feed = createEventFeed({ db: database.db, listener: deaf, log, pollMs: 100 });
  feed.start();
});
afterAll(async () => {
  await feed.stop();
  await database.stop();
});

const append = (sessionId: string) =>
  appendEvent(database.db, sessionId, { type: 'desktop.status', data: { status: 'ready' } });

describe('createEventFeed', () => {
  it('[AUTH-7] with LISTEN dead the poll still tells, and only those who subscribe', async () => {
    const [mine, other] = [await seedSession(database.db), await seedSession(database.db)];
    const told: (number | null)[] = [];
    const unsubscribe = feed.subscribe(mine.sessionId, (lastSeq) => told.push(lastSeq));
    await append(other.sessionId);
    await append(mine.sessionId);
    await expect.poll(() => told.at(-1)).toBe(1);
    unsubscribe();
    const count = told.length;
    const stranger = Promise.withResolvers<void>();
    const leave = feed.subscribe(other.sessionId, () => stranger.resolve());
    await stranger.promise; // one more turn of the poll has passed
    expect(told).toHaveLength(count);
    leave();
  });

  it('[PERF-7] readers of the same turn share a query; nobody joins one that has begun', async () => {
    const { sessionId } = await seedSession(database.db);
    const [one, two] = [feed.read(sessionId, 0), feed.read(sessionId, 0)];
    expect(one).toBe(two);
    await new Promise((resolve) => setImmediate(resolve));
    await append(sessionId);
    expect((await feed.read(sessionId, 0)).map((event) => event.seq)).toEqual([1]);
  });
});
