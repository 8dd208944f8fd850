import { KeyboardIcon } from 'lucide-react';

/** Where the keys go, and how to get them back. */
export function ViewerHint({
  id,
  captured,
  expiresAt,
}: {
  id: string;
  captured: boolean;
  expiresAt: string;
}) {
  return (
    <div className="hidden flex-wrap justify-between gap-x-8 gap-y-1 px-1 pt-3 text-sm text-muted lg:flex in-[:fullscreen]:hidden">
      <p id={id} className="flex items-center gap-2">
        <KeyboardIcon size={16} aria-hidden="true" className={captured ? 'text-green' : ''} />
        {captured ? (
          <span>
            Your keys go to the remote browser. <Key>Shift</Key> <Key>F6</Key> brings them back to this page.
          </span>
        ) : (
          <span>
            Click into the picture, or press <Key>Enter</Key> on it, to type there. <Key>Shift</Key>{' '}
            <Key>F6</Key> comes back.
          </span>
        )}
      </p>
      <p>Close this tab whenever you like: browser and agent go on until {timeWords(expiresAt)}.</p>
    </div>
  );
}

function Key({ children }: { children: string }) {
  return (
    <kbd className="rounded border border-line-strong bg-card px-1.5 font-mono text-xs text-ink">
      {children}
    </kbd>
  );
}

function timeWords(iso: string): string {
  const options = { weekday: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(iso));
}
