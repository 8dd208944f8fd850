import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { TaskView } from '../../../../shared/task.ts';
import { isOver } from '../../hooks/use-realtime-task-status.ts';
import type { SessionApi } from '../../lib/api.ts';
import { QuestionCard } from './question-card.tsx';
import { ResultTable } from './result-table.tsx';
import { statusWords } from './status-words.ts';
import { StepRow } from './step-row.tsx';
import { TaskControls } from './task-controls.tsx';

interface Props {
  task: TaskView;
  api: SessionApi;
  newest: boolean;
}

export function TaskCard({ task, api, newest }: Props) {
  const [opened, setOpened] = useState<boolean | null>(null);
  const { text, colour } = statusWords[task.status];
  const over = isOver(task.status);
  const open = opened ?? (newest || !over);
  const finished = task.steps.filter(({ status }) => status === 'succeeded').length;

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
        {!over && <TaskControls task={task} api={api} />}
      </div>
      {task.question && (
        <QuestionCard question={task.question} onAnswer={(answer) => api.answerTask(task.id, answer)} />
      )}
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
