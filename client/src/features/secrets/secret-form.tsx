import { type FormEvent, useId, useState } from 'react';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

interface Props {
  api: SessionApi;
  onAdded(): void;
}

const EMPTY = { name: '', origin: '', value: '' };
const FIELDS = [
  { key: 'name', label: 'Name', type: 'text', placeholder: 'bank' },
  { key: 'origin', label: 'Site it is for', type: 'text', placeholder: 'https://example.com' },
  { key: 'value', label: 'Value', type: 'password', placeholder: '' },
] as const;

export function SecretForm({ api, onAdded }: Props) {
  const [draft, setDraft] = useState(EMPTY);
  const [wrong, setWrong] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const formId = useId();

  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    setWrong(null);
    try {
      const name = draft.name.trim();
      await api.addSecret({ name, origin: originOf(draft.origin), value: draft.value });
      setDraft(EMPTY);
      onAdded();
    } catch (error) {
      setWrong(sentenceFor(error));
    } finally {
      setSending(false);
    }
  };

  return (
    <form onSubmit={add} className="mt-3 space-y-2.5" autoComplete="off">
      {FIELDS.map(({ key, label, ...rest }) => (
        <label key={key} className="block text-sm font-medium">
          {label}
          <input
            {...rest}
            required
            value={draft[key]}
            autoComplete={key === 'value' ? 'new-password' : 'off'}
            autoCapitalize="off"
            spellCheck={false}
            aria-describedby={wrong ? `${formId}-wrong` : undefined}
            onChange={(event) => setDraft({ ...draft, [key]: event.target.value })}
            className="mt-1 block w-full rounded-md border border-line-strong bg-paper p-2 font-normal placeholder:text-muted max-sm:text-base"
          />
        </label>
      ))}
      {wrong && (
        <p id={`${formId}-wrong`} role="alert" className="text-sm text-red">
          {wrong}
        </p>
      )}
      <Button type="submit" look="primary" size="small" aria-disabled={sending}>
        {sending ? 'Adding…' : 'Add secret'}
      </Button>
    </form>
  );
}

/** People paste a page's whole address; what cannot be read is left for the server to explain. */
function originOf(text: string): string {
  const typed = text.trim();
  const url = URL.parse(typed.includes('://') ? typed : `https://${typed}`);
  return url && url.origin !== 'null' ? url.origin : typed;
}
