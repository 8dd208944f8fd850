import { Plug, X } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import type { SessionApi } from '../../lib/api.ts';
import { AgentTokens } from './agent-tokens.tsx';

interface Props {
  sessionId: string;
  api: SessionApi;
}

/** The way in for an agent of the owner's own. [AGT-8] */
export function ConnectAgent({ sessionId, api }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const titleId = useId();
  return (
    <>
      <Button
        size="small"
        look="quiet"
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
          dialog.current?.showModal();
        }}
      >
        <Plug size={16} aria-hidden="true" /> Connect your own agent
      </Button>
      <dialog
        ref={dialog}
        aria-labelledby={titleId}
        onClose={() => setOpen(false)}
        className="m-auto max-h-[calc(100dvh-2rem)] w-[min(40rem,calc(100vw-1.5rem))] overflow-y-auto rounded-2xl border border-line bg-card p-5 text-ink shadow-2xl backdrop:bg-black/55 sm:p-6"
      >
        <div className="flex items-start justify-between gap-3">
          <h2 id={titleId} className="font-display text-xl font-bold">
            Connect your own agent
          </h2>
          <Button
            size="small"
            look="quiet"
            className="-mt-1 -mr-2"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <X size={18} aria-hidden="true" />
          </Button>
        </div>
        <p className="mt-1 leading-relaxed text-muted">
          Playwright, Puppeteer or any MCP client drives this same browser while you watch. Touch the picture
          and it must stop, until you give control back.
        </p>
        {open && <AgentTokens sessionId={sessionId} api={api} />}
      </dialog>
    </>
  );
}
