import { Button } from '../../components/button.tsx';
import type { LinkState } from '../../lib/link-state.ts';

const sentences: Record<string, string | undefined> = {
  'taken-elsewhere': 'This page stands still: the session was opened in another tab or on another device.',
  policy:
    'The server closed the connection because of something that this page sent, so this page stands still.',
};

/** The link is over but the session is not: says so, and how to go on here. [RT-7] */
export function LinkEnded({ link }: { link: LinkState }) {
  const sentence = link.status === 'ended' ? sentences[link.reason] : undefined;
  if (!sentence) return null;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 bg-gold-soft px-4 py-2 text-sm text-gold sm:px-5"
    >
      <p>{sentence}</p>
      <Button size="small" onClick={() => window.location.reload()}>
        Go on here
      </Button>
    </div>
  );
}
