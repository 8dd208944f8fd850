import { execFileSync } from 'node:child_process';
import { createLog } from '../server/lib/log.ts';
import { createStopper, type Stopper } from '../server/lib/stopper.ts';

/** What a program that measures needs around it: the page built first, and everything stopped after, also by a signal. */
export async function measuredRun(work: (stopper: Stopper) => Promise<void>): Promise<void> {
  const stopper = createStopper(createLog('silent', 'json'));
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      interrupted = true;
      void stopper.stop().finally(() => process.exit(130));
    });
  }
  try {
    execFileSync(process.execPath, ['scripts/build.ts', '--if-stale'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await work(stopper);
  } catch (error) {
    if (!interrupted) throw error;
  } finally {
    await stopper.stop();
  }
}
