import { Pause, Play, Square } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { TaskView } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

/** Pause, resume and stop of a task that is open. [AGT-4] */
export function TaskControls({ task, api }: { task: TaskView; api: SessionApi }) {
  const [busy, setBusy] = useState(false);
  const { id, name, status } = task;

  const tell = async (call: (taskId: string) => Promise<unknown>) => {
    setBusy(true);
    try {
      await call(id);
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <span className="flex shrink-0 gap-1.5">
      {status === 'paused' || (status === 'waiting-for-human' && !task.question) ? (
        <Button
          size="small"
          aria-disabled={busy}
          aria-label={`Resume ${name}`}
          onClick={() => tell(api.resumeTask)}
        >
          <Play size={13} aria-hidden="true" /> Resume
        </Button>
      ) : (
        status === 'running' && (
          <Button
            size="small"
            aria-disabled={busy}
            aria-label={`Pause ${name}`}
            onClick={() => tell(api.pauseTask)}
          >
            <Pause size={13} aria-hidden="true" /> Pause
          </Button>
        )
      )}
      <Button
        size="small"
        aria-disabled={busy}
        aria-label={`Stop ${name}`}
        onClick={() => tell(api.cancelTask)}
      >
        <Square size={13} aria-hidden="true" /> Stop
      </Button>
    </span>
  );
}
