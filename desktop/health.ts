import { createInterface } from 'node:readline';
import { failureFrom, SupervisorFailure } from './failure.ts';
import { createRestartBudget } from './restart-budget.ts';
import type { Sandbox } from './sandbox.ts';
import type { StatusBoard } from './status.ts';

const ANSWER_TIMEOUT_MS = 20_000;
const PROBE_EVERY_MS = 25;
const LAST_LINES = 30;

export interface HealthOptions {
  board: StatusBoard;
  /** Whether a viewer would see the browser and an agent could drive it. */
  answers(): Promise<boolean>;
  onFailure(failure: SupervisorFailure): void;
  signal: AbortSignal;
}

/** Follows what the sandbox's init reports, and turns it into the desktop's status. [SES-8] */
export function watchHealth({ child }: Sandbox, { board, answers, onFailure, signal }: HealthOptions): void {
  const lastLines: string[] = [];
  const budget = createRestartBudget();
  let browser: 'absent' | 'running' | 'doomed' = 'absent';

  child.on('error', (error) => fail('died', error.message));
  // The pipes are read to their end first: the reason stands in the last line.
  child.on('close', (code, signal) => fail('died', `the sandbox ended (${signal ?? code})`));
  if (child.stderr) createInterface({ input: child.stderr }).on('line', keep);
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      follow(line.split(' ')[0] ?? '');
    });
  }
  void untilAnswering();

  function keep(line: string): void {
    lastLines.push(line.slice(0, 300));
    if (lastLines.length > LAST_LINES) lastLines.shift();
  }

  function fail(code: SupervisorFailure['code'], what: string): void {
    const message = [what, ...lastLines.slice(-8)].join(' | ');
    onFailure(failureFrom(lastLines, new SupervisorFailure(code, message)));
  }

  function follow(event: string): void {
    if (event === 'chromium-start') browser = 'running';
    if (event === 'chromium-exit') browser = 'absent';
    // Without its display the browser ends too, a moment later: it must not count as ready until then.
    if (event === 'xvnc-exit' && browser === 'running') browser = 'doomed';
    if (event !== 'chromium-exit' && event !== 'xvnc-exit') return;
    if (!budget.spend()) fail('died', `${event} again and again`);
    if (board.state().status !== 'ready' || signal.aborted) return;
    board.update({ status: 'restarting' });
    void untilAnswering();
  }

  async function untilAnswering(): Promise<void> {
    const giveUpAt = performance.now() + ANSWER_TIMEOUT_MS;
    while (!signal.aborted) {
      if (browser === 'running' && (await answers()) && browser === 'running') {
        if (!signal.aborted) board.update({ status: 'ready' });
        return;
      }
      if (performance.now() > giveUpAt)
        return fail('timed-out', `no answer in ${ANSWER_TIMEOUT_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
    }
  }
}
