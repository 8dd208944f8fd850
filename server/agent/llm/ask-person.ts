import type { PlaybookStep } from '../../../shared/flow.ts';
import { stepSummary } from '../../../shared/step-summary.ts';
import { replyName } from '../task-requests.ts';
import type { TaskRun } from '../task-run.ts';
import type { TaskRow } from '../task-store.ts';
import type { InstructionRun } from './instruction-run.ts';
import type { ModelCall } from './transcript.ts';

const PATIENCE_SECONDS = 3_600;
const NO_ANSWER = { code: 'no-answer', message: 'Nobody answered in time.' };

/** Asks the task's owner, gives them the browser and waits for the answer. [AGT-4] */
export async function askPerson(run: InstructionRun, call: ModelCall, question: string): Promise<void> {
  const { task } = run;
  const index = task.hold.task.steps.length;
  const at = task.now();
  const expiresAt = new Date(Date.parse(at) + PATIENCE_SECONDS * 1_000).toISOString();
  const summary = stepSummary(askStep(question, index));
  await task.move(
    { type: 'call-started', verb: 'askHuman', summary, at },
    { type: 'human-asked', question: { index, instructions: question, askedAt: at, expiresAt } },
  );
  await hearReply(run, call, question, index);
}

/** Waits for the answer to what was asked, also on behalf of a server that died, and tells the model. [AGT-6] */
export async function hearReply(
  run: Pick<InstructionRun, 'task' | 'conversation'>,
  call: ModelCall,
  question: string,
  index: number,
): Promise<void> {
  const { task, conversation } = run;
  if (task.hold.task.question) await task.handOver();
  await answered(task, index);
  const { text, ok } = replyTo(task.hold.task, index);
  const result = { type: 'result' as const, callId: call.id, tool: call.tool, text };
  task.carry(conversation.add(ok ? { ...result, step: askStep(question, index) } : result));
}

async function answered(task: TaskRun, index: number): Promise<void> {
  for (;;) {
    const { question } = task.hold.task;
    if (!question) return;
    if (task.now() > question.expiresAt) {
      await task.move({ type: 'call-ended', index, at: task.now(), error: NO_ANSWER });
      return;
    }
    await task.nextChange();
  }
}

function replyTo({ steps, result }: TaskRow, index: number): { text: string; ok: boolean } {
  const { error } = steps[index] ?? {};
  if (error) return { text: `The person did not do it. ${error.message}`, ok: false };
  const said = result?.[replyName(index)];
  return { text: said ? `The person did it, and says: ${said}` : 'The person did it.', ok: true };
}

function askStep(instructions: string, index: number): PlaybookStep {
  return {
    verb: 'askHuman',
    input: { instructions, as: replyName(index), timeoutSeconds: PATIENCE_SECONDS },
  };
}
