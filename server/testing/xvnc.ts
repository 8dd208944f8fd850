import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestXvnc {
  /** The unix socket that speaks RFB. */
  rfbPath: string;
  /** As X clients want it in DISPLAY. */
  display: string;
  /** Frozen until `resume`: it accepts nobody and draws nothing. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** A real Xvnc of its own, with the woven root and cross cursor of old and no client, in a folder of its own. */
export async function startXvnc(options: { width?: number; height?: number } = {}): Promise<TestXvnc> {
  const { width = 320, height = 200 } = options;
  const dir = await mkdtemp(join(tmpdir(), 'oda-xvnc-'));
  const rfbPath = join(dir, 'rfb.sock');
  const child = spawn(
    'Xvnc',
    [
      ...['-displayfd', '3', '-rfbunixpath', rfbPath, '-rfbunixmode', '0600', '-rfbport', '-1'],
      ...['-SecurityTypes', 'None', '-nolisten', 'tcp', '-nolisten', 'local'],
      // All viewers of a unix socket count as one host: six handshakes at once would lock everybody out.
      '-UseBlacklist=0',
      ...['-geometry', `${width}x${height}`, '-depth', '24', '-retro'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const ready = child.stdio[3];
  if (!ready) throw new Error('Xvnc was spawned without its display pipe');
  const [number] = await Promise.race([
    once(ready, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('Xvnc ended before it was ready');
    }),
  ]);

  return {
    rfbPath,
    display: `:${String(number).trim()}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill();
        await once(child, 'exit');
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}
