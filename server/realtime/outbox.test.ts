import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../shared/session.ts';
import type { LoggedEvent } from './event-log.ts';
import { createOutbox, type OutboxSink, type OutboxSource } from './outbox.ts';

const session = {} as SessionView;
const BATCH = 3;

/** The truth as a list: event `n` has seq `n`; retention forgets from the front. */
function createLog() {
  let lastSeq = 0;
  let purgedTo = 0;
  const extent = () => ({ lastSeq, floorSeq: purgedTo < lastSeq ? purgedTo + 1 : null });
  const events = (after: number): LoggedEvent[] => {
    const first = Math.max(after, purgedTo) + 1;
    const count = Math.min(BATCH, Math.max(0, lastSeq - first + 1));
    return Array.from({ length: count }, (_, index) => ({
      seq: first + index,
      at: new Date(0),
      event: { type: 'desktop.status', data: { status: 'ready' } },
    }));
  };
  return {
    extent,
    events,
    snapshot: () => ({ seq: lastSeq, session, tasks: [] }),
    append: () => {
      lastSeq++;
    },
    purge: (count: number) => {
      purgedTo = Math.min(lastSeq, purgedTo + count);
    },
  };
}

/** What a page would have seen; throws at the first gap, repeat or step back. */
function createReader() {
  let cursor: number | null = null;
  return {
    get cursor() {
      return cursor;
    },
    snapshot(seq: number) {
      if (cursor !== null && seq < cursor) throw new Error(`snapshot ${seq} behind ${cursor}`);
      cursor = seq;
    },
    event(seq: number) {
      if (cursor === null) throw new Error(`event ${seq} before any snapshot`);
      if (seq !== cursor + 1) throw new Error(`event ${seq} after ${cursor}`);
      cursor = seq;
    },
  };
}

type Step = { do: 'append' | 'hint' | 'poll' | 'cut' } | { do: 'purge'; count: number };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>({ do: 'append' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ do: 'hint' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'poll' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'cut' }) },
  { weight: 1, arbitrary: fc.nat(6).map((count): Step => ({ do: 'purge', count })) },
);

describe('createOutbox', () => {
  it('[RT-4] 1,000 random cut schedules: no gap, no duplicate, no reorder, and it catches up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(anyStep, { maxLength: 40 }), async (scheduler, steps) => {
        const log = createLog();
        const reader = createReader();
        const failures: unknown[] = [];
        const late = <T>(name: string, read: () => T): Promise<T> =>
          // Read at one moment, answered at another: the two are where races hide.
          scheduler.schedule(Promise.resolve(), `${name} reads`).then(() => {
            const value = read();
            return scheduler.schedule(Promise.resolve(value), `${name} answers`);
          });
        const source: OutboxSource = {
          extent: () => late('extent', log.extent),
          events: (after) => late('events', () => log.events(after)),
          snapshot: () => late('snapshot', log.snapshot),
        };
        const connect = () => {
          const sink: OutboxSink = {
            snapshot: ({ seq }) => reader.snapshot(seq),
            event: ({ seq }) => reader.event(seq),
            ready: () => scheduler.schedule(Promise.resolve(), 'ready'),
          };
          const outbox = createOutbox({
            source,
            sink,
            after: reader.cursor,
            onFailure: (error) => failures.push(error),
          });
          outbox.hint(null);
          return outbox;
        };

        const play = async () => {
          let outbox = connect();
          for (const step of steps) {
            await scheduler.schedule(Promise.resolve(), step.do);
            if (step.do === 'append') log.append();
            else if (step.do === 'hint') outbox.hint(null);
            else if (step.do === 'poll') outbox.hint(log.extent().lastSeq);
            else if (step.do === 'purge') log.purge(step.count);
            else {
              outbox.stop();
              outbox = connect();
            }
          }
          outbox.hint(log.extent().lastSeq);
          await outbox.flush();
          outbox.stop();
        };
        await scheduler.waitFor(play());
        expect(failures).toEqual([]);
        expect(reader.cursor).toBe(log.extent().lastSeq);
      }),
      { numRuns: 1_000 },
    );
  });

  /** Runs an outbox over a log of `events` with the first `purged` forgotten, and tells what came. */
  async function answers(after: number | null, events: number, purged: number): Promise<string[]> {
    const log = createLog();
    for (let count = 0; count < events; count++) log.append();
    log.purge(purged);
    const seen: string[] = [];
    const outbox = createOutbox({
      source: {
        extent: async () => log.extent(),
        events: async (from) => log.events(from),
        snapshot: async () => log.snapshot(),
      },
      sink: {
        snapshot: ({ seq }) => seen.push(`snapshot ${seq}`),
        event: ({ seq }) => seen.push(`event ${seq}`),
        ready: async () => {},
      },
      after,
      onFailure: (error) => seen.push(`failure ${error}`),
    });
    await outbox.flush();
    return seen;
  }

  it.each<[string, number | null, number, number, string[]]>([
    ['none', null, 5, 0, ['snapshot 5']],
    ['the newest', 5, 5, 0, []],
    ['an older one', 3, 5, 0, ['event 4', 'event 5']],
    ['zero, of a whole log', 0, 2, 0, ['event 1', 'event 2']],
    ['the last one below the floor', 2, 4, 2, ['event 3', 'event 4']],
    ['one whose next is purged', 1, 4, 2, ['snapshot 4']],
    ['one of a log that is purged wholly', 1, 4, 4, ['snapshot 4']],
    ['one that lies in the future', 9, 4, 0, ['snapshot 4']],
  ])('[RT-4] a cursor: %s', async (_, after, events, purged, expected) => {
    expect(await answers(after, events, purged)).toEqual(expected);
  });

  it('[OPS-3] a failed read is told and made good by the next hint', async () => {
    const log = createLog();
    log.append();
    const seen: number[] = [];
    const failures: unknown[] = [];
    let isDown = true;
    const outbox = createOutbox({
      source: {
        extent: async () => log.extent(),
        events: async (after) => {
          if (isDown) throw new Error('down');
          return log.events(after);
        },
        snapshot: async () => log.snapshot(),
      },
      sink: { snapshot: () => {}, event: ({ seq }) => seen.push(seq), ready: async () => {} },
      after: 0,
      onFailure: (error) => failures.push(error),
    });
    await outbox.flush();
    expect([failures.length, seen]).toEqual([1, []]);
    isDown = false;
    outbox.hint(1);
    await outbox.flush();
    expect(seen).toEqual([1]);
  });
});
