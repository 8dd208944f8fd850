import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OutsideRig, startOutsideRig } from '../../../../server/testing/outside-rig.ts';
import { serveTaskPages, type TaskPages } from '../../../../server/testing/task-pages.ts';
import { type AgentKind, agentKinds, snippet } from './snippets.ts';

const run = promisify(execFile);
let rig: OutsideRig;
let site: TaskPages;

beforeAll(async () => {
  rig = await startOutsideRig();
  site = await serveTaskPages({ '/': '<h1>Example of ours</h1>' });
});
afterAll(async () => {
  await site.stop();
  await rig.stop();
});

/** As the page gives it, but for the address that it goes to. */
async function pasted(kind: AgentKind) {
  const { sessionId, token } = await rig.newToken(agentKinds[kind].scopes);
  const text = snippet(kind, { origin: rig.url, sessionId, token });
  return { sessionId, text: text.replace('https://example.com', `${site.origin}/`) };
}

it.each(['playwright', 'puppeteer'] as const)('[AGT-8] the code for %s runs as it is given', async (kind) => {
  const { text } = await pasted(kind);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', text], { timeout: 20_000 });
  expect(stdout.trim()).toBe('/');
});

it.skipIf(!existsSync('/usr/bin/curl'))('[AGT-8] the curl command gives a task', async () => {
  const { sessionId, text } = await pasted('curl');
  const { stdout } = await run('sh', ['-c', `${text} -s`], { timeout: 20_000 });
  const task = JSON.parse(stdout) as { id: string };
  const done = await rig.until(sessionId, task.id);
  expect(done).toMatchObject({ status: 'succeeded', result: { title: 'Example of ours' } });
});

it('[AGT-8] an MCP client connects by the configuration that is given', async () => {
  const { text } = await pasted('mcp');
  const { url, headers, type } = JSON.parse(text).mcpServers.onedollaragent;
  expect(type).toBe('http');
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('navigate');
  await client.close();
});
