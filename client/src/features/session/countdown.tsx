import { useServerNow } from '../../hooks/use-server-now.ts';
import { clockWords } from '../../lib/words.ts';

const WARN_MS = 10 * 60_000;

/** What is left of the session, by the server's clock. [SES-3] */
export function Countdown({ expiresAt }: { expiresAt: string }) {
  const leftMs = Date.parse(expiresAt) - useServerNow();
  const colour = leftMs <= WARN_MS ? 'text-red' : 'text-ink';
  return (
    <span className="flex items-baseline gap-2 whitespace-nowrap">
      <span className="hidden text-sm text-muted sm:inline">Time left</span>
      <time dateTime={expiresAt} className={`tabular font-mono text-base font-semibold ${colour}`}>
        {clockWords(leftMs)}
      </time>
      <span className="sr-only" role="status">
        {warning(leftMs)}
      </span>
    </span>
  );
}

/** Said aloud once per threshold: the text changes only there. */
function warning(leftMs: number): string {
  if (leftMs <= 60_000) return 'Less than one minute left.';
  if (leftMs <= WARN_MS) return 'Less than ten minutes left.';
  return leftMs <= 3_600_000 ? 'Less than one hour left.' : '';
}
