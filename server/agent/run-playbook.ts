import type { Playbook } from '../../shared/flow.ts';
import { numberSteps } from '../../shared/playbook-tree.ts';
import type { Browsers } from './browsers.ts';
import { createPlayer } from './play-steps.ts';
import { natureOf, type Registry } from './registry.ts';
import type { TaskRun } from './task-run.ts';
import { isContainer } from './task-steps.ts';

/** Runs a playbook from its first unfinished step. [AGT-2] */
export async function runPlaybook(
  deps: { browsers: Browsers; registry: Registry },
  run: TaskRun,
): Promise<void> {
  const epoch = await begin(run);
  if (epoch === null) return;
  const { steps, variables } = run.hold.task.input as unknown as Playbook;
  const play = createPlayer(deps, run, { variables, count: run.hold.task.steps.length }, epoch);
  if (await play(numberSteps(steps))) await run.move({ type: 'succeeded' });
}

async function begin(run: TaskRun): Promise<number | null> {
  const { hold } = run;
  if (hold.task.status === 'queued') return run.start();
  const cut = hold.task.steps.find((step) => step.status === 'running' && !isContainer(step));
  // A question waits for its answer, whoever asked it.
  if (cut?.verb === 'askHuman') return (await run.agentEpoch()) ?? NO_EPOCH;
  // Who waited for an approval had not acted.
  const asked = hold.task.status === 'waiting-for-approval';
  if (cut && !asked && !natureOf(cut.verb).repeatable) {
    const message = `The server stopped while step ${cut.index} (${cut.verb}) ran; it is not known whether it was done.`;
    const error = { code: 'interrupted', message };
    await run.move({ type: 'step-failed', index: cut.index, at: run.now(), error });
    return null;
  }
  if (cut) await run.move({ type: 'step-returned', index: cut.index });
  if (hold.task.status === 'waiting-for-human' || hold.task.status === 'paused') return run.waitForControl();
  return (await run.agentEpoch()) ?? run.waitForControl();
}

/** The answer gives control back, and with it the epoch to go on at. */
const NO_EPOCH = -1;
