import type { SessionView } from '../../../../shared/session.ts';
import type { LinkState } from '../../lib/link-state.ts';

export interface Overlay {
  title: string;
  body: string;
  busy: boolean;
  /** What the one button does, if there is one. */
  action?: 'retry-now' | 'use-here';
  retryInMs?: number;
}

/** Why there is no picture right now, and what to do about it; null when there is one. [VNC-4] [UI-2] */
export function overlayFor(
  session: Pick<SessionView, 'desktop'>,
  picture: LinkState,
  online: boolean,
): Overlay | null {
  if (picture.status === 'ended') return endedOverlay(picture.reason);
  switch (session.desktop.status) {
    case 'starting':
      return {
        title: 'Your browser is starting',
        body: 'A fresh desktop is being made for you. This takes a second or two.',
        busy: true,
      };
    case 'restarting':
      return {
        title: 'The browser stopped and is being restarted',
        body: 'Same session, same profile: your tabs come back.',
        busy: true,
      };
    case 'failed':
      return {
        title: 'The desktop could not be started',
        body: 'It is being tried again. If none comes up, your payment is refunded automatically.',
        busy: false,
      };
    case 'gone':
      return { title: 'The desktop is shut down', body: 'The session is ending.', busy: false };
    case 'ready':
      return streamOverlay(picture, online);
  }
}

function streamOverlay(picture: LinkState, online: boolean): Overlay | null {
  switch (picture.status) {
    case 'live':
      return null;
    case 'idle':
    case 'connecting':
      if (picture.status === 'connecting' && picture.attempt > 0) return reconnecting(online);
      return { title: 'Connecting to your browser', body: 'The picture appears in a moment.', busy: true };
    case 'waiting':
      return { ...reconnecting(online), action: 'retry-now', retryInMs: picture.retryInMs };
    case 'ended':
      return endedOverlay(picture.reason);
  }
}

function reconnecting(online: boolean): Overlay {
  return online
    ? { title: 'Reconnecting', body: 'The connection broke. Your browser goes on meanwhile.', busy: true }
    : {
        title: 'You are offline',
        body: 'The picture comes back by itself when your network does.',
        busy: false,
      };
}

function endedOverlay(reason: string): Overlay {
  if (reason === 'taken-elsewhere')
    return {
      title: 'The picture is open somewhere else',
      body: 'Another tab or device took it over.',
      busy: false,
      action: 'use-here',
    };
  if (reason === 'policy')
    return {
      title: 'The server closed this picture',
      body: 'Something that this page sent was refused. Reload the page to get a clean start.',
      busy: false,
      action: 'use-here',
    };
  return { title: 'The picture has ended', body: 'Access to the session is over.', busy: false };
}
