import { ProblemError } from './problem-error.ts';
import { noteServerDate } from './server-time.ts';

const TIMEOUT_MS = 15_000;

export interface CallOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  token?: string;
  signal?: AbortSignal;
}

export interface Answer<T> {
  status: number;
  body: T;
}

/** A JSON call to our own server; anything but 2xx is thrown as a ProblemError. */
export function call<T>(path: string, options: CallOptions = {}): Promise<Answer<T>> {
  return send(path, options, async (response) => parse(await response.text()) as T);
}

export function callForBlob(path: string, options: CallOptions): Promise<Answer<Blob>> {
  return send(path, options, (response) => response.blob());
}

async function send<T>(
  path: string,
  { method = 'GET', body, token, signal }: CallOptions,
  read: (response: Response) => Promise<T>,
): Promise<Answer<T>> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const headers: Record<string, string> = { accept: '*/*' };
  if (method === 'POST') headers['content-type'] = 'application/json';
  if (token) headers.authorization = `Bearer ${token}`;
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: method === 'POST' ? JSON.stringify(body ?? {}) : null,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    noteServerDate(response.headers.get('date'));
    if (!response.ok) throw problemOf(response.status, parse(await response.text()));
    return { status: response.status, body: await read(response) };
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof ProblemError ? error : unreachable(error);
  }
}

function unreachable(cause: unknown): ProblemError {
  const late = cause instanceof DOMException && cause.name === 'TimeoutError';
  return new ProblemError({
    status: 0,
    code: late ? 'timeout' : 'unreachable',
    detail: late
      ? 'The server did not answer in time. Try again.'
      : 'The server cannot be reached. Check your connection and try again.',
  });
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function problemOf(status: number, answer: unknown): ProblemError {
  const problem = typeof answer === 'object' && answer !== null ? answer : {};
  const fallback = { code: 'unknown', detail: `The server answered with an error (${status}). Try again.` };
  return new ProblemError({ ...fallback, ...problem, status });
}
