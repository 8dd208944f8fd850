import { Sparkles } from 'lucide-react';
import { type FormEvent, useId, useRef, useState } from 'react';
import type { TaskView } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { useDraft } from './use-draft.ts';

interface Props {
  sessionId: string;
  api: SessionApi;
  onCreated(task: TaskView): void;
  onCall(): void;
}

/** A task in words, for the language model. [AGT-3] */
export function InstructionBox({ sessionId, api, onCreated, onCall }: Props) {
  const [draft, setDraft] = useDraft(`instruction:${sessionId}`);
  const [wrong, setWrong] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    const instruction = draft.trim();
    if (!instruction) {
      setWrong('Say first what the agent shall do.');
      field.current?.focus();
      return;
    }
    setSending(true);
    try {
      onCreated(await api.instruct(instruction));
      setDraft('');
    } catch (error) {
      onCall();
      setWrong(sentenceFor(error));
    } finally {
      setSending(false);
    }
  };

  return (
    <form onSubmit={send} className="border-b border-line p-4 sm:p-5">
      <h2>
        <label htmlFor={id} className="font-semibold">
          What shall the agent do?
        </label>
      </h2>
      <textarea
        ref={field}
        id={id}
        rows={3}
        maxLength={10_000}
        value={draft}
        aria-describedby={wrong ? `${id}-wrong` : `${id}-hint`}
        aria-invalid={wrong !== null}
        placeholder="Find the opening hours of the town library and tell me whether it is open on Sunday."
        onChange={(event) => {
          setDraft(event.target.value);
          setWrong(null);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
            event.currentTarget.form?.requestSubmit();
        }}
        className="mt-1.5 block w-full resize-y rounded-lg border border-line-strong bg-paper p-3 text-[0.9375rem] leading-relaxed placeholder:text-muted aria-invalid:border-red max-sm:text-base"
      />
      {wrong && (
        <p id={`${id}-wrong`} role="alert" className="mt-2 text-sm text-red">
          {wrong}
        </p>
      )}
      <div className="mt-3 flex items-center justify-between gap-3">
        <p id={`${id}-hint`} className="text-sm leading-snug text-muted">
          A click or key of yours in the picture stops it at once.
        </p>
        <Button type="submit" look="primary" size="small" className="min-w-24" aria-disabled={sending}>
          <Sparkles size={15} aria-hidden="true" />
          {sending ? 'Sending…' : 'Start'}
        </Button>
      </div>
    </form>
  );
}
