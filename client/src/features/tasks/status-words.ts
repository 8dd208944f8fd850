import type { TaskStatus } from '../../../../shared/task.ts';

export const statusWords: Record<TaskStatus, { text: string; colour: string }> = {
  queued: { text: 'Queued', colour: 'text-muted' },
  running: { text: 'Running', colour: 'text-green' },
  'waiting-for-approval': { text: 'Needs your approval', colour: 'text-gold' },
  'waiting-for-human': { text: 'Waits for you', colour: 'text-gold' },
  paused: { text: 'Paused', colour: 'text-gold' },
  succeeded: { text: 'Done', colour: 'text-green' },
  failed: { text: 'Failed', colour: 'text-red' },
  cancelled: { text: 'Cancelled', colour: 'text-muted' },
};
