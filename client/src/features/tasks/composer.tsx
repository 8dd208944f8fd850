import { Play } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import type { TaskView } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { ProblemError, sentenceFor } from '../../lib/problem-error.ts';
import { AddStep } from './add-step.tsx';
import { stepsOf, withSteps } from './draft-steps.ts';
import { byStep, personal } from './issue-words.ts';
import { checkPlaybook } from './playbook-check.ts';
import { examples, printPlaybook } from './playbook-examples.ts';
import { StepList } from './step-list.tsx';
import { useDraft } from './use-draft.ts';
import { checkDraft, useDraftIssues } from './use-draft-issues.ts';

interface Props {
  sessionId: string;
  api: SessionApi;
  onCreated(task: TaskView): void;
  onCall(): void;
}

export function Composer({ sessionId, api, onCreated, onCall }: Props) {
  const [draft, setDraft] = useDraft(`playbook:${sessionId}`);
  const [wrong, setWrong] = useState<string[]>([]);
  const [sending, setSending] = useState(false);
  const [askFirst, setAskFirst] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const fieldId = useId();
  const issues = useDraftIssues(draft);
  const steps = stepsOf(draft);

  const edit = (text: string) => {
    setDraft(text);
    setWrong([]);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    const checked = checkPlaybook(draft);
    if (!checked.ok) {
      setWrong([checked.message]);
      field.current?.focus();
      return;
    }
    setSending(true);
    try {
      const found = await checkDraft(draft);
      if (found.length > 0) {
        setWrong(found.map(({ message }) => message));
        return;
      }
      onCreated(await api.createTask(checked.playbook, askFirst ? 'ask' : 'never'));
      setDraft('');
    } catch (error) {
      onCall();
      setWrong(sentencesFor(error));
    } finally {
      setSending(false);
    }
  };

  const changeSteps = (next: unknown[]) => edit(withSteps(draft, next));

  return (
    <form onSubmit={send} className="border-b border-line p-4 sm:p-5">
      <h2 className="font-semibold">
        New task <span className="font-normal text-muted">– add steps, or use an example</span>
      </h2>
      <fieldset className="mt-2 flex flex-wrap items-center gap-1.5">
        <legend className="sr-only">Start from an example</legend>
        {examples.map(({ name, playbook }) => (
          <button
            key={name}
            type="button"
            onClick={() => edit(printPlaybook(playbook))}
            className="min-h-8 rounded-full border border-line-strong px-3 text-[0.8125rem] transition-colors hover:bg-green-soft"
          >
            {name}
          </button>
        ))}
      </fieldset>
      {steps && <StepList steps={steps} issues={byStep(issues)} onChange={changeSteps} />}
      {steps && <AddStep onAdd={(step) => changeSteps([...steps, step])} />}
      <div className="mt-4 flex items-baseline justify-between gap-3">
        <label htmlFor={fieldId} className="text-sm font-semibold">
          Steps for the agent, as JSON
        </label>
        <a
          href="/api/playbook.schema.json"
          target="_blank"
          rel="noreferrer"
          className="shrink-0 text-sm text-green underline underline-offset-2"
        >
          Schema
        </a>
      </div>
      <textarea
        ref={field}
        id={fieldId}
        rows={5}
        value={draft}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-describedby={wrong.length > 0 ? `${fieldId}-wrong` : undefined}
        aria-invalid={wrong.length > 0}
        placeholder={'{\n  "steps": [\n    { "navigate": "https://example.com" }\n  ]\n}'}
        onChange={(event) => edit(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
            event.currentTarget.form?.requestSubmit();
        }}
        className="mt-1.5 block w-full resize-y rounded-lg border border-line-strong bg-paper p-3 font-mono text-[0.8125rem] leading-relaxed placeholder:text-muted aria-invalid:border-red max-sm:text-base"
      />
      {wrong.length > 0 && (
        <ul id={`${fieldId}-wrong`} role="alert" className="mt-2 space-y-1 text-sm text-red">
          {wrong.map((message) => (
            <li key={message}>{message}</li>
          ))}
        </ul>
      )}
      <div className="mt-3 flex items-center justify-end gap-3">
        <label className="mr-auto flex min-h-9 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={askFirst}
            onChange={(event) => setAskFirst(event.target.checked)}
            className="size-4 shrink-0 accent-green"
          />
          <span title="Before it pays, sends, deletes, signs in, uploads or leaves for another site">
            Ask me first
          </span>
        </label>
        <kbd className="font-mono text-xs text-muted pointer-coarse:hidden">Ctrl Enter</kbd>
        <Button type="submit" look="primary" size="small" className="min-w-24" aria-disabled={sending}>
          <Play size={15} aria-hidden="true" />
          {sending ? 'Sending…' : 'Run'}
        </Button>
      </div>
    </form>
  );
}

/** Each issue once; the server's `detail` only repeats them. */
function sentencesFor(error: unknown): string[] {
  if (!(error instanceof ProblemError) || error.issues.length === 0) return [sentenceFor(error)];
  return error.issues.map((issue) => personal(issue).message);
}
