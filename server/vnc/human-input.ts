import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Lease } from '../sessions/leases.ts';

const QUIET_MS = 250;

/**
 * Tells that a human acts: at once while the agent holds control, else now and then. One report is in
 * flight at a time, so a burst of keys is not a burst of transactions. [AGT-4]
 */
export function watchHumanInput(
  lease: Lease,
  deps: { onHumanInput(sessionId: string): Promise<void>; clock: Clock; log: Log },
): () => void {
  const { sessionId } = lease;
  let toldAt = Number.NEGATIVE_INFINITY;
  let telling = false;

  return () => {
    const now = deps.clock.now();
    if (telling || (lease.control.holder === 'human' && now - toldAt < QUIET_MS)) return;
    telling = true;
    toldAt = now;
    deps
      .onHumanInput(sessionId)
      .catch((error: unknown) => deps.log.warn({ event: 'vnc.human-input-failed', sessionId, err: error }))
      .finally(() => {
        telling = false;
      });
  };
}
