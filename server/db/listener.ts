import pg from 'pg';
import type { Log } from '../lib/log.ts';

export type Channel = 'session_events' | 'session_changes';

/** `null` stands for "anything may have changed": sent after every (re)connect. */
export type HintHandler = (sessionId: string | null) => void;

export interface Listener {
  on(channel: Channel, handler: HintHandler): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const CHANNELS: readonly Channel[] = ['session_events', 'session_changes'];
const RECONNECT_MS = 500;

/** LISTEN on a connection of its own. A hint may be lost; whoever needs certainty polls as well. [AUTH-7] */
export function createListener(connectionString: string, log: Log): Listener {
  const handlers = new Map<Channel, Set<HintHandler>>(CHANNELS.map((channel) => [channel, new Set()]));
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  const tell = (channel: Channel, sessionId: string | null) => {
    for (const handler of handlers.get(channel) ?? []) handler(sessionId);
  };

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString,
      application_name: 'onedollaragent-listener',
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000,
      keepAlive: true,
    });
    next.on('error', (error) => lost(next, error));
    next.on('end', () => lost(next, null));
    next.on('notification', ({ channel, payload }) => tell(channel as Channel, payload || null));
    client = next;
    try {
      await next.connect();
      for (const channel of CHANNELS) await next.query(`LISTEN ${channel}`);
      for (const channel of CHANNELS) tell(channel, null);
    } catch (error) {
      lost(next, error);
    }
  }

  function lost(which: pg.Client, error: unknown): void {
    if (which !== client) return;
    client = null;
    void which.end().catch(() => undefined);
    if (stopped) return;
    log.warn({ event: 'database.listener-lost', err: error ?? undefined, retryInMs: RECONNECT_MS });
    retry = setTimeout(() => void connect(), RECONNECT_MS);
  }

  return {
    on(channel, handler) {
      handlers.get(channel)?.add(handler);
      return () => handlers.get(channel)?.delete(handler);
    },
    start: connect,
    async stop() {
      stopped = true;
      clearTimeout(retry);
      const current = client;
      client = null;
      await current?.end().catch(() => undefined);
    },
  };
}
