import { useQuery } from '@tanstack/react-query';
import { Play, X } from 'lucide-react';
import { toast } from 'sonner';
import type { TaskView } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

interface Props {
  sessionId: string;
  api: SessionApi;
  onCreated(task: TaskView): void;
}

export const savedPlaybooksKey = (sessionId: string) => ['playbooks', sessionId];

/** Runs that were worth keeping: each does again what was done then. [AGT-2] */
export function SavedPlaybooks({ sessionId, api, onCreated }: Props) {
  const saved = useQuery({
    queryKey: savedPlaybooksKey(sessionId),
    queryFn: ({ signal }) => api.savedPlaybooks(signal),
  });
  if (!saved.data || saved.data.length === 0) return null;

  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      toast.error(sentenceFor(error));
    }
  };
  const run = (id: string) => attempt(async () => onCreated(await api.runPlaybook(id)));
  const remove = (id: string) =>
    attempt(async () => {
      await api.deletePlaybook(id);
      await saved.refetch();
    });

  return (
    <section aria-label="Your playbooks" className="border-b border-line p-4 sm:p-5">
      <h2 className="font-semibold">Your playbooks</h2>
      <ul className="mt-1 divide-y divide-line">
        {saved.data.map(({ id, name, playbook }) => (
          <li key={id} className="flex min-h-12 items-center gap-2 text-sm">
            <span className="min-w-0 grow py-2 break-words">
              {name} <span className="text-muted">· {stepsIn(playbook)}</span>
            </span>
            <Button size="small" aria-label={`Run playbook: ${name}`} onClick={() => run(id)}>
              <Play size={14} aria-hidden="true" /> Run
            </Button>
            <button
              type="button"
              aria-label={`Delete playbook: ${name}`}
              onClick={() => remove(id)}
              className="grid size-9 shrink-0 place-items-center rounded-md text-muted hover:bg-green-soft hover:text-ink max-sm:size-11"
            >
              <X size={15} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function stepsIn({ steps }: Record<string, unknown>): string {
  const count = Array.isArray(steps) ? steps.length : 0;
  return count === 1 ? '1 step' : `${count} steps`;
}
