import { toast } from 'sonner';
import type { ServerMessage } from '../../../../shared/protocol.ts';

const ID = 'session-end';

/** Says once what a logged event tells of the end; a later one takes the earlier one's place. [SES-3] */
export function noticeOfEnd(message: ServerMessage): void {
  if (message.type !== 'event') return;
  const { event } = message;
  if (event.type === 'session.extended') toast.success('Your session goes on for another day.', { id: ID });
  if (event.type === 'session.ending')
    toast.warning(endingSentence(event.data.inMs), { id: ID, duration: 20_000 });
}

export function endingSentence(inMs: number): string {
  const minutes = Math.round(inMs / 60_000);
  const left = minutes >= 60 ? 'an hour' : minutes > 1 ? `${minutes} minutes` : 'a minute';
  return `Less than ${left} left. Add 24 hours to keep this browser and everything in it.`;
}
