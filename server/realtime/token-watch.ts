import type { Clock } from '../lib/clock.ts';

const WARN_BEFORE_MS = 60_000;
/** A token ends with its session to the second below; the session's own end must be told first. [AUTH-3] */
const GRACE_MS = 2_000;

export interface TokenWatch {
  /** Starts over with a new token's expiry. */
  watch(expiresAtMs: number): void;
  stop(): void;
}

/** Warns a minute before a token's end, or at its half life when it is shorter; then says it is due. [AUTH-6] */
export function createTokenWatch(options: {
  clock: Clock;
  onExpiring: (expiresAtMs: number) => void;
  onDue: () => void;
}): TokenWatch {
  let timer: NodeJS.Timeout | undefined;

  return {
    watch(expiresAtMs) {
      clearTimeout(timer);
      const lifeMs = Math.max(0, expiresAtMs - options.clock.now());
      const warnMs = Math.max(lifeMs - WARN_BEFORE_MS, lifeMs / 2);
      timer = setTimeout(() => {
        timer = setTimeout(options.onDue, expiresAtMs - options.clock.now() + GRACE_MS);
        options.onExpiring(expiresAtMs);
      }, warnMs);
    },
    stop: () => clearTimeout(timer),
  };
}
