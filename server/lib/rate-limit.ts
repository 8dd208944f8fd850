import type { Clock } from './clock.ts';

export interface RateLimit {
  /** Counts one use by `key`; false when that is one too many for this window. */
  allows(key: string): boolean;
}

/** Fixed windows: memory is bounded by one window's keys, and no timer has to be stopped. */
export function createRateLimit(max: number, windowMs: number, clock: Clock): RateLimit {
  let windowStartsAt = clock.now();
  let uses = new Map<string, number>();

  return {
    allows(key) {
      const now = clock.now();
      if (now - windowStartsAt >= windowMs) {
        windowStartsAt = now;
        uses = new Map();
      }
      const used = (uses.get(key) ?? 0) + 1;
      uses.set(key, used);
      return used <= max;
    },
  };
}
