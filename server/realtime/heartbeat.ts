import type { Clock } from '../lib/clock.ts';

export interface Heartbeat {
  /** The peer was heard, with whatever it said. */
  heard(): void;
  stop(): void;
}

/** Pings every `heartbeatMs`; a peer that says nothing is dead before two of them have passed. [RT-1] */
export function startHeartbeat(options: {
  heartbeatMs: number;
  clock: Clock;
  ping: () => void;
  onDead: () => void;
}): Heartbeat {
  const { heartbeatMs, clock, ping, onDead } = options;
  const deadAfterMs = heartbeatMs * 1.9;
  let heardAt = clock.now();
  let pingAt = heardAt + heartbeatMs;
  let timer: NodeJS.Timeout;

  const schedule = () => {
    const dueInMs = Math.min(pingAt, heardAt + deadAfterMs) - clock.now();
    timer = setTimeout(tick, Math.max(1, dueInMs));
  };
  const tick = () => {
    const now = clock.now();
    if (now >= heardAt + deadAfterMs) return onDead();
    if (now >= pingAt) {
      pingAt = now + heartbeatMs;
      ping();
    }
    schedule();
  };
  schedule();

  return {
    heard() {
      heardAt = clock.now();
    },
    stop: () => clearTimeout(timer),
  };
}
