import type { TaskError, TaskStep } from '../../shared/task.ts';

/** To be done yet, or under way. */
export function stepIsOpen({ status }: TaskStep): boolean {
  return status === 'pending' || status === 'running';
}

/** Runs for as long as the steps inside it do. */
export function isContainer({ verb }: { verb: string }): boolean {
  return verb === 'if' || verb === 'repeat';
}

export function isActing(step: TaskStep): boolean {
  return step.status === 'running' && !isContainer(step);
}

/** A step begins when all before it are done, but for those that it is in. */
export function isInTheWay(step: TaskStep): boolean {
  return step.status === 'pending' || step.status === 'failed' || isActing(step);
}

export function anew({ rounds: _, branch: __, error: ___, ...step }: TaskStep): TaskStep {
  return { ...step, status: 'pending', startedAt: null, endedAt: null };
}

/** The steps that a container holds, at any depth. */
export function insideOf(steps: readonly TaskStep[], index: number): number[] {
  const depthOf = (step: TaskStep | undefined) => step?.depth ?? 0;
  const rest = steps.slice(index + 1);
  const end = rest.findIndex((step) => depthOf(step) <= depthOf(steps[index]));
  return rest.slice(0, end === -1 ? undefined : end).map((step) => step.index);
}

export function skipped(steps: TaskStep[], indices: readonly number[]): TaskStep[] {
  return steps.map((step) =>
    step.status === 'pending' && indices.includes(step.index) ? { ...step, status: 'skipped' } : step,
  );
}

/** What never began is skipped. */
function withoutPending(steps: readonly TaskStep[]): TaskStep[] {
  return steps.map((step) => (step.status === 'pending' ? { ...step, status: 'skipped' } : step));
}

/** A step that was cut short failed, with what it is in; the ones that never began are skipped. */
export function cutShort(steps: readonly TaskStep[], at: string | null, error?: TaskError): TaskStep[] {
  return withoutPending(
    steps.map((step) =>
      step.status === 'running' ? { ...step, status: 'failed', endedAt: at, ...(error && { error }) } : step,
    ),
  );
}
