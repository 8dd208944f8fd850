import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createConformanceServer } from '../testing/conformance-server.ts';
import { type OutsideRig, startOutsideRig } from '../testing/outside-rig.ts';

const suite = 'node_modules/@modelcontextprotocol/conformance/dist/index.js';

/** By the suite's own program: how many checks of each scenario failed. */
async function runSuite(rig: OutsideRig, ...which: string[]): Promise<Map<string, number>> {
  const { token } = await rig.newToken(['mcp']);
  const dir = await mkdtemp(join(tmpdir(), 'oda-conformance-'));
  try {
    const args = [suite, 'server', '--url', `${await rig.openDoor(token)}/mcp`, ...which, '-o', dir];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const lines = [...said.matchAll(/^[✓✗] ([\w-]+): \d+ passed, (\d+) failed$/gm)];
    return new Map(lines.map(([, scenario = '', failed]) => [scenario, Number(failed)]));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** [SES-2] Also a stream whose tool notices nothing. */
async function endsWithItsSession(rig: OutsideRig): Promise<void> {
  const { sessionId, token } = await rig.newToken(['mcp']);
  const response = await fetch(`${rig.url}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"never_ends","arguments":{}}}',
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  await rig.sessions.markEnded(sessionId, 'expired');
  const endedAtMs = performance.now();
  await response.text().catch(() => undefined);
  expect(performance.now() - endedAtMs).toBeLessThan(250);
}

it('[AGT-8] the transport passes the official conformance suite', async () => {
  const rig = await startOutsideRig({ newMcpServer: createConformanceServer });
  try {
    const verdicts = await runSuite(rig, '--suite', 'all');
    const failed = [...verdicts].filter(([, failures]) => failures > 0).map(([scenario]) => scenario);
    expect(failed).toEqual([]);
    expect(verdicts.size).toBe(32);
    await endsWithItsSession(rig);
  } finally {
    await rig.stop();
  }
});

it('[AGT-8] the product itself passes the scenarios that need no tools of the suite', async () => {
  const rig = await startOutsideRig();
  try {
    for (const scenario of ['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection']) {
      const { token } = await rig.newToken(['mcp']);
      const args = [suite, 'server', '--url', `${await rig.openDoor(token)}/mcp`, '--scenario', scenario];
      const child = spawn(process.execPath, args, { stdio: 'ignore' });
      expect([scenario, (await once(child, 'exit'))[0]]).toEqual([scenario, 0]);
    }
  } finally {
    await rig.stop();
  }
});
