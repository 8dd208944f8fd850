import type { TaskError } from '../../../shared/task.ts';

/** What a call that failed asks for. Classified here, once. [AGT-3] */
export type ModelFailure =
  /** Nothing is wrong with what we asked: ask again. */
  | { type: 'again'; afterMs: number | null; error: TaskError }
  /** The request was longer than the model can read. */
  | { type: 'too-long'; error: TaskError }
  | { type: 'final'; error: TaskError };

/** The stream ended before the answer was complete. */
export class AnswerCut extends Error {
  override readonly name = 'AnswerCut';
}

/** No piece of an answer came for a long time. */
export class AnswerLate extends Error {
  override readonly name = 'AnswerLate';
}

const UNAVAILABLE: TaskError = {
  code: 'model-unavailable',
  message: 'The language model did not answer, though it was asked several times. Try again later.',
};
const BUSY: TaskError = {
  code: 'model-busy',
  message: 'The language model takes no more requests for now. Try again later.',
};
const TOO_LONG: TaskError = {
  code: 'context-too-long',
  message: 'The page and what was done so far are more than the language model can read.',
};

const LONG_WORDS =
  /context.?(length|window)|maximum context|too (long|many tokens)|prompt is too long|exceeds? .{0,40}(context|tokens)|input.{0,20}too (long|large)/i;

/** The shape that the SDK's errors share; `instanceof` would load the SDK. */
interface CallError {
  statusCode?: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
  message?: string;
  type?: string;
}

export function failureOf(error: unknown): ModelFailure {
  const { statusCode, responseHeaders, responseBody, message, type } = shapeOf(error);
  const words = `${message ?? ''} ${responseBody ?? ''}`;
  if (statusCode === 413 || (statusCode === 400 && LONG_WORDS.test(words))) {
    return { type: 'too-long', error: TOO_LONG };
  }
  if (statusCode === 429) {
    if (/insufficient_quota|credit balance|billing/i.test(words)) return refused('its account has no credit');
    return { type: 'again', afterMs: retryAfterMs(responseHeaders), error: BUSY };
  }
  if (statusCode === 401 || statusCode === 403) return refused('its key is not accepted');
  if (statusCode === 404) return refused('there is no such model at its address');
  if (
    statusCode !== undefined &&
    statusCode >= 400 &&
    statusCode < 500 &&
    ![408, 409, 425].includes(statusCode)
  ) {
    return refused(`it refused the request (${statusCode})`);
  }
  // An error in the middle of a stream has a type of its own instead of a status.
  if (type === 'invalid_request_error') {
    return LONG_WORDS.test(words) ? { type: 'too-long', error: TOO_LONG } : refused('it refused the request');
  }
  return { type: 'again', afterMs: retryAfterMs(responseHeaders), error: UNAVAILABLE };
}

/** What the provider said may name its key or address: the owner of a task gets our words only. [AGT-7] */
function refused(why: string): ModelFailure {
  const message = `The language model of this server cannot be used: ${why}. Its operator has to see to it.`;
  return { type: 'final', error: { code: 'model-refused-us', message } };
}

function shapeOf(error: unknown): CallError {
  if (typeof error === 'string') return { message: error };
  return typeof error === 'object' && error !== null ? (error as CallError) : {};
}

function retryAfterMs(headers: Record<string, string> | undefined): number | null {
  const text = headers?.['retry-after-ms'] ?? headers?.['retry-after'];
  if (text === undefined) return null;
  if (headers?.['retry-after-ms'] !== undefined) return Number(text) || null;
  const seconds = Number(text);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
