import { Check, Circle, CircleDashed, CircleSlash, LoaderCircle, type LucideIcon, X } from 'lucide-react';
import type { TaskStep } from '../../../../shared/task.ts';
import { useServerNow } from '../../hooks/use-server-now.ts';
import { tookWords } from '../../lib/words.ts';

const looks: Record<TaskStep['status'], { icon: LucideIcon; colour: string; said: string }> = {
  pending: { icon: Circle, colour: 'text-line-strong', said: 'to do' },
  running: { icon: LoaderCircle, colour: 'text-green motion-safe:animate-spin', said: 'running' },
  succeeded: { icon: Check, colour: 'text-green', said: 'done' },
  failed: { icon: X, colour: 'text-red', said: 'failed' },
  skipped: { icon: CircleSlash, colour: 'text-muted', said: 'skipped' },
};

export function StepRow({ step }: { step: TaskStep }) {
  const {
    icon: Icon,
    colour,
    said,
  } = looks[step.status] ?? { icon: CircleDashed, colour: '', said: step.status };
  return (
    <li className="flex gap-2.5 py-1 text-sm" style={{ paddingLeft: `${(step.depth ?? 0) * 1.125}rem` }}>
      <Icon size={16} className={`mt-0.5 shrink-0 ${colour}`} aria-hidden="true" />
      <span className="min-w-0 grow">
        <span className="sr-only">{said}: </span>
        <span className={`break-words ${step.status === 'pending' ? 'text-muted' : ''}`}>
          {step.summary || step.verb}
          {step.rounds !== undefined && <span className="text-muted"> · round {step.rounds}</span>}
        </span>
        {step.thought && <span className="block break-words text-muted">{step.thought}</span>}
        {step.error && <span className="mt-0.5 block break-words text-red">{step.error.message}</span>}
      </span>
      {step.startedAt && (
        <span className="tabular shrink-0 font-mono text-xs leading-5 text-muted">
          {step.endedAt ? (
            tookWords(Date.parse(step.endedAt) - Date.parse(step.startedAt))
          ) : step.status === 'running' ? (
            <Running sinceMs={Date.parse(step.startedAt)} />
          ) : null}
        </span>
      )}
    </li>
  );
}

function Running({ sinceMs }: { sinceMs: number }) {
  const seconds = Math.max(0, Math.floor((useServerNow() - sinceMs) / 1_000));
  return <>{seconds} s</>;
}
