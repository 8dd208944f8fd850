import type { RawData } from 'ws';
import { z } from 'zod';

/** Above it are commands of our own. */
export const LAST_CLIENT_ID = 1_999_999_999;

const command = z.object({
  id: z.number().int().min(0).max(LAST_CLIENT_ID),
  method: z.string().max(100),
  params: z.record(z.string(), z.unknown()).optional(),
  sessionId: z.string().max(100).optional(),
});

export type Command = z.infer<typeof command>;

/** A client's command, or null when it is none. */
export function readCommand(data: RawData): Command | null {
  try {
    return command.parse(JSON.parse(String(data)));
  } catch {
    return null;
  }
}

/** Written anew: what is sent on is what was judged, also where two parsers might read two things. */
export function writeCommand({ id, method, params = {}, sessionId }: Command): string {
  return JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) });
}

export function refusal({ id, method, sessionId }: Command, message: string): string {
  const answer = SCRIPTS.has(method) ? thrown(message) : { error: { code: -32000, message } };
  return JSON.stringify({ id, ...answer, ...(sessionId ? { sessionId } : {}) });
}

/** Clients take a script's protocol error for a navigation and try again; what it throws they tell their user. */
const SCRIPTS = new Set(['Runtime.evaluate', 'Runtime.callFunctionOn']);

function thrown(message: string): object {
  const description = `Error: ${message}`;
  const exception = { type: 'object', subtype: 'error', className: 'Error', description };
  const where = { exceptionId: 1, text: 'Uncaught', lineNumber: 0, columnNumber: 0 };
  return { result: { result: exception, exceptionDetails: { ...where, exception } } };
}

export function emptyAnswer({ id, sessionId }: Command): string {
  return JSON.stringify({ id, result: {}, ...(sessionId ? { sessionId } : {}) });
}

/** Events that the relay itself follows; everything else of the browser's goes through unread. */
const TRACKED = new Set([
  ...['Target.attachedToTarget', 'Target.detachedFromTarget', 'Runtime.executionContextCreated'],
  ...['Runtime.executionContextDestroyed', 'Runtime.executionContextsCleared'],
]);

const trackedEvent = z.object({
  method: z.string(),
  params: z.looseObject({
    sessionId: z.string().optional(),
    waitingForDebugger: z.boolean().optional(),
    targetInfo: z.looseObject({ type: z.string() }).optional(),
    context: z.looseObject({ id: z.number() }).optional(),
    executionContextId: z.number().optional(),
  }),
  sessionId: z.string().optional(),
});

export type TrackedEvent = z.infer<typeof trackedEvent>;

export function readTracked(event: string, data: Buffer): TrackedEvent | null {
  if (!TRACKED.has(event)) return null;
  return trackedEvent.safeParse(JSON.parse(data.toString('utf8'))).data ?? null;
}

const EVENT = /^\{"method":"([\w.]+)"/;
const ANSWER = /^\{"id":(\d+)[,}]/;
const HEAD_BYTES = 120;

/**
 * What the browser's message is, by its first bytes: a screenshot of megabytes is not parsed for it. Chromium
 * writes `method` or `id` first; what begins otherwise is parsed whole.
 */
export function kindOf(data: Buffer): { event: string } | { answer: number } | null {
  const head = data.toString('latin1', 0, HEAD_BYTES);
  const event = EVENT.exec(head)?.[1];
  if (event !== undefined) return { event };
  const answer = ANSWER.exec(head)?.[1];
  if (answer !== undefined) return { answer: Number(answer) };
  try {
    const { id, method } = JSON.parse(data.toString('utf8')) as Partial<Command>;
    if (method !== undefined) return { event: method };
    return id === undefined ? null : { answer: id };
  } catch {
    return null;
  }
}
