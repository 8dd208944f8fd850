import type { Instruction } from '../../../shared/instruction.ts';
import type { Step } from '../../../shared/playbook.ts';
import type { TaskUsage } from '../../../shared/task.ts';
import type { Browsers } from '../browsers.ts';
import { ControlLost } from '../control-gate.ts';
import type { Registry } from '../registry.ts';
import { runStep, type StepOutcome } from '../run-step.ts';
import type { TaskRun } from '../task-run.ts';
import type { Conversation } from './conversation.ts';
import type { Caps } from './model-settings.ts';
import { HUMAN_ACTED } from './words.ts';

/** What the parts of one run of a task in words share. */
export interface InstructionRun {
  readonly task: TaskRun;
  readonly input: Instruction;
  readonly conversation: Conversation;
  readonly caps: Caps;
  /** Of the session's secrets, as it may write them: `secret:bank`. [AGT-7] */
  readonly placeholders: readonly string[];
  /** Written down with the next move. */
  usage: TaskUsage;
  /** Runs one guarded call to an outcome. */
  call(step: Step, index: number): Promise<StepOutcome>;
  /** Works while the agent has control; null when a person took it meanwhile. */
  whileOurs<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | null>;
  /** After a person took control: resolves when it has been given back. Throws when the run must end. [AGT-4] */
  waitForHandBack(): Promise<void>;
}

export function createInstructionRun(
  deps: { browsers: Browsers; registry: Registry },
  start: Pick<InstructionRun, 'task' | 'input' | 'conversation' | 'caps' | 'placeholders' | 'usage'> & {
    epoch: number;
  },
): InstructionRun {
  const { task, conversation } = start;
  let epoch = start.epoch;
  return {
    ...start,
    async call(step, index) {
      const guard = task.watchControl(epoch);
      const signal = AbortSignal.any([task.mustEnd, guard.signal]);
      const ids = { sessionId: task.lease.sessionId, taskId: task.hold.task.id };
      const run = { ...ids, index, step, epoch, last: false, signal };
      return runStep({ ...deps, log: task.log }, run).finally(guard.stop);
    },
    async whileOurs(work) {
      const guard = task.watchControl(epoch);
      try {
        return await work(AbortSignal.any([task.mustEnd, guard.signal]));
      } catch (error) {
        if (error instanceof ControlLost) return null;
        throw error;
      } finally {
        guard.stop();
      }
    },
    async waitForHandBack() {
      task.mustEnd.throwIfAborted();
      epoch = await task.waitForControl();
      task.carry(conversation.add({ type: 'note', text: HUMAN_ACTED }));
    },
  };
}
