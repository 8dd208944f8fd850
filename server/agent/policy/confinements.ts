import type { Log } from '../../lib/log.ts';
import type { Periodic } from '../../lib/periodic.ts';
import { periodic } from '../../lib/periodic.ts';
import { StepFailed } from '../step-error.ts';

/** Confines a session's way out for so long, or lifts that. */
export type Confine = (
  sessionId: string,
  to: { origins: readonly string[]; forMs: number } | null,
) => Promise<void>;

export interface Confinements {
  /** Holds the session's browser to these origins until the task ends or loses control. @throws {StepFailed} */
  hold(sessionId: string, taskId: string, origins: readonly string[]): Promise<void>;
  /** Lifts what is held for the session. May be repeated. */
  lift(sessionId: string): Promise<void>;
  start(): void;
  /** What is held goes on until it lapses: another server takes the tasks up. */
  stop(): Promise<void>;
}

/** Shorter than anybody waits for a browser after a crash, longer than a renewal that came late. */
const LEASE_MS = 20_000;
const RENEW_MS = 4_000;

/** The allowed origins of the tasks that run here, renewed at the desktops' own proxies. [AGT-9] */
export function createConfinements(deps: {
  confine: Confine;
  /** Whether the task is still under way and the agent has control. */
  isActive: (sessionId: string, taskId: string) => Promise<boolean>;
  log: Log;
}): Confinements {
  const held = new Map<string, { taskId: string; origins: readonly string[] }>();
  let renewal: Periodic | undefined;

  async function renew(sessionId: string): Promise<void> {
    const now = held.get(sessionId);
    if (!now) return;
    if (await deps.isActive(sessionId, now.taskId)) {
      await deps.confine(sessionId, { origins: now.origins, forMs: LEASE_MS });
    } else await lift(sessionId);
  }

  async function lift(sessionId: string): Promise<void> {
    if (!held.delete(sessionId)) return;
    await deps.confine(sessionId, null).catch((error: unknown) => {
      // It lapses by itself.
      deps.log.info({ event: 'egress.lift-failed', sessionId, err: error });
    });
  }

  return {
    async hold(sessionId, taskId, origins) {
      try {
        await deps.confine(sessionId, { origins, forMs: LEASE_MS });
      } catch (error) {
        const message = "The browser could not be held to the task's allowed origins, so nothing was done.";
        throw new StepFailed('not-confined', message, { cause: error });
      }
      held.set(sessionId, { taskId, origins });
    },
    lift,
    start() {
      renewal = periodic('egress.renew', RENEW_MS, deps.log, async () => {
        await Promise.all(
          [...held.keys()].map((sessionId) =>
            renew(sessionId).catch((error: unknown) =>
              deps.log.warn({ event: 'egress.renew-failed', sessionId, err: error }),
            ),
          ),
        );
      });
    },
    async stop() {
      await renewal?.stop();
    },
  };
}
