/** What a viewer may do with the picture: only look, or act as well. */
export type ViewerMode = 'control' | 'view';

/** A key or a button went down, or a button that is down was moved. */
export type HumanInput = 'key' | 'click' | 'held';

/** The viewer broke RFB, so its frames can no longer be told apart. */
export class RfbViolation extends Error {
  override readonly name = 'RfbViolation';
}

export interface ClientFraming {
  /**
   * The parts of `chunk` that may go on to the display, in order and without copying.
   * @throws {RfbViolation} and then nothing of the chunk may go on.
   */
  push(chunk: Buffer): Buffer[];
}

interface MessageKind {
  /** Bytes needed to know the whole length. */
  headerBytes: number;
  totalBytes(header: Buffer): number;
  /** Changes the desktop, so a view-only viewer's is dropped. */
  acts: boolean;
  /** A key or a button went down. */
  isHumanInput?(header: Buffer): boolean;
}

const MAX_CUT_TEXT_BYTES = 256 * 1024;
const MAX_ENCODINGS = 1024;
const MAX_FENCE_BYTES = 64;
const MAX_SCREENS = 16;
const MAX_HEADER_BYTES = 9;
const NONE = 1;
const POINTER_EVENT = 5;
const VERSION = Buffer.from('RFB 003.008\n');

function bounded(name: string, value: number, max: number): number {
  if (value > max) throw new RfbViolation(`${name} of ${value} is more than ${max}`);
  return value;
}

const fixed = (totalBytes: number, acts: boolean): MessageKind => ({
  headerBytes: 1,
  totalBytes: () => totalBytes,
  acts,
});

/** RFC 6143 § 7.5 and the extensions that TigerVNC and noVNC speak. [VNC-2] */
const MESSAGES: Readonly<Record<number, MessageKind>> = {
  0: fixed(20, false), // SetPixelFormat
  2: {
    headerBytes: 4,
    totalBytes: (header) => 4 + 4 * bounded('SetEncodings', header.readUInt16BE(2), MAX_ENCODINGS),
    acts: false,
  },
  3: fixed(10, false), // FramebufferUpdateRequest
  4: {
    headerBytes: 2,
    totalBytes: () => 8,
    acts: true,
    isHumanInput: (header) => header[1] !== 0,
  },
  5: {
    headerBytes: 2,
    // noVNC sets the top bit of the mask only in the form with extended buttons, one byte longer.
    totalBytes: (header) => (header.readUInt8(1) & 0x80 ? 7 : 6),
    acts: true,
    isHumanInput: (header) => header[1] !== 0,
  },
  6: {
    headerBytes: 8,
    // Negative in the extended clipboard's form.
    totalBytes: (header) => 8 + bounded('ClientCutText', Math.abs(header.readInt32BE(4)), MAX_CUT_TEXT_BYTES),
    acts: true,
  },
  150: fixed(10, false), // EnableContinuousUpdates
  248: {
    headerBytes: 9,
    totalBytes: (header) => 9 + bounded('ClientFence', header.readUInt8(8), MAX_FENCE_BYTES),
    acts: false,
  },
  250: fixed(4, true), // xvp
  251: {
    headerBytes: 8,
    totalBytes: (header) => 8 + 16 * bounded('SetDesktopSize', header.readUInt8(6), MAX_SCREENS),
    acts: true,
  },
  255: {
    headerBytes: 4,
    totalBytes: (header) => {
      if (header[1] !== 0) throw new RfbViolation(`QEMU submessage ${header[1]} is not known`);
      return 12;
    },
    acts: true,
    isHumanInput: (header) => header.readUInt16BE(2) !== 0,
  },
};

/** Each state has only its own fields: the three turns of the handshake, then message after message. */
type State =
  | { phase: 'version'; seen: number }
  | { phase: 'security' }
  | { phase: 'init' }
  | { phase: 'type' }
  | { phase: 'header'; kind: MessageKind; filled: number }
  | { phase: 'body'; kind: MessageKind; remaining: number };

/** Cuts a viewer's bytes into messages, however they were split on the way. */
export function createClientFraming(
  mode: ViewerMode,
  onHumanInput: (input: HumanInput) => void,
): ClientFraming {
  let isHeld = false;
  let state: State = { phase: 'version', seen: 0 };
  const header = Buffer.alloc(MAX_HEADER_BYTES);

  function endOfHeader(kind: MessageKind): State {
    const remaining = kind.totalBytes(header) - kind.headerBytes;
    if (mode === 'control' && kind.isHumanInput) {
      const acts = kind.isHumanInput(header);
      const isPointer = header[0] === POINTER_EVENT;
      if (acts) onHumanInput(!isPointer ? 'key' : isHeld ? 'held' : 'click');
      if (isPointer) isHeld = acts;
    }
    return remaining === 0 ? { phase: 'type' } : { phase: 'body', kind, remaining };
  }

  /** Consumes at least one byte from `at`; returns where the next step begins. */
  function step(chunk: Buffer, at: number): number {
    const byte = chunk.readUInt8(at);
    switch (state.phase) {
      case 'version': {
        if (byte !== VERSION[state.seen]) throw new RfbViolation('only RFB 3.8 is spoken here');
        const seen = state.seen + 1;
        state = seen === VERSION.length ? { phase: 'security' } : { phase: 'version', seen };
        return at + 1;
      }
      case 'security':
        if (byte !== NONE) throw new RfbViolation(`security type ${byte} was not offered`);
        state = { phase: 'init' };
        return at + 1;
      case 'init':
        // Always shared: asking for the desktop alone would throw out every other viewer.
        chunk[at] = 1;
        state = { phase: 'type' };
        return at + 1;
      case 'type': {
        const kind = MESSAGES[byte];
        if (!kind) throw new RfbViolation(`message type ${byte} is not known`);
        header[0] = byte;
        state = kind.headerBytes === 1 ? endOfHeader(kind) : { phase: 'header', kind, filled: 1 };
        return at + 1;
      }
      case 'header': {
        const { kind } = state;
        const copied = chunk.copy(header, state.filled, at, at + kind.headerBytes - state.filled);
        const filled = state.filled + copied;
        state = filled === kind.headerBytes ? endOfHeader(kind) : { phase: 'header', kind, filled };
        return at + copied;
      }
      case 'body': {
        const taken = Math.min(state.remaining, chunk.length - at);
        const remaining = state.remaining - taken;
        state = remaining === 0 ? { phase: 'type' } : { ...state, remaining };
        return at + taken;
      }
    }
  }

  const isDropped = (before: State, after: State): boolean => {
    if (mode === 'control') return false;
    if ('kind' in before) return before.kind.acts;
    return 'kind' in after && after.kind.acts;
  };

  return {
    push(chunk) {
      const parts: Buffer[] = [];
      let keptFrom = -1;
      let at = 0;
      while (at < chunk.length) {
        const before = state;
        const next = step(chunk, at);
        const dropped = isDropped(before, state);
        if (dropped && keptFrom >= 0) {
          parts.push(chunk.subarray(keptFrom, at));
          keptFrom = -1;
        }
        if (!dropped && keptFrom < 0) keptFrom = at;
        at = next;
      }
      if (keptFrom >= 0) parts.push(keptFrom === 0 ? chunk : chunk.subarray(keptFrom));
      return parts;
    },
  };
}
