import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settle } from './testing/fake-clock.ts';
import type { FakeSocket } from './testing/fake-socket.ts';
import { event, linkRig, session } from './testing/link-rig.ts';

/** The server's side of the log: backfill from the cursor, or a snapshot below the retention floor. */
function answer(socket: FakeSocket, log: { head: number; floor: number }): void {
  const after = socket.auth?.after ?? null;
  if (after === null || after < log.floor) {
    socket.say({ type: 'snapshot', seq: log.head, session, tasks: [] });
    return;
  }
  for (let seq = after + 1; seq <= log.head; seq++) socket.say(event(seq));
}

describe('resume', () => {
  it('[RT-4] drops a duplicate and comes back for a gap', async () => {
    const { client, clock, goLive, latest, seqs } = linkRig();
    client.connect();
    const socket = await goLive();
    socket.say({ type: 'snapshot', seq: 3, session, tasks: [] });
    socket.say(event(3));
    socket.say(event(4));
    socket.say(event(6));
    expect(client.state.status).toBe('waiting');
    await clock.advance(500);
    latest().accept();
    expect(latest().auth?.after).toBe(4);
    await goLive();
    latest().say(event(5));
    latest().say(event(6));
    expect(seqs).toEqual([3, 4, 5, 6]);
  });

  it('[RT-4] asks for a snapshot when the same gap comes twice', async () => {
    const { client, clock, goLive, latest, seqs } = linkRig();
    client.connect();
    (await goLive()).say({ type: 'snapshot', seq: 3, session, tasks: [] });
    for (let round = 0; round < 2; round++) {
      latest().say(event(9));
      await clock.advance(2_000);
      await goLive();
    }
    expect(latest().auth?.after).toBeNull();
    latest().say({ type: 'snapshot', seq: 9, session, tasks: [] });
    expect(seqs).toEqual([3, 9]);
  });

  it('[RT-4] 1,000 random cut schedules: no gap, no duplicate, no reorder', async () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ do: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 4 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('cut' as const), missed: fc.integer({ min: 0, max: 5 }) }),
      },
      { weight: 1, arbitrary: fc.constant({ do: 'repeat' as const }) },
      { weight: 1, arbitrary: fc.constant({ do: 'lose' as const }) },
      { weight: 1, arbitrary: fc.constant({ do: 'trim' as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { client, clock, goLive, latest, seqs } = linkRig({ random: () => 0.1 });
        const log = { head: 5, floor: 0 };
        const arrive = async () => {
          if (client.state.status === 'waiting') await clock.advance(client.state.retryInMs);
          await goLive();
          answer(latest(), log);
        };
        client.connect();
        await arrive();
        for (const action of steps) {
          const socket = latest();
          if (action.do === 'publish') for (let n = 0; n < action.count; n++) socket.say(event(++log.head));
          if (action.do === 'repeat') socket.say(event(log.head));
          if (action.do === 'trim') log.floor = log.head - 1;
          if (action.do === 'lose') {
            log.head++;
            socket.say(event(++log.head));
          }
          if (action.do === 'cut') {
            socket.end(1006);
            log.head += action.missed;
          }
          if (client.state.status !== 'live') await arrive();
        }
        await settle();
        if (client.state.status !== 'live') await arrive();
        // Events follow one another; only a snapshot may jump, and only forward.
        expect(seqs.at(-1)).toBe(log.head);
        expect(seqs.every((seq, index) => index === 0 || seq >= (seqs[index - 1] ?? 0))).toBe(true);
        expect(new Set(seqs).size).toBe(seqs.length);
        client.disconnect();
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });
});
