import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface LogLine {
  level: string;
  event?: string;
  [field: string]: unknown;
}

export interface RunningServer {
  url: string;
  sandboxUrl: string;
  dataDir: string;
  pid: number;
  log: LogLine[];
  /** Lines at `error` or `fatal`, and lines that are no JSON at all. [UI-5] */
  errors(): LogLine[];
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops it, ends what lives on, and deletes its data. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Where the release that is started lies; this checkout by default. */
  root?: string;
  /** The program and its arguments. */
  program?: readonly string[];
  nodeArgs?: readonly string[];
}

/** The real program as `npm start` runs it, on ports and data of its own. */
export async function startServer(
  env: Record<string, string> = {},
  dataDir?: string,
  options: ServerOptions = {},
): Promise<RunningServer> {
  const { root = process.cwd(), program = ['server/main.ts'], nodeArgs = [] } = options;
  const [port, sandboxPort] = await freePorts(2);
  const dir = dataDir ?? (await mkdtemp(join(tmpdir(), 'oda-e2e-')));
  await chmod(dir, 0o711);
  const settings = {
    ...process.env,
    PORT: String(port),
    STRIPE_SANDBOX_PORT: String(sandboxPort),
    DATA_DIR: dir,
    ...env,
  };
  const child = spawn(process.execPath, [...nodeArgs, ...program], {
    cwd: root,
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(parseLine(line));
  });
  await ready(child);

  const kill = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    url: `http://localhost:${port}`,
    sandboxUrl: `http://localhost:${sandboxPort}`,
    dataDir: dir,
    pid: child.pid as number,
    log,
    errors: () => log.filter(({ level }) => level === 'error' || level === 'fatal'),
    kill,
    async stop() {
      await kill('SIGTERM');
      const ending = { cwd: root, env: settings, stdio: 'ignore' } as const;
      const endAll = spawn(process.execPath, ['scripts/end-all.ts'], ending);
      await once(endAll, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function parseLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: 'error', event: 'unparsable', line };
  }
}

async function ready(child: ChildProcess): Promise<void> {
  let words = '';
  if (!child.stderr) throw new Error('no standard error');
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      words += `${line}\n`;
      if (line.includes('is ready:')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${words}`)));
  });
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
