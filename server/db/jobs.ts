import { CompiledQuery, type Kysely } from 'kysely';
import { PgBoss } from 'pg-boss';
import type { Log } from '../lib/log.ts';
import type { Database } from './schema.ts';

/** Queues and what their jobs carry: ids only, the rows are the truth. */
export interface JobData {
  'stripe-event': { eventId: string };
  provision: { sessionId: string };
  'extend-desktop': { sessionId: string };
  refund: { orderId: string };
}
export type Queue = keyof JobData;

export interface Jobs {
  start(): Promise<void>;
  /** Enqueues inside `db`'s transaction: the job exists exactly when what it is about does. */
  send<Q extends Queue>(db: Kysely<Database>, queue: Q, data: JobData[Q]): Promise<void>;
  work<Q extends Queue>(
    queue: Q,
    handle: (data: JobData[Q], signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
  stop(): Promise<void>;
}

interface Policy {
  retryLimit: number;
  retryDelay: number;
  retryDelayMax?: number;
  expireInSeconds: number;
}

const POLICY: Record<Queue, Policy> = {
  'stripe-event': { retryLimit: 10, retryDelay: 1, expireInSeconds: 60 },
  provision: { retryLimit: 5, retryDelay: 1, expireInSeconds: 90 },
  'extend-desktop': { retryLimit: 8, retryDelay: 1, retryDelayMax: 30, expireInSeconds: 15 },
  refund: { retryLimit: 30, retryDelay: 1, retryDelayMax: 30, expireInSeconds: 60 },
};

/** How many jobs of a queue one node works on at the same time: two batches. */
const AT_ONCE: Record<Queue, number> = { 'stripe-event': 16, provision: 4, 'extend-desktop': 4, refund: 4 };

export function createJobs(connectionString: string, log: Log): Jobs {
  const boss = new PgBoss({
    connectionString,
    max: 4,
    application_name: 'onedollaragent-jobs',
    useListenNotify: true,
    schedule: false,
  });
  boss.on('error', (error: Error) => log.warn({ event: 'jobs.error', err: error }));

  return {
    async start() {
      await boss.start();
      for (const [queue, policy] of Object.entries(POLICY)) {
        await boss.createQueue(queue, { ...policy, retryBackoff: true, notify: true });
      }
    },
    async send(db, queue, data) {
      const executeSql = async (text: string, values: unknown[] = []) => {
        const { rows } = await db.executeQuery(CompiledQuery.raw(text, values));
        return { rows: rows as unknown[] };
      };
      await boss.send(queue, data, { db: { executeSql } });
    },
    async work(queue, handle) {
      const options = {
        localConcurrency: 2,
        batchSize: AT_ONCE[queue] / 2,
        perJobResults: true,
        pollingIntervalSeconds: 1,
        notifyPollingIntervalSeconds: 1,
        // Or a backlog drains at one batch a second; pg-boss ignores it for batches of one.
        burstWhenBatchFull: true,
      } as const;
      await boss.work<JobData[typeof queue], unknown, typeof options>(queue, options, (jobs) =>
        Promise.all(
          jobs.map(({ id, data, signal }) =>
            handle(data, signal).then(
              () => ({ id, status: 'completed' as const }),
              (error: unknown) => {
                log.warn({ event: 'jobs.failed', queue, jobId: id, err: error });
                return { id, status: 'failed' as const, output: { message: String(error) } };
              },
            ),
          ),
        ),
      );
    },
    stop: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
}
