import type { PlaybookStep } from '../../shared/flow.ts';
import type { TaskRun } from './task-run.ts';

type Asked = Extract<PlaybookStep, { verb: 'askHuman' }>['input'];

/**
 * Asks the task's owner, gives them the browser and waits: the answer comes by a call to whichever server and
 * moves the task itself. Resolves with the epoch to go on at, or null when there was no answer in time. [AGT-2]
 */
export async function askHuman(
  run: TaskRun,
  index: number,
  { instructions, timeoutSeconds }: Asked,
): Promise<number | null> {
  const { hold } = run;
  if (hold.task.steps[index]?.status === 'pending') {
    const askedAt = run.now();
    const expiresAt = new Date(Date.parse(askedAt) + timeoutSeconds * 1_000).toISOString();
    const question = { index, instructions, askedAt, expiresAt };
    await run.move({ type: 'step-started', index, at: askedAt }, { type: 'human-asked', question });
  }
  if (hold.task.question) await run.handOver();
  while (hold.task.question) {
    if (run.now() > hold.task.question.expiresAt) {
      const error = { code: 'no-answer', message: 'Nobody answered in time.' };
      await run.move({ type: 'step-failed', index, at: run.now(), error });
      return null;
    }
    await run.nextChange();
  }
  return (await run.agentEpoch()) ?? run.waitForControl();
}
