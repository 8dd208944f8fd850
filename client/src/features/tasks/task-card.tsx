import { ChevronDown, Square } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { TaskView } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import { isOver } from '../../hooks/use-realtime-task-status.ts';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { ResultTable } from './result-table.tsx';
import { statusWords } from './status-words.ts';
import { StepRow } from './step-row.tsx';

interface Props {
  task: TaskView;
  api: SessionApi;
  newest: boolean;
}

export function TaskCard({ task, api, newest }: Props) {
  const [opened, setOpened] = useState<boolean | null>(null);
  const [cancelling, setCancelling] = useState(false);
  const { text, colour } = statusWords[task.status];
  const over = isOver(task.status);
  const open = opened ?? (newest || !over);
  const finished = task.steps.filter(({ status }) => status === 'succeeded').length;

  const cancel = async () => {
    setCancelling(true);
    try {
      await api.cancelTask(task.id);
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setCancelling(false);
    }
  };

  return (
    <li className="border-b border-line p-4 sm:p-5">
      <div className="flex items-start justify-between gap-3">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpened(!open)}
          className="-m-1 flex min-w-0 grow items-start gap-2 p-1 text-left"
        >
          <ChevronDown
            size={18}
            aria-hidden="true"
            className={`mt-0.5 shrink-0 text-muted transition-transform ${open ? '' : '-rotate-90'}`}
          />
          <span className="min-w-0">
            <span className="block font-semibold break-words">{task.name}</span>
            <span className="tabular text-sm">
              <span className={`font-medium ${colour}`}>{text}</span>
              <span className="text-muted">
                {' '}
                · {finished} of {task.steps.length} steps
              </span>
            </span>
          </span>
        </button>
        {!over && (
          <Button size="small" aria-disabled={cancelling} aria-label={`Cancel ${task.name}`} onClick={cancel}>
            <Square size={13} aria-hidden="true" /> Cancel
          </Button>
        )}
      </div>
      {open && (
        <>
          <ol className="mt-3 space-y-0.5">
            {task.steps.map((step) => (
              <StepRow key={step.index} step={step} />
            ))}
          </ol>
          {task.error && !task.steps.some((step) => step.error) && (
            <p className="mt-3 text-sm text-red">{task.error.message}</p>
          )}
          {task.result && <ResultTable result={task.result} api={api} />}
        </>
      )}
    </li>
  );
}
