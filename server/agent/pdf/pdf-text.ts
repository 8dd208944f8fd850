import { Worker } from 'node:worker_threads';
import { StepFailed } from '../step-error.ts';

const TIMEOUT_MS = 10_000;
const MEMORY_MB = 256;

export interface PdfText {
  /** In the file, of which the first ones were read. */
  pageCount: number;
  pages: string[];
}

/**
 * The words of a PDF that a stranger made: read in a thread of its own that is ended when it takes too long or too
 * much. @throws {StepFailed}
 */
export async function pdfText(
  bytes: Uint8Array,
  signal: AbortSignal,
  timeoutMs = TIMEOUT_MS,
): Promise<PdfText> {
  const worker = new Worker(new URL('./pdf-worker.ts', import.meta.url), {
    workerData: bytes,
    env: {},
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const ended = Promise.withResolvers<PdfText>();
  const unreadable = (why: string, cause?: unknown) =>
    ended.reject(new StepFailed('pdf-unreadable', `The PDF cannot be read: ${why}.`, { cause }));
  worker.once('message', ended.resolve);
  worker.once('error', (error) => unreadable('it is damaged, locked or too large', error));
  worker.once('exit', () => unreadable('its reader ended'));
  const tooLate = () => unreadable(`it took more than ${timeoutMs / 1_000} seconds`);
  late.addEventListener('abort', tooLate, { once: true });
  try {
    return await ended.promise;
  } finally {
    late.removeEventListener('abort', tooLate);
    await worker.terminate();
    signal.throwIfAborted();
  }
}
