import { useQuery } from '@tanstack/react-query';
import { Eye } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { toast } from 'sonner';
import type { ShareCreated } from '../../../../shared/access.ts';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { writeClipboard } from '../../lib/browser.ts';
import { sentenceFor } from '../../lib/problem-error.ts';

/** Links for guests who watch: make one, see them, take one back. [RT-9] */
export function SharePopover({ sessionId, api }: { sessionId: string; api: SessionApi }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button size="small" title="Let somebody watch">
          <Eye size={18} aria-hidden="true" />
          <span className="max-sm:sr-only">Share</span>
        </Button>
      </Popover.Trigger>
      <Popover.Content
        align="end"
        sideOffset={8}
        aria-label="Share"
        className="z-30 w-[min(24rem,calc(100vw-1.5rem))] rounded-xl border border-line bg-card p-5 text-ink shadow-2xl"
      >
        <h2 className="font-display text-lg font-bold">Let somebody watch</h2>
        <p className="mt-1 text-sm leading-relaxed text-muted">
          Whoever has the link sees this picture live and cannot act in it, until you take it back or the
          session ends.
        </p>
        <ShareLinks sessionId={sessionId} api={api} />
      </Popover.Content>
    </Popover.Root>
  );
}

function ShareLinks({ sessionId, api }: { sessionId: string; api: SessionApi }) {
  const [made, setMade] = useState<ShareCreated | null>(null);
  const [busy, setBusy] = useState(false);
  const shares = useQuery({ queryKey: ['shares', sessionId], queryFn: ({ signal }) => api.shares(signal) });

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await work();
      await shares.refetch();
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setBusy(false);
    }
  };
  const make = () =>
    attempt(async () => setMade(await api.createShare(`Link of ${new Date().toLocaleTimeString()}`)));
  const takeBack = (shareId: string) =>
    attempt(async () => {
      await api.revokeShare(shareId);
      if (made?.id === shareId) setMade(null);
    });
  const copy = async (url: string) => {
    if (await writeClipboard(url)) toast.success('Copied.');
    else toast.error('This browser does not let the page copy. Select the link and copy it yourself.');
  };

  return (
    <>
      {made && (
        <div className="mt-3 flex gap-2">
          <input
            readOnly
            aria-label="Link for watching"
            value={made.url}
            onFocus={(event) => event.target.select()}
            className="min-w-0 grow rounded-md border border-line-strong bg-paper p-2 font-mono text-sm"
          />
          <Button size="small" look="primary" onClick={() => copy(made.url)}>
            Copy
          </Button>
        </div>
      )}
      <Button size="small" className="mt-3" aria-disabled={busy} onClick={make}>
        Make a link
      </Button>
      {shares.data && shares.data.length > 0 && (
        <ul className="mt-4 border-t border-line pt-2">
          {shares.data.map(({ id, name }) => (
            <li key={id} className="flex min-h-11 items-center justify-between gap-3 text-sm">
              {name}
              <Button size="small" aria-label={`Take back: ${name}`} onClick={() => takeBack(id)}>
                Take back
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
