import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { sdk } from './testing/harness.ts';

const MAIN = new URL('./main.ts', import.meta.url).pathname;

function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env.PATH, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function output(child: ChildProcess, stream: 'stdout' | 'stderr'): Promise<string> {
  const [chunk] = await once(child[stream] ?? child, 'data');
  return String(chunk);
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = await once(child, 'exit');
  return code;
}

it('[PAY-13] says when it is ready and ends with its parent', async () => {
  const child = start(['--port', '0', '--parent-stdin']);
  const line = await output(child, 'stdout');
  const [, json = ''] = /^stripe-sandbox ready (.*)\n$/.exec(line) ?? [];
  const { url } = JSON.parse(json) as { url: string };
  expect((await sdk(url).balance.retrieve()).object).toBe('balance');
  child.stdin?.end();
  expect(await exitCode(child)).toBe(0);
});

it('[PAY-13] ends on SIGTERM while a webhook hangs', async () => {
  const hanging = createServer();
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    hanging.closeAllConnections();
    hanging.close();
  });
  const { port } = hanging.address() as AddressInfo;
  const webhook = ['--webhook-url', `http://127.0.0.1:${port}/`, '--webhook-secret', 'whsec_12345678'];
  const child = start(['--port', '0', ...webhook]);
  const { url } = JSON.parse((await output(child, 'stdout')).replace('stripe-sandbox ready ', '')) as {
    url: string;
  };
  const called = once(hanging, 'request');
  await sdk(url).products.create({ name: 'x' });
  await called;
  child.kill('SIGTERM');
  expect(await exitCode(child)).toBe(0);
});

it('[PAY-13] refuses production, wrong arguments and a taken port in plain words', async () => {
  const production = start([], { NODE_ENV: 'production' });
  expect(await output(production, 'stderr')).toContain('refuses NODE_ENV=production');
  expect(await exitCode(production)).toBe(2);
  const wrong = start(['--prot', '1']);
  expect(await output(wrong, 'stderr')).toContain('usage:');
  expect(await exitCode(wrong)).toBe(2);

  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const taken = start(['--port', String((other.address() as AddressInfo).port)]);
  expect(await output(taken, 'stderr')).toContain('cannot listen on port');
  expect(await exitCode(taken)).toBe(1);
});
