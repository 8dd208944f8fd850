import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { TaskView } from '../../../../shared/task.ts';
import { isOver } from '../../hooks/use-realtime-task-status.ts';
import type { SessionApi } from '../../lib/api.ts';
import { ApprovalCard } from './approval-card.tsx';
import { QuestionCard } from './question-card.tsx';
import { statusWords } from './status-words.ts';
import { StepRow } from './step-row.tsx';
import { TaskAgain } from './task-again.tsx';
import { TaskControls } from './task-controls.tsx';
import { TaskOutcome } from './task-outcome.tsx';

interface Props {
  task: TaskView;
  api: SessionApi;
  newest: boolean;
  onCreated(task: TaskView): void;
}

export function TaskCard({ task, api, newest, onCreated }: Props) {
  const [opened, setOpened] = useState<boolean | null>(null);
  const { text, colour } = statusWords[task.status];
  const over = isOver(task.status);
  const open = opened ?? (newest || !over);
  const finished = task.steps.filter(({ status }) => status === 'succeeded').length;
  const inWords = task.kind === 'instruction';
  const isOutside = task.kind === 'outside';
  // What a model or an outside agent will do yet is not known.
  const counted = inWords || isOutside ? stepsWords(finished) : `${finished} of ${task.steps.length} steps`;
  const progress = isOutside ? `your agent · ${counted}` : counted;
  const isThinking =
    inWords && task.status === 'running' && !task.steps.some(({ status }) => status === 'running');

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
              <span className="text-muted"> · {progress}</span>
            </span>
          </span>
        </button>
        {!over && <TaskControls task={task} api={api} />}
      </div>
      {task.approval && <ApprovalCard taskId={task.id} approval={task.approval} api={api} />}
      {task.question && (
        <QuestionCard question={task.question} onAnswer={(answer) => api.answerTask(task.id, answer)} />
      )}
      {open && (
        <>
          {task.instruction && task.instruction !== task.name && (
            <p className="mt-2 text-sm break-words whitespace-pre-wrap text-muted">{task.instruction}</p>
          )}
          <ol className="mt-3 space-y-0.5">
            {task.steps.map((step) => (
              <StepRow key={step.index} step={step} />
            ))}
            {isThinking && <li className="py-1 pl-6.5 text-sm text-muted">Thinking…</li>}
          </ol>
          <TaskOutcome task={task} api={api} />
          {over && <TaskAgain task={task} api={api} onCreated={onCreated} />}
        </>
      )}
    </li>
  );
}

function stepsWords(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}
