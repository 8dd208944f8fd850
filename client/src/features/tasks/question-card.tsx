import { Check, X } from 'lucide-react';
import { useId, useState } from 'react';
import { toast } from 'sonner';
import type { TaskAnswer, TaskQuestion } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import { useServerNow } from '../../hooks/use-server-now.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { clockWords } from '../../lib/words.ts';

interface Props {
  question: TaskQuestion;
  onAnswer(answer: TaskAnswer): Promise<unknown>;
}

/** What a task asks its owner to do in the browser, or to tell it. [AGT-2] */
export function QuestionCard({ question, onAnswer }: Props) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const id = useId();
  const leftMs = Date.parse(question.expiresAt) - useServerNow();

  const answer = async (outcome: TaskAnswer['outcome']) => {
    setBusy(true);
    try {
      await onAnswer({ outcome, ...(text.trim() === '' ? {} : { text }) });
    } catch (error) {
      toast.error(sentenceFor(error));
      setBusy(false);
    }
  };

  return (
    <section
      aria-labelledby={`${id}-title`}
      className="mt-3 rounded-xl border border-gold bg-gold-soft p-3 text-sm"
    >
      <p id={`${id}-title`} className="font-semibold text-gold">
        The agent asks you
      </p>
      <p className="mt-1 break-words whitespace-pre-wrap">{question.instructions}</p>
      <p className="mt-1 text-gold">
        You have the browser. It waits <span className="tabular">{clockWords(leftMs)}</span>.
      </p>
      <label htmlFor={id} className="mt-2 block font-medium">
        Answer, if one is needed
      </label>
      <input
        id={id}
        value={text}
        autoComplete="off"
        maxLength={20_000}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && !busy && answer('done')}
        className="mt-1 min-h-9 w-full rounded-lg border border-line-strong bg-paper px-2.5 max-sm:min-h-11 max-sm:text-base"
      />
      <div className="mt-2 flex flex-wrap gap-2">
        <Button look="primary" size="small" aria-disabled={busy} onClick={() => answer('done')}>
          <Check size={15} aria-hidden="true" /> Done, go on
        </Button>
        <Button size="small" aria-disabled={busy} onClick={() => answer('refused')}>
          <X size={15} aria-hidden="true" /> I can't
        </Button>
      </div>
    </section>
  );
}
