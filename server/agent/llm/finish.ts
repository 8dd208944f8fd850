import type { TaskEvent } from '../task-event.ts';
import type { InstructionRun } from './instruction-run.ts';
import { resultProblem } from './result-schema.ts';
import { TaskFailed } from './task-failed.ts';

/** A result that does not fit its schema is sent back so often; then the task ends with it as it is. */
const MAX_RETURNS = 2;
const MAX_WORDS = 2_000;

interface Done {
  success: boolean;
  result: unknown;
}

/**
 * What ends the task, or words for the model when its result does not fit the schema. [AGT-3]
 * @throws {TaskFailed} when the model gave up, or cannot make the result fit.
 */
export function finish(run: InstructionRun, { success, result }: Done): TaskEvent | string {
  const { resultSchema } = run.input;
  if (!success) throw new TaskFailed({ code: 'not-achieved', message: wordsOf(result) }, named(result));
  if (!resultSchema) return { type: 'succeeded', result: { ...readBy(run), answer: result } };
  const problem = resultProblem(resultSchema, result);
  if (problem === null) return { type: 'succeeded', result: named(result) };
  const returned = run.conversation.entries.filter(
    (entry) => entry.type === 'result' && entry.tool === 'done' && entry.text.startsWith(DOES_NOT_FIT),
  ).length;
  if (returned < MAX_RETURNS) return `${DOES_NOT_FIT} ${problem}. Mend it and call done again.`;
  const message = `The result does not have the form that was asked for: ${problem}.`;
  throw new TaskFailed({ code: 'result-invalid', message }, { answer: result });
}

/** What steps have read, without what the person replied. */
function readBy(run: InstructionRun): Record<string, unknown> {
  const read = Object.entries(run.task.hold.task.result ?? {});
  return Object.fromEntries(read.filter(([name]) => !name.startsWith('reply-')));
}

const DOES_NOT_FIT = 'The result does not fit the schema of the task:';

function named(result: unknown): Record<string, unknown> {
  const isRecord = typeof result === 'object' && result !== null && !Array.isArray(result);
  return isRecord ? (result as Record<string, unknown>) : { answer: result };
}

function wordsOf(result: unknown): string {
  const words = typeof result === 'string' ? result : JSON.stringify(result);
  return (words || 'The agent could not do it, and gave no reason.').slice(0, MAX_WORDS);
}
