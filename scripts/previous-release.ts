import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveNewSchema, layOut, previousRelease } from '../server/testing/previous-release.ts';

/** The previous release passes its own tests on the schema of this one. [OPS-5] */
const TESTS = [
  'server/payments/payments.integration.test.ts',
  'server/payments/extension.integration.test.ts',
  'server/auth/sign-in.integration.test.ts',
  'server/auth/refresh.integration.test.ts',
  'server/auth/shares.integration.test.ts',
  'server/sessions/leases.integration.test.ts',
  'server/sessions/sweep.integration.test.ts',
  'server/realtime/event-feed.integration.test.ts',
  'server/realtime/control-socket.integration.test.ts',
  'server/routes/tasks.integration.test.ts',
];

const commit = await previousRelease();
if (commit === null) {
  console.log('This history has no release before the newest migration: nothing to hold against it.');
} else {
  const dir = await mkdtemp(join(tmpdir(), 'oda-previous-'));
  try {
    await layOut(commit, dir);
    await giveNewSchema(dir);
    const tests = TESTS.filter((file) => existsSync(join(dir, file)));
    console.log(`The tests of ${commit.slice(0, 12)}, on this release's schema:`);
    const args = ['run', '--project', 'integration', ...tests];
    const vitest = spawn('vitest', args, { cwd: dir, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(vitest, 'exit');
    process.exitCode = tests.length > 0 ? (code ?? 1) : 1;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
