import type { Condition, PlaybookStep } from '../../shared/flow.ts';
import type { Step } from '../../shared/playbook.ts';
import type { StepNode } from '../../shared/playbook-tree.ts';
import { substitute } from '../../shared/playbook-variables.ts';
import { askHuman } from './ask-human.ts';
import type { Browsers } from './browsers.ts';
import type { Registry } from './registry.ts';
import { runStep, type StepOutcome } from './run-step.ts';
import { addResult, valuesOf } from './step-values.ts';
import type { TaskRun } from './task-run.ts';
import { insideOf } from './task-steps.ts';

/** An `if` gives the page a moment to show what it asks for; a `repeat` asks again with every round. */
const IF_PATIENCE_MS = 1_500;
const REPEAT_PATIENCE_MS = 150;

type Outcome = Exclude<StepOutcome, { type: 'returned' }>;

/**
 * Plays steps, skipping what the task's row says is done: the row is the only memory, so a run goes on in the
 * middle of a round, on whichever server. Resolves with false when the task has failed. [AGT-2] [AGT-6]
 */
export function createPlayer(
  deps: { browsers: Browsers; registry: Registry },
  run: TaskRun,
  playbook: { variables: Readonly<Record<string, string>>; count: number },
  first: number,
): (nodes: readonly StepNode[]) => Promise<boolean> {
  const { hold, mustEnd } = run;
  let epoch = first;

  const entry = (index: number) => hold.task.steps[index];
  const filled = <T>(input: T): T => substitute(input, valuesOf(playbook.variables, hold.task.result));

  async function playList(nodes: readonly StepNode[]): Promise<boolean> {
    for (const node of nodes) {
      if (entry(node.index)?.status === 'succeeded') continue;
      if (!(await playNode(node))) return false;
    }
    return true;
  }

  async function playNode({ index, depth, step, lists }: StepNode): Promise<boolean> {
    switch (step.verb) {
      case 'if':
        return playIf(index, step.input.condition, lists);
      case 'repeat':
        return playRepeat(index, step.input, lists.steps ?? []);
      case 'askHuman': {
        const answered = await askHuman(run, index, filled(step.input));
        if (answered === null) return false;
        epoch = answered;
        return true;
      }
      default:
        return playVerb(index, step, depth === 0 && index === playbook.count - 1);
    }
  }

  async function playVerb(index: number, template: Step, last: boolean): Promise<boolean> {
    const outcome = await attempt(index, template, {
      last,
      before: () => run.move({ type: 'step-started', index, at: run.now() }),
      returned: () => run.carry({ type: 'step-returned', index }),
    });
    if (outcome.type === 'failed') return fail(index, outcome);
    const result = addResult(hold.task.result, outcome);
    run.carry({ type: 'step-succeeded', index, at: run.now(), ...(result ? { result } : {}) });
    // What later steps read by {{name}} must be there before they begin.
    if (result) await run.move();
    return true;
  }

  async function playIf(index: number, condition: Condition, lists: StepNode['lists']): Promise<boolean> {
    await open(index);
    if (entry(index)?.branch === undefined) {
      const outcome = await decide(index, condition, IF_PATIENCE_MS);
      if (typeof outcome !== 'boolean') return fail(index, outcome);
      const branch = outcome ? 'then' : 'else';
      const other = lists[outcome ? 'else' : 'then'] ?? [];
      const skipped = other.flatMap((node) => [node.index, ...insideOf(hold.task.steps, node.index)]);
      await run.move({ type: 'branch-chosen', index, branch, skipped });
    }
    if (!(await playList(lists[entry(index)?.branch ?? 'then'] ?? []))) return false;
    run.carry({ type: 'step-succeeded', index, at: run.now() });
    return true;
  }

  async function playRepeat(
    index: number,
    { max, while: going, until }: Extract<PlaybookStep, { verb: 'repeat' }>['input'],
    nodes: readonly StepNode[],
  ): Promise<boolean> {
    await open(index);
    for (;;) {
      // What is still carried counts: the row tells whether a round is under way.
      await run.move();
      const rounds = entry(index)?.rounds ?? 0;
      const isUnderWay = rounds > 0 && nodes.some((node) => isOpen(entry(node.index)?.status));
      if (!isUnderWay) {
        const condition = going ?? (rounds > 0 ? until : undefined);
        const met = condition && (await decide(index, condition, REPEAT_PATIENCE_MS));
        if (typeof met === 'object') return fail(index, met);
        if (rounds >= max || met === (going === undefined)) break;
        await run.move({ type: 'round-started', index });
      }
      if (!(await playList(nodes))) return false;
    }
    run.carry({ type: 'step-succeeded', index, at: run.now() });
    return true;
  }

  async function open(index: number): Promise<void> {
    if (entry(index)?.status === 'pending') await run.move({ type: 'step-started', index, at: run.now() });
  }

  /** Whether the condition holds; the outcome itself when it cannot be told. */
  async function decide(index: number, condition: Condition, patienceMs: number): Promise<boolean | Failed> {
    const step: Step = { verb: 'assert', input: condition };
    const nothing = async () => undefined;
    const outcome = await attempt(index, step, {
      patienceMs,
      last: false,
      before: nothing,
      returned: nothing,
    });
    if (outcome.type === 'done') return true;
    return outcome.error.code === 'assertion-failed' ? false : outcome;
  }

  /** Tries until it is done or has failed: what a takeover cuts short is begun anew after it. [AGT-4] */
  async function attempt(
    index: number,
    template: Step,
    how: { last: boolean; patienceMs?: number; before(): Promise<void>; returned(): unknown },
  ): Promise<Outcome> {
    for (;;) {
      mustEnd.throwIfAborted();
      await how.before();
      const step = { ...template, input: filled(template.input) } as Step;
      const guard = run.watchControl(epoch);
      const call = {
        ...{ sessionId: run.lease.sessionId, taskId: hold.task.id, index, step, epoch, last: how.last },
        ...(how.patienceMs === undefined ? {} : { patienceMs: how.patienceMs }),
        signal: AbortSignal.any([mustEnd, guard.signal]),
      };
      const outcome = await runStep({ ...deps, log: run.log }, call).finally(guard.stop);
      if (outcome.type !== 'returned') return outcome;
      how.returned();
      mustEnd.throwIfAborted();
      epoch = await run.waitForControl();
    }
  }

  async function fail(index: number, { error }: Failed): Promise<false> {
    await run.move({ type: 'step-failed', index, at: run.now(), error });
    return false;
  }

  return playList;
}

type Failed = Extract<StepOutcome, { type: 'failed' }>;

const isOpen = (status: string | undefined) => status === 'pending' || status === 'running';
