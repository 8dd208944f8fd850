import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Lease } from '../sessions/leases.ts';
import type { HumanInput } from './client-framing.ts';

const QUIET_MS = 250;
/** A takeover that takes longer must not cost the human their click. */
const TAKEOVER_MS = 1_000;

export interface HumanInputWatch {
  acted(input: HumanInput): void;
  /** Settles once control is the human's; null when it was anyway. Until then their input would meet the agent's. */
  takeover(): Promise<void> | null;
  /** The viewer is gone: what was not told yet is told now. */
  stop(): void;
}

export interface HumanReport {
  keys: number;
  clicks: number;
  /** False for what is only counted, late: control may have been given back since. */
  takesControl: boolean;
}

/**
 * Tells that a human acts, and how much: at once while the agent holds control, else now and then. One report
 * is in flight at a time, so a burst of keys is not a burst of transactions. [AGT-4]
 */
export function watchHumanInput(
  lease: Lease,
  deps: {
    onHumanInput(sessionId: string, report: HumanReport): Promise<void>;
    clock: Clock;
    log: Log;
  },
): HumanInputWatch {
  const { sessionId } = lease;
  let counts = { keys: 0, clicks: 0 };
  let toldAt = Number.NEGATIVE_INFINITY;
  let telling = false;
  let later: NodeJS.Timeout | undefined;
  let takeover: Promise<void> | null = null;

  function tell(takesControl: boolean): void {
    const report = { ...counts, takesControl };
    counts = { keys: 0, clicks: 0 };
    telling = true;
    toldAt = deps.clock.now();
    clearTimeout(later);
    later = undefined;
    const told = deps
      .onHumanInput(sessionId, report)
      .catch((error: unknown) => deps.log.warn({ event: 'vnc.human-input-failed', sessionId, err: error }))
      .finally(() => {
        telling = false;
      });
    if (takesControl && lease.control.holder === 'agent') waitFor(told);
  }

  function waitFor(told: Promise<void>): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, TAKEOVER_MS);
    void told.then(resolve);
    takeover = promise.then(() => {
      clearTimeout(timer);
      takeover = null;
    });
  }

  return {
    acted(input) {
      if (input === 'key') counts.keys++;
      if (input === 'click') counts.clicks++;
      const isQuiet = lease.control.holder === 'human' && deps.clock.now() - toldAt < QUIET_MS;
      if (!telling && !isQuiet) tell(true);
      // What comes last is told too: how much a human did is what the agent hears of it.
      else later ??= setTimeout(() => tell(false), QUIET_MS).unref();
    },
    takeover: () => takeover,
    stop() {
      if (later) tell(false);
    },
  };
}
