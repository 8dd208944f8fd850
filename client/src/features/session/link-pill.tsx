import { useOnline } from '../../hooks/use-online.ts';
import type { LinkState } from '../../lib/link-state.ts';

/** Whether what the page shows is up to date. */
export function LinkPill({ link }: { link: LinkState }) {
  const { text, dot } = wordsFor(link, useOnline());
  return (
    <span role="status" className="inline-flex items-center gap-2 text-sm whitespace-nowrap text-muted">
      <span className={`size-2.5 rounded-full ${dot}`} aria-hidden="true" />
      {text}
    </span>
  );
}

/** A cut cable is known before any socket notices it. */
function wordsFor(link: LinkState, online: boolean): { text: string; dot: string } {
  if (!online && link.status !== 'ended') return { text: 'Offline', dot: 'bg-gold' };
  switch (link.status) {
    case 'live':
      return { text: 'Connected', dot: 'bg-green' };
    case 'idle':
      return { text: 'Connecting', dot: 'bg-gold' };
    case 'connecting':
      return { text: link.attempt === 0 ? 'Connecting' : 'Reconnecting', dot: 'bg-gold' };
    case 'waiting':
      return { text: 'Reconnecting', dot: 'bg-gold' };
    case 'ended':
      return { text: link.reason === 'taken-elsewhere' ? 'Open elsewhere' : 'Disconnected', dot: 'bg-red' };
  }
}
