import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { ControlLost, type Holding, whileHolding, whileInControl } from './control-gate.ts';

let database: TestDatabase;
let sessions: SessionStore;

beforeAll(async () => {
  database = await createTestDatabase();
  sessions = createSessionStore(database.db);
});

afterAll(() => database.stop());

async function agentsSession(): Promise<{ sessionId: string; epoch: number }> {
  const { sessionId } = await seedSession(database.db);
  const control = await sessions.setControl(sessionId, 'agent');
  return { sessionId, epoch: control?.epoch ?? -1 };
}

describe('the control gate', () => {
  it('[AGT-4] begins no action once a takeover is committed, whatever the race', async () => {
    const { db } = database;
    for (let round = 0; round < 20; round++) {
      const { sessionId, epoch } = await agentsSession();
      let taken = false;
      let late = 0;
      let begun = 0;
      const act = () =>
        whileInControl(db, sessionId, epoch, async () => {
          begun++;
          if (taken) late++;
        }).catch((error: unknown) => {
          if (!(error instanceof ControlLost)) throw error;
        });
      const takeover = async () => {
        await act();
        await sessions.setControl(sessionId, 'human');
        taken = true;
      };
      await Promise.all([act(), act(), takeover(), act(), act()]);
      await act();
      expect(late).toBe(0);
      expect(begun).toBeGreaterThan(0);
    }
  });

  it('[AGT-4] holds a takeover until an action that has begun has reached the browser', async () => {
    const { sessionId, epoch } = await agentsSession();
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const arriving = Promise.withResolvers<void>();
    const action = whileInControl(database.db, sessionId, epoch, async () => {
      begun.resolve();
      await arriving.promise;
      order.push('arrived');
    });
    await begun.promise;
    const takeover = sessions.setControl(sessionId, 'human').then(() => order.push('taken'));
    const waiting = () =>
      database.pool.query(
        'SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = $1',
        ['Lock'],
      );
    await expect.poll(async () => (await waiting()).rowCount, { interval: 10, timeout: 200 }).toBe(1);
    arriving.resolve();
    await Promise.all([action, takeover]);
    expect(order).toEqual(['arrived', 'taken']);
  });

  it('[AGT-4] refuses an epoch that was handed back meanwhile, and an ended session', async () => {
    const { sessionId, epoch } = await agentsSession();
    const nothing = async () => undefined;
    await sessions.setControl(sessionId, 'human');
    const again = await sessions.setControl(sessionId, 'agent');
    await expect(whileInControl(database.db, sessionId, epoch, nothing)).rejects.toThrow(ControlLost);
    await whileInControl(database.db, sessionId, again?.epoch ?? -1, nothing);
    await sessions.markEnded(sessionId, 'expired');
    await expect(whileInControl(database.db, sessionId, again?.epoch ?? -1, nothing)).rejects.toThrow(
      ControlLost,
    );
  });

  it('[AGT-4] lets a takeover wait for an action that hangs a quarter of a second, not longer', async () => {
    const { sessionId, epoch } = await agentsSession();
    const hanging = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const action = whileInControl(database.db, sessionId, epoch, () => {
      begun.resolve();
      return hanging.promise;
    });
    await begun.promise;
    const takenAt = performance.now();
    await sessions.setControl(sessionId, 'human');
    expect(performance.now() - takenAt).toBeLessThan(2_000);
    hanging.resolve('done');
    expect(await action).toBe('done');
  });

  it('[AGT-4] tells what holds control that a takeover waits, and what it puts right comes before', async () => {
    const { sessionId, epoch } = await agentsSession();
    const order: string[] = [];
    const begun = Promise.withResolvers<void>();
    const work = async ({ wanted, touch }: Holding) => {
      begun.resolve();
      await once(wanted, 'abort');
      await touch(async () => order.push('put right'));
      wanted.throwIfAborted();
    };
    const held = whileHolding(database.db, sessionId, epoch, new AbortController().signal, work);
    held.catch(() => undefined);
    await begun.promise;
    await sessions.setControl(sessionId, 'human').then(() => order.push('taken'));
    expect(order).toEqual(['put right', 'taken']);
    await expect(held).rejects.toThrow(ControlLost);
  });

  it('[AGT-4] waits for what holds control a quarter of a second, and then it may touch nothing more', async () => {
    const { sessionId, epoch } = await agentsSession();
    const hanging = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let touched = false;
    const work = async ({ touch }: Holding) => {
      begun.resolve();
      await hanging.promise;
      await touch(async () => {
        touched = true;
      });
    };
    const held = whileHolding(database.db, sessionId, epoch, new AbortController().signal, work);
    held.catch(() => undefined);
    await begun.promise;
    await sessions.setControl(sessionId, 'human');
    hanging.resolve();
    await expect(held).rejects.toThrow(ControlLost);
    expect(touched).toBe(false);
  });

  it('[AGT-4] may touch nothing more once the database has gone, and the lock with it', async () => {
    const { sessionId, epoch } = await agentsSession();
    const begun = Promise.withResolvers<void>();
    const over = Promise.withResolvers<unknown>();
    const work = async ({ wanted, touch }: Holding) => {
      begun.resolve();
      await once(wanted, 'abort');
      await touch(async () => 'touched').then(over.resolve, over.resolve);
    };
    const held = whileHolding(database.db, sessionId, epoch, new AbortController().signal, work);
    held.catch(() => undefined);
    await begun.promise;
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`.execute(
      database.db,
    );
    await expect(held).rejects.toThrow();
    expect(await over.promise).toBeInstanceOf(ControlLost);
  });

  it('[AGT-6] gives the row free when it is cut, though nobody waits for it', async () => {
    const { sessionId, epoch } = await agentsSession();
    const cut = new AbortController();
    const work = async ({ wanted }: Holding) => {
      cut.abort();
      await once(wanted, 'abort');
    };
    await whileHolding(database.db, sessionId, epoch, cut.signal, work);
    expect(await sessions.setControl(sessionId, 'human')).toMatchObject({ holder: 'human' });
  });
});
