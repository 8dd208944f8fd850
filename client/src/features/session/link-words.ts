import type { LinkState } from '../../lib/link-state.ts';

interface LinkWords {
  text: string;
  dot: string;
  /** All is well: where room is short, the dot alone says so. */
  steady: boolean;
}

/** A cut cable is known before any socket notices it. */
export function linkWords(link: LinkState, online: boolean): LinkWords {
  if (!online && link.status !== 'ended') return { text: 'Offline', dot: 'bg-gold', steady: false };
  switch (link.status) {
    case 'live':
      return { text: 'Connected', dot: 'bg-green', steady: true };
    case 'idle':
      return { text: 'Connecting', dot: 'bg-gold', steady: false };
    case 'connecting': {
      const text = link.attempt === 0 ? 'Connecting' : 'Reconnecting';
      return { text, dot: 'bg-gold', steady: false };
    }
    case 'waiting':
      return { text: 'Reconnecting', dot: 'bg-gold', steady: false };
    case 'ended': {
      const text = link.reason === 'taken-elsewhere' ? 'Open elsewhere' : 'Disconnected';
      return { text, dot: 'bg-red', steady: false };
    }
  }
}
