import type { RawData, WebSocket } from 'ws';
import { CLOSE, type Close } from '../../shared/close-codes.ts';
import { sendHeldBack } from '../lib/watermarks.ts';
import { type ClientFraming, RfbViolation } from './client-framing.ts';
import type { Display } from './dial.ts';

/** What has gone through, for the log and the metrics. */
export interface PumpCounts {
  toViewerBytes: number;
  toDisplayBytes: number;
}

export interface Pump {
  readonly counts: Readonly<PumpCounts>;
  /** Nothing flows any more, in either direction. */
  stop(): void;
}

const BINARY = { binary: true };

/** Carries bytes both ways and holds the faster side back when the slower one stalls. [VNC-3] */
export function startPump(
  viewer: WebSocket,
  display: Display,
  framing: ClientFraming,
  /** What the viewer sends from now on waits for this. */
  takeover: () => Promise<void> | null,
  onEnd: (close: Close) => void,
): Pump {
  const counts: PumpCounts = { toViewerBytes: 0, toDisplayBytes: 0 };

  const { socket } = display;

  const toViewer: Display['onBytes'] = (bytes, giveBack) => {
    counts.toViewerBytes += bytes.length;
    sendHeldBack(viewer, socket, bytes, BINARY, giveBack);
  };
  let waiting: Buffer[] | null = null;
  let stopped = false;
  const write = (part: Buffer) => {
    counts.toDisplayBytes += part.length;
    if (!socket.write(part)) viewer.pause();
  };
  const passOn = (parts: Buffer[], until: Promise<void> | null) => {
    if (waiting) waiting.push(...parts);
    else if (until) {
      waiting = parts;
      viewer.pause();
      void until.then(() => {
        const kept = waiting ?? [];
        waiting = null;
        if (stopped) return;
        viewer.resume();
        for (const part of kept) write(part);
      });
    } else for (const part of parts) write(part);
  };
  const toDisplay = (data: RawData, isBinary: boolean) => {
    if (!isBinary) return onEnd({ ...CLOSE.policy, reason: 'binary-frames-only' });
    try {
      passOn(framing.push(data as Buffer), takeover());
    } catch (error) {
      if (!(error instanceof RfbViolation)) throw error;
      onEnd({ ...CLOSE.policy, reason: 'rfb-violation' });
    }
  };
  const displayDrained = () => viewer.resume();
  const displayGone = () => onEnd({ ...CLOSE.tryLater, reason: 'desktop-unavailable' });

  socket.on('drain', displayDrained);
  socket.once('end', displayGone).once('close', displayGone);
  viewer.on('message', toDisplay);
  display.onBytes = toViewer;
  socket.resume();

  return {
    counts,
    stop() {
      stopped = true;
      display.onBytes = (_, giveBack) => giveBack();
      socket.off('drain', displayDrained).off('end', displayGone).off('close', displayGone);
      viewer.off('message', toDisplay);
      viewer.resume(); // or the answer to our close frame would never be read
    },
  };
}
