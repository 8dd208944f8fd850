import { useOnline } from '../../hooks/use-online.ts';
import type { LinkState } from '../../lib/link-state.ts';
import { linkWords } from './link-words.ts';

/** Whether what the page shows is up to date. */
export function LinkPill({ link }: { link: LinkState }) {
  const { text, dot, steady } = linkWords(link, useOnline());
  return (
    <span role="status" className="inline-flex items-center gap-2 text-sm whitespace-nowrap text-muted">
      <span className={`size-2.5 rounded-full ${dot}`} aria-hidden="true" />
      <span className={steady ? 'max-sm:sr-only' : ''}>{text}</span>
    </span>
  );
}
