import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { LinkState } from '../lib/link-state.ts';
import type { PathBeacon } from '../lib/path-beacon.ts';
import type { VNCConnection } from '../lib/vnc-loader.ts';
import { VNCStream } from '../lib/vnc-stream.ts';

interface Options {
  sessionId: string;
  /** Nothing to connect to while the desktop is not there. */
  enabled: boolean;
  fetchTicket(signal: AbortSignal): Promise<string>;
  beacon: PathBeacon;
  /** Sends no input, because the server would drop it. */
  viewOnly?: boolean;
  onClipboard(text: string): void;
}

export interface Picture {
  state: LinkState;
  connection: VNCConnection | null;
  /** A new stream after this one ended, for instance because another tab took it. */
  restart(): void;
  /** Find out now whether the stream still lives. */
  hint(): void;
}

/** The picture in `target`: a ticket for every attempt, the last frame in `still` while there is none. */
export function useVNCConnection(
  target: RefObject<HTMLElement | null>,
  still: RefObject<HTMLCanvasElement | null>,
  options: Options,
): Picture {
  const { sessionId, enabled } = options;
  const [generation, setGeneration] = useState(0);
  const [state, setState] = useState<LinkState>({ status: 'idle' });
  const [connection, setConnection] = useState<VNCConnection | null>(null);
  const stream = useRef<VNCStream | null>(null);
  const latest = useRef(options);
  latest.current = options;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `generation` asks for a new stream
  useEffect(() => {
    const screen = target.current;
    if (!enabled || !screen) return;
    const current = new VNCStream({
      sessionId,
      target: screen,
      fetchTicket: (signal) => latest.current.fetchTicket(signal),
      beacon: latest.current.beacon,
      viewOnly: latest.current.viewOnly ?? false,
      onClipboard: (text) => latest.current.onClipboard(text),
      onState: setState,
      onConnection: setConnection,
      onFrameLost: (frame) => keep(still.current, frame),
    });
    stream.current = current;
    current.start();
    return () => {
      current.stop();
      if (stream.current === current) stream.current = null;
    };
  }, [sessionId, enabled, generation, target, still]);

  const restart = useCallback(() => setGeneration((count) => count + 1), []);
  const hint = useCallback(() => stream.current?.hint(), []);
  return { state, connection, restart, hint };
}

function keep(canvas: HTMLCanvasElement | null, frame: HTMLCanvasElement): void {
  if (!canvas) return;
  canvas.width = frame.width;
  canvas.height = frame.height;
  canvas.getContext('2d')?.drawImage(frame, 0, 0);
}
