import type { ServerMessage } from '../../../shared/protocol.ts';
import type { Control, SessionView } from '../../../shared/session.ts';

type LoggedMessage = Extract<ServerMessage, { type: 'snapshot' | 'event' }>;
/** `control` is the answer to our own call, which may come before or after the event about it. */
export type SessionMessage = LoggedMessage | { type: 'control'; control: Control };

/** The session as the page shows it: the last snapshot plus every event since. [RT-4] */
export function nextSessionView(session: SessionView, message: SessionMessage): SessionView {
  if (message.type === 'snapshot') return message.session;
  if (message.type === 'control') return withControl(session, message.control);
  const { event } = message;
  switch (event.type) {
    case 'session.live':
      return { ...session, status: 'live', expiresAt: event.data.expiresAt };
    case 'session.extended':
      return { ...session, expiresAt: event.data.expiresAt };
    case 'session.ended':
      return { ...session, status: 'ended', endedReason: session.endedReason ?? event.data.reason };
    case 'desktop.status':
      return { ...session, desktop: { status: event.data.status } };
    case 'control.changed':
      return withControl(session, event.data);
    default:
      return session;
  }
}

/** The epoch says which of two is newer. [AGT-4] */
function withControl(session: SessionView, control: Control): SessionView {
  return control.epoch >= session.control.epoch ? { ...session, control } : session;
}
