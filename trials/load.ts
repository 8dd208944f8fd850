import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measuredRun } from '../bench/measured-run.ts';
import { type LoadReport, load } from './load-run.ts';

/** `npm run load`: what one server does under many clients; all of it on this machine, and over in minutes. */
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '500' },
    idle: { type: 'string', default: '1000' },
    desktops: { type: 'string', default: '2' },
    streams: { type: 'string', default: '8' },
    events: { type: 'string', default: '20' },
    reconnects: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string', default: 'dist/load.json' },
  },
});
const LIMITS = { clients: 10_000, idle: 10_000, desktops: 8, streams: 64, events: 500, reconnects: 100 };
const number = (name: keyof typeof LIMITS | 'seconds' | 'seed', most: number) => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  console.error(`--${name} must be a whole number up to ${most}`);
  process.exit(2);
};
const options = {
  clients: number('clients', LIMITS.clients),
  idle: number('idle', LIMITS.idle),
  desktops: number('desktops', LIMITS.desktops),
  streams: number('streams', LIMITS.streams),
  eventsPerSecond: number('events', LIMITS.events),
  reconnectsPerSecond: number('reconnects', LIMITS.reconnects),
  secondsPerPhase: number('seconds', 600),
  seed: number('seed', 2 ** 31),
};

await measuredRun(async (stopper) => {
  const loadBefore = loadavg()[0] ?? 0;
  const report = await load({ ...options, say: console.log }, stopper);
  mkdirSync(dirname(values.json), { recursive: true });
  const machine = { processors: `${cpus().length} × ${cpus()[0]?.model}`, loadBefore };
  const result = { takenAt: new Date().toISOString(), machine, options, ...report };
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\n${tables(report)}\n`);
  console.log(
    `${machine.processors}; load when it began: ${loadBefore.toFixed(2)}; written to ${values.json}`,
  );
  const errors = report.phases.flatMap((phase) => phase.errors);
  for (const error of errors) console.log(`error: ${error}`);
  process.exitCode = errors.length === 0 ? 0 : 1;
});

function tables({ idle, phases }: LoadReport): string {
  const [fewest] = idle;
  const perSocket = (row: LoadReport['idle'][number], of: 'rssMb' | 'heapMb') =>
    fewest && row !== fewest
      ? ((1_024 * (row[of] - fewest[of])) / (row.sockets - fewest.sockets)).toFixed(1)
      : '–';
  const sockets = table(
    ['idle sockets', 'memory MB', 'heap MB', 'KB each: memory', 'KB each: heap', 'descriptors'],
    idle.map((row) => [
      ...[String(row.sockets), row.rssMb.toFixed(), row.heapMb.toFixed(1)],
      ...[perSocket(row, 'rssMb'), perSocket(row, 'heapMb'), String(row.descriptors)],
    ]),
  );
  const flow = table(
    [
      ...['phase', 'sessions', 'sockets', 'streams', 'events/s', 'received/s', 'p50 ms', 'p95 ms', 'p99 ms'],
      ...['reconnects', 'back p50', 'back p95', 'frames/s', 'tasks', 'CPU %', 'MB', 'errors'],
    ],
    phases.map((row) => [
      ...[row.name, String(row.sessions), String(row.sockets), String(row.streams)],
      ...[row.eventsPerSecond.toFixed(1), row.deliveriesPerSecond.toFixed()],
      ...[row.p50Ms, row.p95Ms, row.p99Ms].map((ms) => ms.toFixed(1)),
      String(row.reconnects),
      ...[row.backP50Ms, row.backP95Ms].map((ms) => (row.reconnects > 0 ? ms.toFixed() : '–')),
      ...[row.framesPerSecond.toFixed(), String(row.tasks), row.cpuPercent.toFixed()],
      ...[row.rssMb.toFixed(), String(row.errors.length)],
    ]),
  );
  return `${sockets}\n${goals({ idle, phases })}\n\n${flow}`;
}

/** The two figures of PERF that belong to a load. */
function goals({ idle, phases }: LoadReport): string {
  const [fewest, most] = [idle[0], idle.at(-1)];
  const lines: string[] = [];
  if (fewest && most && most !== fewest) {
    const each = (1_024 * (most.rssMb - fewest.rssMb)) / (most.sockets - fewest.sockets);
    lines.push(`PERF-9  an idle control socket: ${each.toFixed(1)} KB, goal ≤ 15 KB: ${verdict(each <= 15)}`);
  }
  const [quiet] = phases;
  if (quiet) {
    const words = `event → page, ${quiet.sockets} clients, p99 ${quiet.p99Ms.toFixed(1)} ms`;
    lines.push(`PERF-7  ${words}, goal ≤ 25 ms: ${verdict(quiet.p99Ms <= 25)}`);
  }
  return lines.join('\n');
}

function verdict(met: boolean): string {
  return met ? 'met' : 'NOT MET';
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: string[]) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
