export interface ByteReader {
  /** Exactly `bytes` bytes, as soon as they have arrived. One reader at a time. */
  take(bytes: number): Promise<Buffer>;
  end(reason: Error): void;
}

/** Turns chunks of any size into awaitable reads. */
export function createByteReader(onData: (handler: (chunk: Buffer) => void) => void): ByteReader {
  let chunks: Buffer[] = [];
  let available = 0;
  let waiting: { bytes: number; resolve: (bytes: Buffer) => void; reject: (reason: Error) => void } | null;
  let ended: Error | null = null;
  waiting = null;

  const settle = () => {
    if (!waiting || available < waiting.bytes) return;
    const all = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    const { bytes, resolve } = waiting;
    waiting = null;
    available -= bytes;
    chunks = available > 0 ? [all.subarray(bytes)] : [];
    resolve(all.subarray(0, bytes));
  };
  onData((chunk) => {
    chunks.push(chunk);
    available += chunk.length;
    settle();
  });

  return {
    take: (bytes) =>
      new Promise((resolve, reject) => {
        if (ended && available < bytes) return reject(ended);
        waiting = { bytes, resolve, reject };
        settle();
      }),
    end(reason) {
      ended = reason;
      waiting?.reject(reason);
      waiting = null;
    },
  };
}
