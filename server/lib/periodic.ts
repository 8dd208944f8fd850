import type { Log } from './log.ts';

export interface Periodic {
  /** Runs now (or right after the run in flight) instead of waiting for the next turn. */
  kick(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs `work` every `intervalMs`, never twice at once; a failure is logged and the next turn tries again. */
export function periodic(name: string, intervalMs: number, log: Log, work: () => Promise<void>): Periodic {
  let running: Promise<void> | null = null;
  let stopped = false;

  const run = (): Promise<void> => {
    running = work()
      .catch((error: unknown) => log.warn({ event: `${name}.failed`, err: error }))
      .finally(() => {
        running = null;
      });
    return running;
  };
  const timer = setInterval(() => {
    if (!running) void run();
  }, intervalMs);

  return {
    async kick() {
      if (running) await running;
      if (!stopped) await (running ?? run());
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
