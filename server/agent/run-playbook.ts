import type { Playbook, Step } from '../../shared/playbook.ts';
import { substitute } from '../../shared/playbook-variables.ts';
import type { Browsers } from './browsers.ts';
import { natureOf, type Registry } from './registry.ts';
import { runStep } from './run-step.ts';
import type { TaskRun } from './task-run.ts';

/** Runs a playbook from its first unfinished step. [AGT-2] */
export async function runPlaybook(
  deps: { browsers: Browsers; registry: Registry },
  run: TaskRun,
): Promise<void> {
  const epoch = await begin(run);
  if (epoch !== null) await play(deps, run, epoch);
}

async function begin(run: TaskRun): Promise<number | null> {
  const { hold } = run;
  if (hold.task.status === 'queued') return run.start();
  const cut = hold.task.steps.find((step) => step.status === 'running');
  if (cut && !natureOf(cut.verb).repeatable) {
    const message = `The server stopped while step ${cut.index} (${cut.verb}) ran; it is not known whether it was done.`;
    const error = { code: 'interrupted', message };
    await run.move({ type: 'step-failed', index: cut.index, at: run.now(), error });
    return null;
  }
  if (cut) await run.move({ type: 'step-returned', index: cut.index });
  if (hold.task.status === 'waiting-for-human') return run.waitForControl();
  return (await run.agentEpoch()) ?? run.waitForControl();
}

async function play(
  deps: { browsers: Browsers; registry: Registry },
  run: TaskRun,
  first: number,
): Promise<void> {
  const { hold, mustEnd } = run;
  const { steps, variables } = hold.task.input as unknown as Playbook;
  const { sessionId } = run.lease;
  let epoch = first;
  for (const [index, template] of steps.entries()) {
    if (hold.task.steps[index]?.status === 'succeeded') continue;
    for (;;) {
      mustEnd.throwIfAborted();
      await run.move({ type: 'step-started', index, at: run.now() });
      const values = { ...variables, ...textResults(hold.task.result) };
      const step = { ...template, input: substitute(template.input, values) } as Step;
      const guard = run.watchControl(epoch);
      const signal = AbortSignal.any([mustEnd, guard.signal]);
      const taskId = hold.task.id;
      const last = index === steps.length - 1;
      const call = { sessionId, taskId, index, step, epoch, last, signal };
      const outcome = await runStep({ ...deps, log: run.log }, call);
      guard.stop();
      if (outcome.type === 'failed') {
        await run.move({ type: 'step-failed', index, at: run.now(), error: outcome.error });
        return;
      }
      if (outcome.type === 'done') {
        const { result } = outcome;
        run.carry({ type: 'step-succeeded', index, at: run.now(), ...(result ? { result } : {}) });
        // What later steps read by {{name}} must be there before they begin.
        if (result) await run.move();
        break;
      }
      run.carry({ type: 'step-returned', index });
      mustEnd.throwIfAborted();
      epoch = await run.waitForControl();
    }
  }
  await run.move({ type: 'succeeded' });
}

/** What steps extracted, as variables for later ones. */
function textResults(result: Record<string, unknown> | null): Record<string, string> {
  const texts = Object.entries(result ?? {}).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts) as Record<string, string>;
}
