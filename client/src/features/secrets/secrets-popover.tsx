import { useQuery } from '@tanstack/react-query';
import { KeyRound, X } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { SecretForm } from './secret-form.tsx';

/** Values that the agent types and nobody reads: add one, see their names, delete one. [AGT-7] */
export function SecretsPopover({ sessionId, api }: { sessionId: string; api: SessionApi }) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button size="small" look="quiet">
          <KeyRound size={16} aria-hidden="true" /> Secrets
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={8}
          collisionPadding={12}
          aria-label="Secrets"
          className="z-30 max-h-(--radix-popover-content-available-height) w-[min(24rem,calc(100vw-1.5rem))] overflow-y-auto rounded-xl border border-line bg-card p-5 text-ink shadow-2xl"
        >
          <h2 className="font-display text-lg font-bold">Secrets for the agent</h2>
          <p className="mt-1 text-sm leading-relaxed text-muted">
            The agent can type them on the one site they are for. Neither it nor this page ever shows them
            again, and they are deleted with the session.
          </p>
          <SecretList sessionId={sessionId} api={api} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function SecretList({ sessionId, api }: { sessionId: string; api: SessionApi }) {
  const [deleting, setDeleting] = useState(false);
  const secrets = useQuery({
    queryKey: ['secrets', sessionId],
    queryFn: ({ signal }) => api.secrets(signal),
  });

  const remove = async (secretId: string) => {
    setDeleting(true);
    try {
      await api.deleteSecret(secretId);
      await secrets.refetch();
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setDeleting(false);
    }
  };

  return (
    <>
      <SecretForm api={api} onAdded={() => secrets.refetch()} />
      {secrets.data && secrets.data.length > 0 && (
        <ul aria-label="Your secrets" className="mt-4 divide-y divide-line border-t border-line">
          {secrets.data.map(({ id, name, origin }) => (
            <li key={id} className="flex min-h-12 items-center justify-between gap-3 text-sm">
              <span className="min-w-0 py-1.5">
                <code className="block font-mono text-[0.8125rem] break-all">{`{{secret:${name}}}`}</code>
                <span className="block break-all text-muted">{origin}</span>
              </span>
              <button
                type="button"
                aria-label={`Delete secret: ${name}`}
                aria-disabled={deleting}
                onClick={deleting ? undefined : () => remove(id)}
                className="grid size-9 shrink-0 place-items-center rounded-md text-muted hover:bg-green-soft hover:text-ink max-sm:size-11"
              >
                <X size={15} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
