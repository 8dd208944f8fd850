const BUFFER_BYTES = 256 * 1024;
/** As many as the watermark lets be on their way at once, and one to read into. */
const KEPT = 4;

/** Buffers that are read into again once their bytes have left: a new one a read is mostly garbage collection. */
export interface ReadBuffers {
  take(): Buffer;
  giveBack(buffer: Buffer): void;
}

export function createReadBuffers(): ReadBuffers {
  const free: Buffer[] = [];
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES),
    giveBack(buffer) {
      if (free.length < KEPT) free.push(buffer);
    },
  };
}
