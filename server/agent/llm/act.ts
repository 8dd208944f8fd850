import type { Step } from '../../../shared/playbook.ts';
import { stepSummary } from '../../../shared/step-summary.ts';
import { fenced } from '../fence.ts';
import type { StepOutcome } from '../run-step.ts';
import { askPerson } from './ask-person.ts';
import { limitSteps } from './budget.ts';
import { finish } from './finish.ts';
import type { InstructionRun } from './instruction-run.ts';
import { describedRef, type PageLook } from './page-look.ts';
import { TaskFailed } from './task-failed.ts';
import { intentOf } from './toolbox.ts';
import type { ModelCall } from './transcript.ts';
import { NOT_DONE, NOT_RUN_BY_RESTART } from './words.ts';

/** `failed` and `taken`: the calls after this one were meant for another page than there is now. */
type Acted = 'done' | 'failed' | 'taken' | 'wrong' | 'finished';

interface Chosen {
  call: ModelCall;
  /** The page that it was chosen on. */
  page: PageLook;
  /** What the model said as it chose. */
  thought: string;
}

/** Does what a model asked for, and writes down what came of it before anything else is done. [AGT-6] */
export async function act(run: InstructionRun, { call, page, thought }: Chosen): Promise<Acted> {
  const { task, conversation } = run;
  const answer = (text: string, step?: Step) =>
    conversation.add({ type: 'result', callId: call.id, tool: call.tool, text, ...(step ? { step } : {}) });
  const intent = intentOf(call);
  switch (intent.type) {
    case 'wrong':
      await task.move(answer(intent.message));
      return 'wrong';
    case 'done': {
      const end = finish(run, intent);
      await task.move(typeof end === 'string' ? answer(end) : end);
      return typeof end === 'string' ? 'failed' : 'finished';
    }
    case 'ask-human': {
      await askPerson(run, call, intent.question);
      await run.waitForHandBack();
      return 'taken';
    }
  }
  if (run.usage.steps >= run.caps.maxSteps) throw new TaskFailed(limitSteps(run.caps));
  const index = task.hold.task.steps.length;
  run.usage = { ...run.usage, steps: run.usage.steps + 1 };
  const { verb } = intent.step;
  const summary = summaryOn(page, intent.step);
  const said = thought ? { thought } : {};
  await task.move(
    { type: 'used', usage: run.usage },
    { type: 'call-started', verb, summary, ...said, at: task.now() },
  );
  const outcome = await run.call(intent.step, index);
  switch (outcome.type) {
    case 'done': {
      const { result, step } = outcome;
      const kept = { ...(result ? { result } : {}), ...(step ? { summary: stepSummary(step) } : {}) };
      const ended = { type: 'call-ended' as const, index, at: task.now(), ...kept };
      await task.move(ended, answer(found(intent.step, outcome), step));
      return 'done';
    }
    case 'failed': {
      const { error } = outcome;
      const text = `Failed (${error.code}):\n${fenced(error.message)}`;
      await task.move({ type: 'call-ended', index, at: task.now(), error }, answer(text));
      return 'failed';
    }
    case 'returned':
      task.carry(
        { type: 'call-dropped', index, at: task.now() },
        answer(task.mustEnd.aborted ? NOT_RUN_BY_RESTART : NOT_DONE),
      );
      await run.waitForHandBack();
      return 'taken';
  }
}

/** What a step found is the page's word: fenced. [AGT-9] */
function found(step: Step, { result, text = '' }: Extract<StepOutcome, { type: 'done' }>): string {
  const values = result ? fenced(JSON.stringify(result)) : '';
  return ['Done.', values, isWholePage(step) ? '' : text].filter(Boolean).join('\n');
}

/** The newest page is shown with every request: a look at all of it need not say it twice. */
function isWholePage({ verb, input }: Step): boolean {
  return verb === 'snapshot' && input.find === undefined && input.ref === undefined;
}

/** In plain words: what a reference names stands in the snapshot that it is of. */
function summaryOn(page: PageLook, step: Step): string {
  const summary = stepSummary(step);
  const ref = typeof step.input === 'object' && 'ref' in step.input ? step.input.ref : undefined;
  const about = ref === undefined ? undefined : describedRef(page, ref);
  return about === undefined ? summary : summary.replace(`element ${ref}`, about.replaceAll('"', "'"));
}
