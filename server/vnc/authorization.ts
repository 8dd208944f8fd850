import type { Clock } from '../lib/clock.ts';

/** The control socket of the same page, closed at its token's end, gets to renew itself first. */
const GRACE_MS = 3_000;

/** Tells when nobody has renewed a stream's authorization in time; `untilMs` is asked anew each time. [AUTH-6] */
export function watchAuthorization(options: { untilMs: () => number; clock: Clock; onLapsed: () => void }): {
  stop(): void;
} {
  const { untilMs, clock, onLapsed } = options;
  let timer: NodeJS.Timeout;

  const wait = () => {
    const leftMs = untilMs() + GRACE_MS - clock.now();
    timer = setTimeout(leftMs > 0 ? wait : onLapsed, Math.max(0, leftMs));
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}
