import { ArrowUp, X } from 'lucide-react';
import { lineFor } from './draft-steps.ts';

interface Props {
  steps: unknown[];
  /** What is wrong with a step, by its index. */
  issues: ReadonlyMap<number, string[]>;
  onChange(steps: unknown[]): void;
}

const tool =
  'grid size-8 shrink-0 place-items-center rounded-md text-muted hover:bg-green-soft hover:text-ink disabled:invisible max-sm:size-10';

/** The draft in words, in order, with what is wrong beside the step that it is about. */
export function StepList({ steps, issues, onChange }: Props) {
  if (steps.length === 0) return null;
  return (
    <ol aria-label="Steps of this draft" className="mt-3 divide-y divide-line rounded-xl border border-line">
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step has no other identity than its place
        <li key={index} className="py-1 pr-1 pl-3">
          <div className="flex items-center gap-1 text-sm">
            <span className="tabular w-6 shrink-0 text-muted">{index + 1}.</span>
            <span className="min-w-0 grow py-1 break-words">{lineFor(step)}</span>
            <button
              type="button"
              className={tool}
              disabled={index === 0}
              aria-label={`Move step ${index + 1} up`}
              onClick={() => onChange(steps.with(index, steps[index - 1]).with(index - 1, step))}
            >
              <ArrowUp size={15} aria-hidden="true" />
            </button>
            <button
              type="button"
              className={tool}
              aria-label={`Remove step ${index + 1}`}
              onClick={() => onChange(steps.toSpliced(index, 1))}
            >
              <X size={15} aria-hidden="true" />
            </button>
          </div>
          {issues.get(index)?.map((message) => (
            <p key={message} className="pr-2 pb-1.5 pl-7 text-sm text-red">
              {message}
            </p>
          ))}
        </li>
      ))}
    </ol>
  );
}
