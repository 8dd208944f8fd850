import type RFB from '@novnc/novnc';

export interface VNCConnectionOptions {
  url: string;
  /** `['binary', 'ticket.<jwt>']`: the ticket is used up by this attempt. [AUTH-5] */
  protocols: string[];
  target: HTMLElement;
  viewOnly?: boolean;
  /** The desktop is 1280×720 for every viewer, so it is scaled, not resized. [VNC-5] */
  resizeSession?: boolean;
  qualityLevel?: number;
  compressionLevel?: number;
  onOpen(): void;
  /** Once, with the code that noVNC would have swallowed. Not after `close()`. */
  onClose(code: number): void;
  onClipboard(text: string): void;
}

export interface VNCConnection {
  readonly rfb: RFB;
  /** True when the display answered in time: a still page and a dead path look the same. [VNC-4] */
  probe(limitMs: number): Promise<boolean>;
  /** Milliseconds since the display last sent anything. */
  silentMs(): number;
  /** The last frame, to be copied at once by drawing: reading its pixels would stall the GPU. */
  lastFrame(): HTMLCanvasElement | null;
  close(): void;
}

/** Fetches the viewer's code ahead of the first picture; a failed download may be tried again. */
export async function loadVNC(): Promise<typeof RFB> {
  return (await import('@novnc/novnc')).default;
}

/** FramebufferUpdateRequest of one pixel, not incremental: the display must answer it. */
const PROBE = new Uint8Array([3, 0, 0, 0, 0, 0, 0, 1, 0, 1]);

/** One RFB over one socket that we open ourselves, because RFB's `disconnect` drops the close code. */
export async function createVNCConnection(options: VNCConnectionOptions): Promise<VNCConnection> {
  const Viewer = await loadVNC();
  const socket = new WebSocket(options.url, options.protocols);
  let heardAtMs = Date.now();
  let over = false;
  // Before RFB's own listeners: a socket that dies while connecting would make noVNC log an error.
  socket.addEventListener('close', ({ code }) => {
    if (over) return;
    over = true;
    options.onClose(code); // while the last frame can still be taken
    leave();
  });
  socket.addEventListener('error', (event) => event.stopImmediatePropagation()); // `close` follows and says more
  socket.addEventListener('message', () => {
    heardAtMs = Date.now();
  });
  // The same tick as the socket, or the first bytes are lost.
  const rfb = new Viewer(options.target, socket, { shared: true });
  const leave = () => {
    // A frame that is still being drawn would read on from the dead connection, and log an error.
    Object.assign(rfb, { _handleMessage: () => {} });
    rfb.disconnect();
  };
  rfb.scaleViewport = true;
  rfb.resizeSession = options.resizeSession ?? false;
  rfb.viewOnly = options.viewOnly ?? false;
  rfb.showDotCursor = true;
  rfb.qualityLevel = options.qualityLevel ?? 6;
  rfb.compressionLevel = options.compressionLevel ?? 2;
  rfb.background = 'transparent';
  let open = false;
  rfb.addEventListener('connect', () => {
    open = true;
    options.onOpen();
  });
  rfb.addEventListener('clipboard', ({ detail }) => options.onClipboard(detail.text));

  return {
    rfb,
    silentMs: () => Date.now() - heardAtMs,
    probe: (limitMs) =>
      open && socket.readyState === WebSocket.OPEN ? ask(socket, limitMs) : Promise.resolve(true),
    lastFrame() {
      const canvas = options.target.querySelector('canvas');
      return open && canvas && canvas.width > 0 ? canvas : null;
    },
    close() {
      if (over) return;
      over = true;
      leave();
      // On a dead path the socket's own close takes a minute, and noVNC would log an error about it.
      socket.onclose?.(new CloseEvent('close'));
      socket.onclose = null;
    },
  };
}

function ask(socket: WebSocket, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (alive: boolean) => {
      window.clearTimeout(timer);
      socket.removeEventListener('message', heard);
      socket.removeEventListener('close', heard);
      resolve(alive);
    };
    const heard = () => done(true);
    const timer = window.setTimeout(() => done(false), limitMs);
    socket.addEventListener('message', heard);
    socket.addEventListener('close', heard);
    socket.send(PROBE);
  });
}
