import { MonitorSmartphone } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { toast } from 'sonner';
import type { RecoveryLink } from '../../../../shared/access.ts';
import { Button } from '../../components/button.tsx';
import { useServerNow } from '../../hooks/use-server-now.ts';
import { api, type SessionApi } from '../../lib/api.ts';
import { writeClipboard } from '../../lib/browser.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { announceSignOut } from '../../lib/sign-out.ts';
import { clockWords } from '../../lib/words.ts';

/** The session on another device, and out of this one. [AUTH-10] */
export function DevicesPopover({ api: session }: { api: SessionApi }) {
  const [link, setLink] = useState<RecoveryLink | null>(null);
  const [busy, setBusy] = useState(false);

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };
  const make = () => attempt(async () => setLink(await session.createRecoveryLink()));
  const signOut = () =>
    attempt(async () => {
      await api.signOut();
      announceSignOut();
    });

  return (
    <Popover.Root onOpenChange={() => setLink(null)}>
      <Popover.Trigger asChild>
        <Button size="small" title="Continue on another device">
          <MonitorSmartphone size={18} aria-hidden="true" />
          <span className="max-sm:sr-only">Devices</span>
        </Button>
      </Popover.Trigger>
      <Popover.Content
        align="end"
        sideOffset={8}
        aria-label="Devices"
        className="z-30 w-[min(24rem,calc(100vw-1.5rem))] rounded-xl border border-line bg-card p-5 text-ink shadow-2xl"
      >
        <h2 className="font-display text-lg font-bold">Continue on another device</h2>
        {link ? (
          <LinkToCopy link={link} />
        ) : (
          <>
            <p className="mt-1 text-sm leading-relaxed text-muted">
              Make a link and open it there. It works once, for 15 minutes. Whoever opens it has this session,
              so send it only to yourself.
            </p>
            <Button look="primary" size="small" className="mt-3" aria-disabled={busy} onClick={make}>
              Make a link
            </Button>
          </>
        )}
        <div className="mt-5 border-t border-line pt-4">
          <h2 className="font-display text-lg font-bold">Leave this device</h2>
          <p className="mt-1 text-sm leading-relaxed text-muted">
            The session goes on. This browser forgets it, in every tab: to come back you need a link made
            before.
          </p>
          <Button size="small" className="mt-3" aria-disabled={busy} onClick={signOut}>
            Sign out here
          </Button>
        </div>
      </Popover.Content>
    </Popover.Root>
  );
}

function LinkToCopy({ link }: { link: RecoveryLink }) {
  const leftMs = Date.parse(link.expiresAt) - useServerNow();
  const copy = async () => {
    if (await writeClipboard(link.url)) toast.success('Copied. Open it on the other device.');
    else toast.error('This browser does not let the page copy. Select the link and copy it yourself.');
  };
  return (
    <>
      <input
        readOnly
        aria-label="Link for the other device"
        value={link.url}
        onFocus={(event) => event.target.select()}
        className="mt-2 block w-full rounded-md border border-line-strong bg-paper p-2 font-mono text-sm"
      />
      <div className="mt-3 flex items-center gap-3">
        <Button look="primary" size="small" onClick={copy}>
          Copy link
        </Button>
        <span className="tabular text-sm text-muted">
          Works once, for another {clockWords(leftMs).slice(3)}
        </span>
      </div>
    </>
  );
}
