import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLOSE } from '../../shared/close-codes.ts';
import { createListener, type Listener } from '../db/listener.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createLeases, type Leases } from './leases.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';

const log = createLog('silent', 'json');
let database: TestDatabase;
let listener: Listener;
let leases: Leases;
let sessions: SessionStore;

beforeAll(async () => {
  database = await createTestDatabase();
  listener = createListener(database.url, log);
  await listener.start();
  leases = createLeases({ db: database.db, listener, clock: systemClock, log });
  leases.start();
  sessions = createSessionStore(database.db);
});

afterAll(async () => {
  await leases.stop();
  await listener.stop();
  await database.stop();
});

const aborted = (signal: AbortSignal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });

describe('leases', () => {
  it('[SES-2] ends with the reason when any node marks the session ended', async () => {
    const { sessionId } = await seedSession(database.db);
    const lease = await leases.acquire(sessionId);
    expect(lease?.signal.aborted).toBe(false);
    await sessions.markEnded(sessionId, 'refunded');
    expect(await aborted((lease as NonNullable<typeof lease>).signal)).toMatchObject({
      code: 4410,
      reason: 'refunded',
    });
    expect(await leases.acquire(sessionId)).toBeNull();
  });

  it('[AUTH-3] ends at the database time of expiry, sweep or no sweep', async () => {
    const { sessionId } = await seedSession(database.db, { ttlMs: 600 });
    const lease = await leases.acquire(sessionId);
    const reason = await aborted((lease as NonNullable<typeof lease>).signal);
    expect(reason).toMatchObject({ code: 4410, reason: 'expired' });
    expect(await leases.acquire(sessionId)).toBeNull();
  });

  it('[SES-2] refuses whoever comes during the cascade, also when its read began before', async () => {
    const { sessionId } = await seedSession(database.db);
    const coming = leases.acquire(sessionId);
    leases.end(sessionId, { ...CLOSE.sessionEnded, reason: 'refunded' });
    expect(await coming).toBeNull();
    expect(await leases.acquire(sessionId)).toBeNull();
  });

  it('[AGT-4] sees control change hands, with a growing epoch', async () => {
    const { sessionId } = await seedSession(database.db);
    const lease = await leases.acquire(sessionId);
    const seen = new Promise((resolve) => leases.onChange((changed) => resolve(changed.control)));
    await sessions.setControl(sessionId, 'agent');
    expect(await seen).toEqual({ holder: 'agent', epoch: 1 });
    expect(lease?.control).toEqual({ holder: 'agent', epoch: 1 });
  });
});
