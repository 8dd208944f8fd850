import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSessionStore, type SessionStore } from '../sessions/session-store.ts';
import { seedSession } from '../testing/seed.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { ControlLost, whileInControl } from './control-gate.ts';

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
});
