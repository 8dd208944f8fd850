import { readdir, readFile } from 'node:fs/promises';
import WebSocket from 'ws';

/** What a process holds: its memory and its descriptors. */
export interface Held {
  rssMb: number;
  /** After a collection: what is held, not what was not swept yet. */
  heapMb: number;
  descriptors: number;
}

export interface ProcessWatch {
  held(): Promise<Held>;
  /** User and system seconds so far. */
  cpuSeconds(): Promise<number>;
  close(): void;
}

const TICKS_PER_SECOND = 100;
const MB = 2 ** 20;

/** Watches a Node process that was started with `--inspect=127.0.0.1:port`. */
export async function watchProcess(pid: number, inspectorPort: number): Promise<ProcessWatch> {
  const answer = await fetch(`http://127.0.0.1:${inspectorPort}/json/list`);
  const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
  if (!target) throw new Error('the process has no inspector');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.on('error', () => undefined); // it goes when the process does
  socket.on('message', (data) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown };
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await new Promise((resolve) => socket.once('open', resolve));
  let calls = 0;
  const call = <T>(method: string) =>
    new Promise<T>((resolve) => {
      const id = ++calls;
      waiting.set(id, resolve as (result: unknown) => void);
      socket.send(JSON.stringify({ id, method }));
    });

  return {
    async held() {
      await call('HeapProfiler.collectGarbage');
      const heap = await call<{ usedSize: number; backingStorageSize: number }>('Runtime.getHeapUsage');
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return {
        rssMb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
        heapMb: (heap.usedSize + heap.backingStorageSize) / MB,
        descriptors: (await readdir(`/proc/${pid}/fd`)).length,
      };
    },
    async cpuSeconds() {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    },
    close: () => socket.close(),
  };
}
