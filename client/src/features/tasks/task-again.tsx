import { useQueryClient } from '@tanstack/react-query';
import { BookmarkPlus, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { TaskView } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { savedPlaybooksKey } from './saved-playbooks.tsx';

interface Props {
  task: TaskView;
  api: SessionApi;
  onCreated(task: TaskView): void;
}

/** What can be done with a task that is over. [AGT-2] */
export function TaskAgain({ task, api, onCreated }: Props) {
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  const canKeep = task.kind === 'playbook' || task.status === 'succeeded';

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };
  const again = () => attempt(async () => onCreated(await api.runAgain(task.id)));
  const keep = () =>
    attempt(async () => {
      await api.savePlaybook(task.id);
      await queries.invalidateQueries({ queryKey: savedPlaybooksKey(task.sessionId) });
      toast.success('Kept with your playbooks, below the tasks.');
    });

  return (
    <div className="mt-3 flex flex-wrap gap-2">
      {task.kind !== 'outside' && (
        <Button size="small" aria-disabled={busy} aria-label={`Run again: ${task.name}`} onClick={again}>
          <RotateCcw size={14} aria-hidden="true" /> Run again
        </Button>
      )}
      {canKeep && (
        <Button
          size="small"
          aria-disabled={busy}
          aria-label={`Save as playbook: ${task.name}`}
          onClick={keep}
        >
          <BookmarkPlus size={15} aria-hidden="true" /> Save as playbook
        </Button>
      )}
    </div>
  );
}
