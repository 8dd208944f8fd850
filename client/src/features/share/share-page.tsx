import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { LinkButton } from '../../components/link-button.tsx';
import { Logo } from '../../components/logo.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useOnline } from '../../hooks/use-online.ts';
import { useTitle } from '../../hooks/use-title.ts';
import { useVNCConnection } from '../../hooks/use-vnc-connection.ts';
import { api } from '../../lib/api.ts';
import { browserClock } from '../../lib/clock.ts';
import { LinkRefused } from '../../lib/link-refused.ts';
import { askServer, PathBeacon } from '../../lib/path-beacon.ts';
import { ProblemError, sentenceFor } from '../../lib/problem-error.ts';
import { Countdown } from '../session/countdown.tsx';
import { endingWords } from '../session/ending-words.ts';
import { Overlay } from '../viewer/overlay.tsx';
import { overlayFor } from '../viewer/overlay-words.ts';

const ASK_AGAIN_MS = 1_500;
const ready = { desktop: { status: 'ready' as const } };

/** A guest watches and cannot act: the server lets no input of a view-only ticket through. [RT-9] */
export function SharePage({ shareId }: { shareId: string }) {
  useTitle('Watching');
  // It stays in the address bar: a guest's reload must find it.
  const secret = window.location.hash.slice(1);
  const opened = useQuery({
    queryKey: ['share', shareId],
    queryFn: () => api.shareTicket(shareId, secret),
    retry: (_, error) => mayPass(error),
    retryDelay: ASK_AGAIN_MS,
    refetchInterval: ({ state }) => (state.data === null ? ASK_AGAIN_MS : false),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (opened.data) return <Watching shareId={shareId} secret={secret} session={opened.data.session} />;
  if (opened.error) return <Over reason={reasonOf(opened.error)} error={opened.error} />;
  return (
    <Page>
      <Notice title="Opening the picture…" busy>
        Somebody shares their live browser with you.
      </Notice>
    </Page>
  );
}

interface WatchingProps {
  shareId: string;
  secret: string;
  session: { id: string; expiresAt: string };
}

function Watching({ shareId, secret, session }: WatchingProps) {
  const target = useRef<HTMLDivElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const fetchTicket = useCallback(async () => {
    const opened = await api.shareTicket(shareId, secret).catch((error: unknown) => {
      throw mayPass(error) ? error : new LinkRefused(reasonOf(error));
    });
    if (!opened) throw new Error('the desktop is not ready');
    return opened.ticket;
  }, [shareId, secret]);
  const [beacon] = useState(() => new PathBeacon(askServer, browserClock));
  const picture = useVNCConnection(target, still, {
    ...{ sessionId: session.id, enabled: true, viewOnly: true, fetchTicket, beacon },
    onClipboard: () => {},
  });
  const overlay = overlayFor(ready, picture.state, useOnline());
  if (picture.state.status === 'ended' && picture.state.reason !== 'policy')
    return <Over reason={picture.state.reason} />;

  return (
    <div data-fills-window className="flex h-dvh flex-col bg-stage">
      <header className="flex min-h-14 items-center justify-between gap-5 border-b border-line bg-card px-5">
        <Logo />
        <span className="text-sm text-muted max-sm:sr-only">You are watching</span>
        <Countdown expiresAt={session.expiresAt} />
      </header>
      <main className="flex min-h-0 grow items-center justify-center p-4 [container-type:size]">
        <h1 className="sr-only">A shared live browser</h1>
        <div className="relative aspect-video w-[min(100cqw,calc(100cqh*16/9))] overflow-hidden bg-[#1b221e] lg:rounded-lg">
          <canvas ref={still} width={1280} height={720} className="hidden" />
          <div
            ref={target}
            role="img"
            aria-label="Picture of the shared browser. You can watch, and not act."
            className="absolute inset-0"
          />
          {overlay && <Overlay words={overlay} onRetryNow={picture.hint} onUseHere={picture.restart} />}
        </div>
      </main>
    </div>
  );
}

function Over({ reason, error }: { reason: string; error?: unknown }) {
  const start = <LinkButton href="/">To the start</LinkButton>;
  if (error && mayPass(error))
    return (
      <Page>
        <Notice
          title="The picture cannot be opened right now."
          actions={<Button onClick={() => window.location.reload()}>Try again</Button>}
        >
          {sentenceFor(error)}
        </Notice>
      </Page>
    );
  if (reason === 'revoked')
    return (
      <Page>
        <Notice title="This link shows nothing any more." actions={start}>
          Whoever shared it took it back, or it was not copied whole. Ask them for a new one.
        </Notice>
      </Page>
    );
  return (
    <Page>
      <Notice title="The session is over." actions={start}>
        What you were watching has ended: {endingWords(reason).short}. The browser was shut down.
      </Notice>
    </Page>
  );
}

function mayPass(error: unknown): boolean {
  return error instanceof ProblemError && error.mayPass;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ProblemError) || error.code !== 'session-ended') return 'revoked';
  return error.endedReason ?? 'expired';
}
