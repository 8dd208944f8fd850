import { readdirSync } from 'node:fs';
import { setTimeout as elapsed } from 'node:timers/promises';
import { openDatabase } from '../db/database.ts';
import { createLog } from '../lib/log.ts';
import { type RealtimeServer, startRealtimeServer } from './realtime-server.ts';

/** The realtime server in a process of its own, so that what it holds can be counted. */
export interface Figures {
  heapBytes: number;
  rssBytes: number;
  sockets: number;
  timers: number;
  fds: number;
}

export type Call =
  | { call: 'accessToken'; args: Parameters<RealtimeServer['accessToken']> }
  | { call: 'vncTicket'; args: Parameters<RealtimeServer['vncTicket']> }
  | { call: 'setDesktop'; args: Parameters<RealtimeServer['setDesktop']> }
  | { call: 'markEnded'; args: Parameters<RealtimeServer['sessions']['markEnded']> }
  | { call: 'figures'; args: [] }
  | { call: 'stop'; args: [] };

const [url = '', optionsText = '{}'] = process.argv.slice(2);
const database = openDatabase(url, createLog('silent', 'json'));
const server = await startRealtimeServer(
  { ...database, url },
  { ...JSON.parse(optionsText), keepsLog: false },
);

async function figures(): Promise<Figures> {
  // Twice, with a turn between: finalizers run after the first.
  globalThis.gc?.();
  await elapsed(20);
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  return {
    heapBytes: heapUsed + external,
    rssBytes: rss,
    sockets: await server.openSockets(),
    timers: resources.filter((name) => name === 'Timeout').length,
    fds: readdirSync('/proc/self/fd').length,
  };
}

async function answer(message: Call): Promise<unknown> {
  switch (message.call) {
    case 'accessToken':
      return server.accessToken(...message.args);
    case 'vncTicket':
      return server.vncTicket(...message.args);
    case 'setDesktop':
      return server.setDesktop(...message.args);
    case 'markEnded':
      return server.sessions.markEnded(...message.args);
    case 'figures':
      return figures();
    case 'stop':
      await server.stop();
      return database.stop();
  }
}

// A parent that has gone meanwhile wants no answer.
const tell = (message: object) => process.send?.(message, undefined, undefined, () => {});

process.on('message', ({ id, ...message }: Call & { id: number }) => {
  answer(message).then(
    (result) => tell({ id, result }),
    (error) => tell({ id, error: String(error) }),
  );
});
// The parent has gone: nobody else will stop us.
process.on('disconnect', () => process.exit());
tell({ url: server.url });
