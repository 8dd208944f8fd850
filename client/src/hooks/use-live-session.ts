import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { Control, SessionView } from '../../../shared/session.ts';
import { noticeOfEnd } from '../features/session/end-notices.ts';
import { onComeback, onUse, socketUrl } from '../lib/browser.ts';
import type { LinkState } from '../lib/link-state.ts';
import type { PathBeacon } from '../lib/path-beacon.ts';
import { moveToRelease } from '../lib/release.ts';
import { nextSessionView } from '../lib/session-state.ts';
import { onSignOut } from '../lib/sign-out.ts';
import { WebSocketClient } from '../lib/websocket.ts';
import { type RealtimeTaskStatus, useRealtimeTaskStatus } from './use-realtime-task-status.ts';
import type { SignedInSession } from './use-signed-in.ts';

export interface LiveSession {
  session: SessionView;
  link: LinkState;
  tasks: RealtimeTaskStatus;
  beacon: PathBeacon;
  /** The answer to our own call about control, ahead of its event. */
  noteControl(control: Control): void;
  /** Somebody waits for an answer: find out now whether the link lives. [RT-1] */
  hint(): void;
}

/** The session kept up to date by the control socket, from mount to unmount. */
export function useLiveSession({ session: initial, token, beacon }: SignedInSession): LiveSession {
  const [session, dispatch] = useReducer(nextSessionView, initial);
  const [link, setLink] = useState<LinkState>({ status: 'idle' });
  const tasks = useRealtimeTaskStatus();
  const client = useRef<WebSocketClient | null>(null);
  const { receive } = tasks;

  useEffect(() => {
    const current = new WebSocketClient({
      url: socketUrl('/ws'),
      release: __RELEASE__,
      authenticatedAgentId: initial.agentId,
      tokenRefreshCallback: (rejected) => token.get(rejected),
      onState: setLink,
      onMessage: (message) => {
        dispatch(message);
        receive(message);
        noticeOfEnd(message);
      },
      onReleaseChanged: moveToRelease,
      beacon,
    });
    client.current = current;
    current.connect();
    const stopComeback = onComeback(() => current.hint());
    const stopUse = onUse(() => current.noticeUse());
    const stopSignOut = onSignOut(() => current.forceDisconnect());
    return () => {
      stopSignOut();
      stopComeback();
      stopUse();
      current.disconnect();
    };
  }, [initial.agentId, token, beacon, receive]);

  const noteControl = useCallback((control: Control) => dispatch({ type: 'control', control }), []);
  const hint = useCallback(() => client.current?.hint(), []);
  return { session, link, tasks, beacon, noteControl, hint };
}
