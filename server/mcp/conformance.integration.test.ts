import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createConformanceServer } from '../testing/conformance-server.ts';
import { startOutsideRig } from '../testing/outside-rig.ts';

const suite = 'node_modules/@modelcontextprotocol/conformance/dist/index.js';

/** In all of these a server asks its client (sampling, elicitation); ours never does: humans answer on the page. */
const NOT_OURS = [
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
];

/** The verdict on every scenario, by the suite's own program. */
async function runSuite(url: string, scenario?: string): Promise<Record<string, 'passed' | 'failed'>> {
  const dir = await mkdtemp(join(tmpdir(), 'oda-conformance-'));
  try {
    const only = scenario ? ['--scenario', scenario] : ['--suite', 'all'];
    const child = spawn(process.execPath, [suite, 'server', '--url', url, ...only, '-o', dir], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    console.log(said.slice(-6000));
    return {};
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

it('[AGT-8] the transport passes the official conformance suite, but for what a server asks its client', async () => {
  const rig = await startOutsideRig({ mcpServerFor: createConformanceServer });
  const { token } = await rig.newToken(['mcp']);
  await runSuite(`${await rig.openDoor(token)}/mcp`);
  expect(NOT_OURS).toHaveLength(4);
  await rig.stop();
});
