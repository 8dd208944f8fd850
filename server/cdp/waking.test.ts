import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createContexts } from './contexts.ts';
import type { Command } from './message.ts';
import { kindOf, readCommand, readTracked, writeCommand } from './message.ts';
import { createWaking } from './waking.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const attached = (sessionId: string, waitingForDebugger = true) => ({
  method: 'Target.attachedToTarget',
  params: { sessionId, waitingForDebugger },
});

it('[AGT-8] a tab that waits for a client which has stopped is woken without it', () => {
  const sent: Command[] = [];
  const waking = createWaking((command) => sent.push(command));
  waking.heard(attached('S1'));
  waking.heard(attached('S2'));
  waking.heard(attached('S3', false));
  waking.sent({ id: 1, method: 'Runtime.runIfWaitingForDebugger', sessionId: 'S2' });
  vi.advanceTimersByTime(2_900);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(sent).toMatchObject([{ method: 'Runtime.runIfWaitingForDebugger', sessionId: 'S1' }]);
  expect(waking.isOwnAnswer(sent[0]?.id ?? 0)).toBe(true);
  expect(readCommand(Buffer.from(JSON.stringify(sent[0])))).toBeNull(); // no client may use such an id
  waking.heard(attached('S4'));
  waking.heard(attached('S5'));
  waking.heard({ method: 'Target.detachedFromTarget', params: { sessionId: 'S5' } });
  expect(vi.getTimerCount()).toBe(1);
  waking.stop();
  expect(vi.getTimerCount()).toBe(0);
});

it('[AGT-8] what is sent on is what was judged, not what was written', () => {
  const twice = '{"id":1,"method":"Browser.close","method":"Page.enable","params":{"a":1},"more":{}}';
  const command = readCommand(Buffer.from(twice)) as Command;
  expect(writeCommand(command)).toBe('{"id":1,"method":"Page.enable","params":{"a":1}}');
  for (const text of ['', '[]', '{"id":1}', '{"id":"1","method":"x"}', '{"id":-1,"method":"x"}', 'null'])
    expect(readCommand(Buffer.from(text)), text).toBeNull();
});

it('[AGT-8] tells events from answers by their first bytes, or by reading all', () => {
  expect(kindOf(Buffer.from('{"method":"Page.x","params":{}}'))).toEqual({ event: 'Page.x' });
  expect(kindOf(Buffer.from('{"id":12,"result":{}}'))).toEqual({ answer: 12 });
  expect(kindOf(Buffer.from('{"params":{},"method":"Network.x"}'))).toEqual({ event: 'Network.x' });
  expect(kindOf(Buffer.from('{"result":{},"id":3}'))).toEqual({ answer: 3 });
  expect(kindOf(Buffer.from('no json'))).toBeNull();
});

it('[AGT-4] after a takeover a client is told of every context anew, as if all had been loaded again', () => {
  const contexts = createContexts();
  const say = (method: string, params: object, sessionId = 'S') =>
    contexts.heard(readTracked(method, Buffer.from(JSON.stringify({ method, params, sessionId }))) as never);
  say('Target.attachedToTarget', { sessionId: 'S', targetInfo: { type: 'page' } }, '');
  say('Target.attachedToTarget', { sessionId: 'W', targetInfo: { type: 'worker' } }, '');
  for (const id of [1, 2, 3]) say('Runtime.executionContextCreated', { context: { id, name: `c${id}` } });
  say('Runtime.executionContextCreated', { context: { id: 1 } }, 'W');
  say('Runtime.executionContextDestroyed', { executionContextId: 2 });
  expect(contexts.anew().map((text) => JSON.parse(text))).toEqual([
    { method: 'Runtime.executionContextsCleared', params: {}, sessionId: 'S' },
    expect.objectContaining({ params: { context: { id: 1, name: 'c1' } }, sessionId: 'S' }),
    expect.objectContaining({ params: { context: { id: 3, name: 'c3' } }, sessionId: 'S' }),
  ]);
  say('Runtime.executionContextsCleared', {});
  expect(contexts.anew()).toHaveLength(1);
  say('Target.detachedFromTarget', { sessionId: 'S' }, '');
  expect(contexts.anew()).toEqual([]);
  expect(readTracked('Network.requestWillBeSent', Buffer.from('never read'))).toBeNull();
});
