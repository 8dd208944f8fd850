import type { Clock } from '../lib/clock.ts';

export interface LoginThrottle {
  /** Starts a try. Otherwise how long to wait; a second try beside a running one waits too. */
  begin(client: string): { waitMs: number };
  failed(client: string): void;
  succeeded(client: string): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;
/** Each try takes 19 MiB and a core for a moment, whoever asks. */
const TRIES_AT_ONCE = 2;
const CLIENTS_MAX = 10_000;

interface Tries {
  failures: number;
  notBeforeMs: number;
  running: boolean;
}

/** Every failure doubles the wait of its client, up to five minutes. [AUTH-10] */
export function createLoginThrottle(clock: Clock): LoginThrottle {
  const clients = new Map<string, Tries>();
  let running = 0;

  function end(client: string): Tries | undefined {
    const tries = clients.get(client);
    if (!tries?.running) return undefined;
    tries.running = false;
    running -= 1;
    return tries;
  }

  return {
    begin(client) {
      const now = clock.now();
      if (clients.size >= CLIENTS_MAX) forgetIdle(clients, now);
      const tries = clients.get(client) ?? { failures: 0, notBeforeMs: 0, running: false };
      if (now < tries.notBeforeMs) return { waitMs: tries.notBeforeMs - now };
      if (tries.running || running >= TRIES_AT_ONCE || clients.size >= CLIENTS_MAX) {
        return { waitMs: FIRST_WAIT_MS };
      }
      running += 1;
      clients.set(client, { ...tries, running: true });
      return { waitMs: 0 };
    },
    failed(client) {
      const tries = end(client);
      if (!tries) return;
      tries.failures += 1;
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (tries.failures - 1), LONGEST_WAIT_MS);
      tries.notBeforeMs = clock.now() + waitMs;
    },
    succeeded(client) {
      if (end(client)) clients.delete(client);
    },
  };
}

/** Whoever has waited the longest wait once more starts anew. */
function forgetIdle(clients: Map<string, Tries>, nowMs: number): void {
  for (const [client, { notBeforeMs, running }] of clients) {
    if (!running && notBeforeMs + LONGEST_WAIT_MS < nowMs) clients.delete(client);
  }
}
