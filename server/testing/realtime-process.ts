import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EndedReason } from '../../shared/session.ts';
import type { Call, Figures } from './realtime-child.ts';
import type { Person, RealtimeOptions } from './realtime-server.ts';

export interface RealtimeProcess {
  url: string;
  pid: number;
  accessToken(person: Person): Promise<string>;
  vncTicket(person: Person, mode?: 'control' | 'view'): Promise<string>;
  setDesktop(sessionId: string, rfbPath: string | null): Promise<void>;
  markEnded(sessionId: string, reason: EndedReason): Promise<void>;
  /** After a garbage collection. */
  figures(): Promise<Figures>;
  stop(): Promise<void>;
}

/** One node: the product's realtime parts in a process of their own, on a database that it may share. */
export async function startRealtimeProcess(
  databaseUrl: string,
  options: RealtimeOptions = {},
): Promise<RealtimeProcess> {
  const program = fileURLToPath(import.meta.resolve('./realtime-child.ts'));
  const child = fork(program, [databaseUrl, JSON.stringify(options)], { execArgv: ['--expose-gc'] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  const started = Promise.withResolvers<string>();
  child.on('message', (message: { id: number; result?: unknown; error?: string; url?: string }) => {
    if (message.url) return started.resolve(message.url);
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.reject(new Error(message.error));
    else asked?.resolve(message.result);
  });
  child.once('exit', (code) => {
    const error = new Error(`the realtime process ended with ${code}`);
    for (const asked of [started, ...waiting.values()]) asked.reject(error);
  });
  const call = async <T>(message: Call): Promise<T> => {
    const asked = Promise.withResolvers<unknown>();
    const id = ++calls;
    waiting.set(id, asked);
    child.send({ id, ...message });
    return (await asked.promise) as T;
  };
  const url = await started.promise;
  return {
    url,
    pid: child.pid as number,
    accessToken: (person) => call({ call: 'accessToken', args: [person] }),
    vncTicket: (person, mode = 'control') => call({ call: 'vncTicket', args: [person, mode] }),
    setDesktop: (sessionId, path) => call({ call: 'setDesktop', args: [sessionId, path] }),
    markEnded: (sessionId, reason) => call({ call: 'markEnded', args: [sessionId, reason] }),
    figures: () => call({ call: 'figures', args: [] }),
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      await call({ call: 'stop', args: [] });
      child.disconnect();
      await exited;
    },
  };
}
