import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../config.ts';
import type { Log } from '../lib/log.ts';

export interface SandboxProcess {
  url: string;
  stop(): Promise<void>;
}

const READY_TIMEOUT_MS = 15_000;

/** Runs `stripe-sandbox/` beside the server. It ends when its standard input does, so even `kill -9` leaves none. */
export async function startStripeSandbox(options: {
  host: string;
  port: number;
  publicUrl: string;
  dataFile: string;
  webhookUrl: string;
  webhookSecret: string;
  log: Log;
}): Promise<SandboxProcess> {
  const program = fileURLToPath(new URL('../../stripe-sandbox/main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      program,
      ...['--host', options.host],
      ...['--port', String(options.port)],
      ...['--public-url', options.publicUrl],
      ...['--data-file', options.dataFile],
      ...['--webhook-url', options.webhookUrl],
      ...['--webhook-secret', options.webhookSecret],
      '--parent-stdin',
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2_000);
  });
  try {
    const url = await readyUrl(child);
    options.log.info({ event: 'stripe-sandbox.ready', url, pid: child.pid });
    return { url, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new ConfigError(
      `The Stripe sandbox did not start: ${lastWords.trim() || String(error)}\n` +
        `If port ${options.port} is taken, set STRIPE_SANDBOX_PORT to a free one.`,
      { cause: error },
    );
  }
}

async function readyUrl(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no standard output');
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
  const lines = createInterface({ input: child.stdout, signal });
  let ready: string | undefined;
  for await (const line of lines) {
    ready = /^stripe-sandbox ready (\{.*\})$/.exec(line)?.[1];
    if (ready) break;
  }
  if (!ready) throw new Error('it ended before it was ready');
  child.stdout.resume(); // nobody reads on, and a full pipe would stop it
  return (JSON.parse(ready) as { url: string }).url;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exited;
  clearTimeout(timer);
}
