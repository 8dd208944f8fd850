import { useState } from 'react';
import { toast } from 'sonner';
import { Link } from 'wouter';
import type { SessionView } from '../../../../shared/session.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Logo } from '../../components/logo.tsx';
import { TestPaymentsMark } from '../../components/test-payments-mark.tsx';
import { useOnline } from '../../hooks/use-online.ts';
import type { SessionApi } from '../../lib/api.ts';
import type { LinkState } from '../../lib/link-state.ts';
import { sentenceFor } from '../../lib/problem-error.ts';
import { DevicesPopover } from '../devices/devices-popover.tsx';
import { SharePopover } from '../share/share-popover.tsx';
import { Countdown } from './countdown.tsx';
import { ExtendButton } from './extend-button.tsx';
import { LinkPill } from './link-pill.tsx';
import { linkWords } from './link-words.ts';

interface Props {
  session: SessionView;
  link: LinkState;
  api: SessionApi;
}

export function SessionHeader({ session, link, api }: Props) {
  const online = useOnline();
  const [asking, setAsking] = useState(false);
  const [ending, setEnding] = useState(false);

  const end = async () => {
    setEnding(true);
    try {
      await api.end(); // the event that follows turns the page into the receipt
      setAsking(false);
    } catch (error) {
      toast.error(sentenceFor(error));
    } finally {
      setEnding(false);
    }
  };

  return (
    <header className="flex min-h-14 items-center justify-between gap-x-5 gap-y-1 border-b border-line bg-card px-4 py-1.5 max-sm:flex-wrap sm:px-5">
      <Link href="/" className="inline-flex rounded-md py-1" aria-label="One Dollar Agent, to the start">
        <Logo />
      </Link>
      <TestPaymentsMark />
      <div className="flex grow items-center justify-between gap-x-2 sm:justify-end sm:gap-x-5">
        <LinkPill link={link} />
        <Countdown expiresAt={session.expiresAt} />
        {/* A phone's row has room for the words of a broken link only in this button's place. */}
        <ExtendButton api={api} className={linkWords(link, online).steady ? '' : 'max-sm:hidden'} />
        <SharePopover sessionId={session.id} api={api} />
        <DevicesPopover api={api} />
        <Button size="small" onClick={() => setAsking(true)}>
          <span>
            End<span className="max-sm:sr-only"> session</span>
          </span>
        </Button>
      </div>
      <ConfirmDialog
        open={asking}
        busy={ending}
        title="End this session now?"
        confirm="End and delete"
        onConfirm={end}
        onCancel={() => setAsking(false)}
      >
        The browser closes and everything in it is deleted: tabs, sign-ins, downloads. What the agent found
        stays on your receipt for a while, or until you delete it there. The time that is left is not
        refunded.
      </ConfirmDialog>
    </header>
  );
}
