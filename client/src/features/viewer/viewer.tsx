import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { useClipboard } from '../../hooks/use-clipboard.ts';
import type { LiveSession } from '../../hooks/use-live-session.ts';
import { useOnline } from '../../hooks/use-online.ts';
import { useVNCConnection } from '../../hooks/use-vnc-connection.ts';
import type { SessionApi } from '../../lib/api.ts';
import { Overlay } from './overlay.tsx';
import { overlayFor } from './overlay-words.ts';
import { RemoteScreen } from './remote-screen.tsx';
import { TextEntry } from './text-entry.tsx';
import { Toolbar } from './toolbar.tsx';
import { usePaste } from './use-paste.ts';
import { useRemoteTyping } from './use-remote-typing.ts';

import { ViewerHint } from './viewer-hint.tsx';

/** The live picture, framed in the colour of whoever is in control. */
export function Viewer({ live, api }: { live: LiveSession; api: SessionApi }) {
  const { session } = live;
  const region = useRef<HTMLElement>(null);
  const target = useRef<HTMLDivElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const [typing, setTyping] = useState(false);
  const [captured, setCaptured] = useState(false);
  const hintId = useId();
  const received = useRef<(text: string) => void>(() => {});
  const picture = useVNCConnection(target, still, {
    sessionId: session.id,
    enabled: session.desktop.status === 'ready',
    fetchTicket: useCallback(
      async (signal: AbortSignal) => (await api.vncTicket('control', signal)).ticket,
      [api],
    ),
    beacon: live.beacon,
    onClipboard: (text) => received.current(text),
  });
  const remoteTyping = useRemoteTyping(picture.connection, target);
  const clipboard = useClipboard(picture.connection);
  received.current = clipboard.receive;
  usePaste(picture.connection?.rfb ?? null, target, clipboard.synced);
  const overlay = overlayFor(session, picture.state, useOnline());
  const { hint } = picture;
  const { hint: hintLink } = live;
  // One link that is back proves that the server is: the other need not wait out its back-off.
  useEffect(() => {
    if (live.link.status === 'live') hint();
  }, [live.link.status, hint]);
  useEffect(() => {
    if (picture.state.status === 'live') hintLink();
  }, [picture.state.status, hintLink]);
  const mine = session.control.holder === 'human';

  return (
    <section
      ref={region}
      aria-label="Live browser"
      className="flex min-h-0 min-w-0 flex-col max-lg:portrait:sticky max-lg:portrait:top-0 max-lg:portrait:z-20 lg:p-5 fullscreen:bg-stage fullscreen:p-0"
    >
      <div className="flex min-h-0 grow flex-col items-center lg:[container-type:size] in-[:fullscreen]:justify-center">
        <div
          className={`w-full lg:w-[min(100cqw,calc((100cqh-var(--beneath))*16/9))] ${typing ? '[--beneath:9.75rem]' : '[--beneath:6.25rem]'}`}
        >
          <div
            className={`overflow-hidden bg-stage transition-shadow duration-300 max-lg:inset-shadow-none lg:rounded-xl lg:shadow-[0_0_0_3px_var(--holder),0_18px_40px_rgb(10_25_16/0.18)] ${mine ? '[--holder:#d39a26] dark:[--holder:#e8b955]' : '[--holder:var(--green)]'}`}
          >
            <div className="relative aspect-video w-full bg-[#1b221e] max-lg:border-b-3 max-lg:border-(--holder)">
              <div
                aria-hidden="true"
                className={`absolute inset-0 opacity-50 grayscale ${picture.state.status === 'live' ? 'hidden' : ''}`}
              >
                <canvas
                  ref={still}
                  width={1280}
                  height={720}
                  className="size-full"
                  data-testid="last-frame"
                />
              </div>
              <RemoteScreen
                target={target}
                hintId={hintId}
                onCaptured={setCaptured}
                onLeave={() => region.current?.querySelector<HTMLElement>('[role=toolbar] button')?.focus()}
              />
              {overlay && <Overlay words={overlay} onRetryNow={picture.hint} onUseHere={picture.restart} />}
            </div>
            {typing && picture.connection && remoteTyping && (
              <TextEntry
                rfb={picture.connection.rfb}
                typing={remoteTyping}
                onClose={() => setTyping(false)}
              />
            )}
            <Toolbar
              live={live}
              api={api}
              rfb={picture.connection?.rfb ?? null}
              region={region}
              clipboard={clipboard}
              typing={typing}
              onTyping={() => setTyping((on) => !on)}
            />
          </div>
          <ViewerHint id={hintId} captured={captured} expiresAt={session.expiresAt} />
        </div>
      </div>
    </section>
  );
}
