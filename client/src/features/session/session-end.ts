import type { SessionView } from '../../../../shared/session.ts';
import type { LinkState } from '../../lib/link-state.ts';

type End = { kind: 'ended'; reason: string | null } | { kind: 'signed-out' };

/** Ended by its event, or by the close code of a link that came too late for the event. */
export function endOf(session: SessionView, link: LinkState): End | null {
  if (session.status === 'ended') return { kind: 'ended', reason: session.endedReason };
  if (link.status !== 'ended' || link.reason === 'taken-elsewhere' || link.reason === 'policy') return null;
  if (link.reason === 'signed-out' || link.reason === 'logged-out') return { kind: 'signed-out' };
  return { kind: 'ended', reason: link.reason === 'session-ended' ? null : link.reason };
}
