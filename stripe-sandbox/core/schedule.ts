import type { Clock } from './clock.ts';
import type { Collection } from './collection.ts';
import { newId } from './ids.ts';

type Task =
  | { type: 'expire-session'; sessionId: string }
  | { type: 'attempt-deliveries'; deliveryIds: string[] }
  | { type: 'settle-bank-debit'; sessionId: string }
  | { type: 'dispute'; chargeId: string }
  | { type: 'early-fraud-warning'; chargeId: string };

export interface Job {
  id: string;
  created: number;
  dueAtMs: number;
  task: Task;
}

/** An interrupted task stays scheduled and runs again at the next start. */
export type PerformTask = (task: Task) => Promise<'done' | 'interrupted'>;

export interface Schedule {
  in(delayInMs: number, task: Task): void;
  start(perform: PerformTask): void;
  stop(): Promise<void>;
  /** Resolves when no task that is due is left undone. */
  idle(): Promise<void>;
  nextDueAtMs(): number | undefined;
}

/** Work for later, kept in the store: a job leaves it only when done, so a restart repeats rather than forgets. */
export function createSchedule(clock: Clock, jobs: Collection<Job>): Schedule {
  const waiting = jobs.all.sort((a, b) => a.dueAtMs - b.dueAtMs);
  const running = new Set<Promise<void>>();
  let perform: PerformTask | undefined;
  let cancelAlarm = () => {};

  /** After all jobs due at the same time, so that these run in the order of their making. */
  function insert(job: Job): number {
    let low = 0;
    let high = waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((waiting[middle]?.dueAtMs ?? 0) <= job.dueAtMs) low = middle + 1;
      else high = middle;
    }
    waiting.splice(low, 0, job);
    return low;
  }

  function setAlarm(): void {
    cancelAlarm();
    const next = waiting[0];
    if (perform && next) cancelAlarm = clock.at(next.dueAtMs, runDue);
  }

  async function run(job: Job, performTask: PerformTask): Promise<void> {
    try {
      const outcome = await performTask(job.task);
      if (outcome === 'done') jobs.remove(job.id);
    } catch (error) {
      jobs.remove(job.id);
      console.error(`stripe-sandbox: task ${job.task.type} failed`, error);
    }
  }

  function runDue(): void {
    if (!perform) return;
    const nowMs = clock.nowMs();
    const later = waiting.findIndex((job) => job.dueAtMs > nowMs);
    for (const job of waiting.splice(0, later < 0 ? waiting.length : later)) {
      const done: Promise<void> = run(job, perform).finally(() => running.delete(done));
      running.add(done);
    }
    setAlarm();
  }

  async function settle(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return {
    in(delayInMs, task) {
      const nowMs = clock.nowMs();
      const job = { id: newId.job(), created: Math.floor(nowMs / 1000), dueAtMs: nowMs + delayInMs, task };
      if (insert(jobs.add(job)) === 0) setAlarm();
    },
    start(performTask) {
      perform = performTask;
      setAlarm();
    },
    async stop() {
      perform = undefined;
      cancelAlarm();
      await settle();
    },
    async idle() {
      do {
        runDue();
        await settle();
      } while (perform && (waiting[0]?.dueAtMs ?? Number.POSITIVE_INFINITY) <= clock.nowMs());
    },
    nextDueAtMs: () => waiting[0]?.dueAtMs,
  };
}
