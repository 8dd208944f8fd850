import type { TaskView } from '../../../../shared/task.ts';
import type { SessionApi } from '../../lib/api.ts';
import { ResultTable } from './result-table.tsx';
import { UsageLine } from './usage-line.tsx';

/** What came of a task: why it failed, what the model says, what was read, what it cost. */
export function TaskOutcome({ task, api }: { task: TaskView; api: SessionApi }) {
  const { error, usage } = task;
  const { answer, others } = split(task);
  // A step that ended the task says why by itself.
  const isSaid = task.steps.some((step) => step.error?.message === error?.message);
  return (
    <>
      {error && !isSaid && <p className="mt-3 text-sm break-words text-red">{error.message}</p>}
      {answer && answer !== error?.message && (
        <p className="mt-3 leading-relaxed break-words whitespace-pre-wrap">{answer}</p>
      )}
      <ResultTable result={others} api={api} />
      {usage && <UsageLine usage={usage} />}
    </>
  );
}

function split({ kind, result }: TaskView): { answer: string | null; others: Record<string, unknown> } {
  if (kind !== 'instruction' || typeof result?.answer !== 'string') {
    return { answer: null, others: result ?? {} };
  }
  const { answer, ...others } = result;
  return { answer: String(answer), others };
}
