import { describe, expect, it } from 'vitest';
import { AnswerCut, failureOf } from './model-failure.ts';

const failed = (statusCode: number, message = '', responseHeaders = {}) =>
  failureOf({ statusCode, message, responseHeaders });

describe('what a failed call asks for', () => {
  it.each([
    [429, '', { 'retry-after': '7' }, { type: 'again', afterMs: 7_000, error: { code: 'model-busy' } }],
    [429, '', { 'retry-after-ms': '250' }, { type: 'again', afterMs: 250 }],
    [429, '', {}, { type: 'again', afterMs: null }],
    [429, 'insufficient_quota', {}, { type: 'final', error: { code: 'model-refused-us' } }],
    [500, '', {}, { type: 'again', error: { code: 'model-unavailable' } }],
    [529, 'overloaded', {}, { type: 'again' }],
    [401, 'Incorrect key sk-secret', {}, { type: 'final', error: { code: 'model-refused-us' } }],
    [404, '', {}, { type: 'final' }],
    [400, 'bad request', {}, { type: 'final' }],
    [400, "This model's maximum context length is 8192 tokens", {}, { type: 'too-long' }],
    [400, 'prompt is too long: 210000 tokens > 200000 maximum', {}, { type: 'too-long' }],
    [413, '', {}, { type: 'too-long', error: { code: 'context-too-long' } }],
  ])('[AGT-3] %i %s %j', (status, message, headers, expected) => {
    expect(failed(status, message, headers)).toMatchObject(expected);
  });

  it('[AGT-3] a connection that broke and an answer that was cut are asked for again', () => {
    expect(failureOf(new AnswerCut('cut')).type).toBe('again');
    expect(failureOf(new TypeError('fetch failed')).type).toBe('again');
    expect(failureOf({ type: 'overloaded_error', message: 'Overloaded' }).type).toBe('again');
  });

  it('[AGT-3] waits until the time that an answer names', () => {
    const later = new Date(Date.now() + 30_000).toUTCString();
    const failure = failed(503, '', { 'retry-after': later });
    expect(failure).toMatchObject({ type: 'again' });
    expect((failure as { afterMs: number }).afterMs).toBeGreaterThan(25_000);
  });

  it('[AGT-7] tells the task’s owner nothing that the provider said', () => {
    expect(JSON.stringify(failed(401, 'Incorrect key sk-secret at https://llm.internal'))).not.toMatch(
      /sk-secret|internal/,
    );
  });
});
