import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Step } from '../../shared/playbook.ts';
import { createLog } from '../lib/log.ts';
import type { AgentBrowser } from './agent-browser.ts';
import { ApprovalNeeded } from './approvals/approval-needed.ts';
import { ControlLost } from './control-gate.ts';
import type { ToolCall } from './registry.ts';
import { runStep } from './run-step.ts';
import { BrowserLost } from './step-error.ts';

// Fake timers leave this module's own alone.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));

const click: Step = { verb: 'click', input: { text: 'Buy' } };
const read: Step = { verb: 'extract', input: { text: 'Price', as: 'price' } };
const fill: Step = { verb: 'fill', input: { label: 'Name', value: 'Ada' } };
const log = createLog('silent', 'json');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Runs a step whose tool does as told, once for each try. */
function run(step: Step, tries: ((call: ToolCall) => void)[], signal = new AbortController().signal) {
  let tried = 0;
  const browsers = {
    get: async () => ({}) as AgentBrowser,
    drop: async () => {},
    idle: () => {},
    stop: async () => {},
  };
  const registry = {
    async run(call: ToolCall) {
      tries[Math.min(tried++, tries.length - 1)]?.(call);
      return { step };
    },
  };
  const about = { sessionId: 'ses_1', taskId: 'tsk_1', index: 0, epoch: 1, last: false };
  const outcome = runStep({ browsers, registry, log }, { ...about, step, signal });
  return { outcome, tried: () => tried };
}

const breaks = (phases: ('begun' | 'done')[], error: Error) => (call: ToolCall) => {
  for (const phase of phases) call.onAct(phase, { kind: 'click' });
  throw error;
};
const taken = new ControlLost('a human has taken control');
const lost = new BrowserLost('the connection to the browser ended');
const works = () => {};

describe('a step that is cut short', () => {
  it.each([
    ['before it acted: it is run again', click, [], { type: 'returned', controlLost: true }],
    ['while it acted: nobody knows', click, ['begun'], { type: 'failed', error: { code: 'interrupted' } }],
    ['after it acted: it is done', click, ['begun', 'done'], { type: 'done' }],
    ['between two touches of many: it is run again', fill, ['begun', 'done'], { type: 'returned' }],
  ] as const)('[AGT-4] %s', async (_, step, phases, expected) => {
    expect(await run(step, [breaks([...phases], taken)]).outcome).toMatchObject(expected);
  });

  it('[AGT-6] by its end says so, whatever the page makes of it', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    const { outcome, tried } = run(click, [works], signal);
    expect(await outcome).toEqual({ type: 'returned', controlLost: false });
    expect(tried()).toBe(0);
  });
});

describe('a step whose browser goes away', () => {
  it.each([
    ['what had not acted is run again', click, [], 'done'],
    ['what only reads is run again', read, ['begun'], 'done'],
    ['what had acted is not', click, ['begun'], 'failed'],
  ] as const)('[SES-8] %s', async (_, step, phases, type) => {
    const { outcome } = run(step, [breaks([...phases], lost), works]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await outcome).type).toBe(type);
  });

  it('[SES-8] a tab that closes under it counts alike, a fault of ours does not', async () => {
    const closed = run(read, [breaks([], new Error('page.evaluate: Target page has been closed')), works]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await closed.outcome).type).toBe('done');
    const odd = run(read, [breaks([], new Error('locator.evaluate: Odd thing\nCall log:')), works]);
    expect(await odd.outcome).toMatchObject({ error: { code: 'step-error', message: /: Odd thing$/ } });
  });

  it('[SES-8] is given up after a minute', async () => {
    const { outcome, tried } = run(read, [breaks([], lost)]);
    await vi.advanceTimersByTimeAsync(59_000);
    const before = tried();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await outcome).toMatchObject({ error: { code: 'browser-unavailable' } });
    expect(before).toBeGreaterThan(30);
  });
});

describe('a step that needs an approval', () => {
  it('[AGT-5] is run again once it is given, and fails as the refusal says', async () => {
    const allowed = new ApprovalNeeded(async () => {});
    const yes = run(click, [breaks([], allowed), works]);
    expect((await yes.outcome).type).toBe('done');
    expect(yes.tried()).toBe(2);
    const refused = new ApprovalNeeded(async () => Promise.reject(taken));
    expect(await run(click, [breaks([], refused)]).outcome).toEqual({ type: 'returned', controlLost: true });
  });
});
