import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { TaskView } from '../../../../shared/task.ts';
import { Button } from '../../components/button.tsx';
import type { RealtimeTaskStatus } from '../../hooks/use-realtime-task-status.ts';
import type { SessionApi } from '../../lib/api.ts';
import { ConnectAgent } from '../agents/connect-agent.tsx';
import { SecretsPopover } from '../secrets/secrets-popover.tsx';
import { NewTask } from './new-task.tsx';
import { SavedPlaybooks } from './saved-playbooks.tsx';
import { TaskCard } from './task-card.tsx';

interface Props {
  sessionId: string;
  status: RealtimeTaskStatus;
  api: SessionApi;
  onCall(): void;
}

export function TaskPanel({ sessionId, status, api, onCall }: Props) {
  const { loaded, tasks, receive } = status;
  // Makes room for the task that was just given, and stays so: nothing may jump when that one ends.
  const [composing, setComposing] = useState(true);
  const created = (task: TaskView) => receive({ type: 'created', task });
  return (
    <section
      aria-label="Tasks"
      className="relative min-h-0 border-line bg-card lg:overflow-y-auto lg:border-l"
    >
      {composing ? (
        <NewTask
          sessionId={sessionId}
          api={api}
          onCall={onCall}
          onCreated={(task) => {
            created(task);
            setComposing(false);
          }}
        />
      ) : (
        <div className="border-b border-line p-4 sm:px-5">
          <Button autoFocus className="w-full" onClick={() => setComposing(true)}>
            <Plus size={18} aria-hidden="true" /> New task
          </Button>
        </div>
      )}
      <div className="flex flex-wrap justify-between gap-x-2 border-b border-line px-1 py-2 sm:px-2">
        <ConnectAgent sessionId={sessionId} api={api} />
        <SecretsPopover sessionId={sessionId} api={api} />
      </div>
      {tasks.length === 0 ? (
        <p className="p-4 leading-relaxed text-muted sm:p-5">
          {loaded
            ? 'No tasks yet. What the agent does appears here step by step, with what it read at the end.'
            : 'Loading tasks…'}
        </p>
      ) : (
        <ol aria-label="Tasks, newest first">
          {tasks.map((task, index) => (
            <TaskCard key={task.id} task={task} api={api} newest={index === 0} onCreated={created} />
          ))}
        </ol>
      )}
      <SavedPlaybooks sessionId={sessionId} api={api} onCreated={created} />
    </section>
  );
}
