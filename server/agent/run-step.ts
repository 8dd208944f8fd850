import { setTimeout as delay } from 'node:timers/promises';
import type { Step } from '../../shared/playbook.ts';
import type { TaskError } from '../../shared/task.ts';
import type { Log } from '../lib/log.ts';
import { ApprovalNeeded, type TellApproval } from './approvals/approval-needed.ts';
import type { Browsers } from './browsers.ts';
import { ControlLost } from './control-gate.ts';
import { natureOf, type Registry } from './registry.ts';
import { BrowserLost, StepFailed } from './step-error.ts';
import type { ToolResult } from './tool.ts';

export type StepOutcome =
  | ({ type: 'done' } & Partial<ToolResult>)
  | { type: 'failed'; error: TaskError }
  /** Cut short where running it anew is right: the signal's reason says by whom. */
  | { type: 'returned'; controlLost: boolean };

export interface StepRun {
  sessionId: string;
  taskId: string;
  index: number;
  step: Step;
  epoch: number;
  patienceMs?: number;
  last: boolean;
  signal: AbortSignal;
  /** Told of each question to the owner, who is asked on the page anyway. */
  tellApproval?: TellApproval;
}

const BROWSER_WAIT_MS = 60_000;
const BROWSER_RETRY_MS = 1_000;

/** Runs one step to an outcome; a browser that restarts meanwhile is dialled again. Never throws. */
export async function runStep(
  deps: { browsers: Browsers; registry: Registry; log: Log },
  run: StepRun,
): Promise<StepOutcome> {
  const nature = natureOf(run.step.verb);
  const giveUpAt = performance.now() + BROWSER_WAIT_MS;
  for (;;) {
    let acted: 'no' | 'begun' | 'done' = 'no';
    try {
      run.signal.throwIfAborted();
      const browser = await deps.browsers.get(run.sessionId);
      const onAct = (phase: 'begun' | 'done') => {
        acted = phase;
      };
      return { type: 'done', ...(await deps.registry.run({ ...run, browser, onAct })) };
    } catch (thrown) {
      // Asked for before it acted: once approved the step looks at the page anew. [AGT-5]
      const error = thrown instanceof ApprovalNeeded ? await unapproved(thrown, run) : thrown;
      if (error === null) continue;
      if (error instanceof StepFailed) return failed(error.code, error.message);
      const phase = acted as 'no' | 'begun' | 'done';
      if (error instanceof ControlLost || run.signal.aborted) {
        if (nature.single && phase === 'done') return { type: 'done' };
        if (nature.single && phase === 'begun') return failed('interrupted', CUT_SHORT);
        return { type: 'returned', controlLost: error instanceof ControlLost };
      }
      if (!(error instanceof BrowserLost) && !isClosedTarget(error)) {
        deps.log.warn({ event: 'task.step-error', taskId: run.taskId, index: run.index, err: error });
        return failed('step-error', `The browser refused this step: ${firstLine(error)}`);
      }
      deps.log.info({ event: 'agent.browser-lost', taskId: run.taskId, index: run.index, err: error });
      if (phase !== 'no' && !nature.repeatable) return failed('browser-restarted', RESTARTED);
      if (performance.now() > giveUpAt) return failed('browser-unavailable', UNAVAILABLE);
      await delay(BROWSER_RETRY_MS, undefined, { signal: run.signal }).catch(() => undefined);
    }
  }
}

/** Null once the owner has approved, else what ended the wait. */
async function unapproved(
  needed: ApprovalNeeded,
  { signal, tellApproval }: Pick<StepRun, 'signal' | 'tellApproval'>,
): Promise<unknown> {
  try {
    await needed.settle(signal, tellApproval);
    return null;
  } catch (error) {
    return error;
  }
}

const CUT_SHORT = 'The step was cut short while it acted; look at the page before you run the task again.';
const RESTARTED =
  'The browser restarted while this step acted; look at the page before you run the task again.';
const UNAVAILABLE = `The browser did not answer for ${BROWSER_WAIT_MS / 1000} seconds; is a question of a page open in it?`;

function failed(code: string, message: string): StepOutcome {
  return { type: 'failed', error: { code, message } };
}

/** The tab closed, or its document was replaced, under the step. */
function isClosedTarget(error: unknown): boolean {
  return (
    error instanceof Error &&
    /has been closed|Target closed|Execution context was destroyed|not attached|detached/i.test(error.message)
  );
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/^\w+(\.\w+)*: /, '').slice(0, 300);
}
