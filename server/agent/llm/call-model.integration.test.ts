import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TaskUsage } from '../../../shared/task.ts';
import { createLog } from '../../lib/log.ts';
import { doubleSettings } from '../../testing/llm-rig.ts';
import { type ModelDouble, type ModelReply, startModelDouble } from '../../testing/model-double.ts';
import { createTokenMeter, NO_USAGE, withCall } from './budget.ts';
import { callModel, type ModelCaller } from './call-model.ts';
import { messagesOf } from './messages.ts';
import type { ModelSettings } from './model-settings.ts';
import { openModel } from './open-model.ts';
import { toolDefinitions } from './toolbox.ts';
import type { TranscriptEntry } from './transcript.ts';

let double: ModelDouble;
let usage: TaskUsage;
const lines: string[] = [];
const log = createLog('info', 'json', { write: (line) => void lines.push(line) });

beforeAll(async () => {
  double = await startModelDouble();
});
afterEach(() => {
  usage = NO_USAGE;
});
afterAll(() => double?.stop());

const past: TranscriptEntry[] = [
  {
    ...{ type: 'answer', text: 'I click.', seen: { address: 'https://a.example/', state: 's' } },
    calls: [{ id: 'call_1', tool: 'click', input: { ref: 'e1' } }],
  },
  { type: 'result', callId: 'call_1', tool: 'click', text: 'Done.' },
];

async function callerOf(changes: Partial<ModelSettings> = {}): Promise<ModelCaller> {
  const settings = doubleSettings(double, changes);
  return {
    ...{ model: await openModel(settings), prices: settings.prices, meter: createTokenMeter() },
    ...{ log, apiKey: settings.apiKey, economy: 0, firstWaitMs: 1 },
  };
}

async function ask(
  reply: ModelReply[],
  caller?: ModelCaller,
  { signal = new AbortController().signal, maxTokens = 1_000_000 } = {},
) {
  double.play(reply);
  usage = NO_USAGE;
  const ready = caller ?? (await callerOf());
  const plan = {
    ...{ instructions: 'You browse.', tools: toolDefinitions() },
    messages: (economy: never) => messagesOf('Task: look', past, 'The page now: …', economy),
    caps: { maxSteps: 50, maxTokens, maxCostCents: 50 },
    usage: () => usage,
    spend: (inputTokens: number, outputTokens: number) => {
      usage = withCall(usage, { inputTokens, outputTokens }, ready.prices);
    },
  };
  return callModel(ready, plan as never, signal);
}

const click = { tool: 'click', input: { ref: 'e12' }, id: 'call_7' };
const answer = { text: 'I click it.', calls: [click], inputTokens: 321, outputTokens: 12 };

describe('the wire of each provider', () => {
  it.each([
    ['openai-compatible', '/v1/chat/completions'],
    ['openai', '/v1/chat/completions'],
    ['anthropic', '/v1/messages'],
  ] as const)(
    '[AGT-3] %s: streams an answer with a call of a tool and what it cost',
    async (provider, path) => {
      const found = await ask([answer], await callerOf({ provider }));
      expect(found).toMatchObject({
        ...{ text: 'I click it.', finish: 'done', inputTokens: 321, outputTokens: 12 },
        calls: [{ id: 'call_7', tool: 'click', input: { ref: 'e12' } }],
      });
      expect(usage).toMatchObject({ inputTokens: 321, outputTokens: 12 });
      const [request] = double.requests;
      expect(request?.path).toBe(path);
      const { authorization, 'x-api-key': key } = request?.headers ?? {};
      expect(provider === 'anthropic' ? key : authorization).toMatch(/^(Bearer )?sk-double$/);
      expect(request?.body).toMatchObject({ model: 'double', stream: true });
      expect(request?.body.temperature).toBeUndefined();
    },
  );

  it('[AGT-3] OpenAI’s shape: the past as calls and their results, the page in the last of them', async () => {
    await ask([answer]);
    const { messages, tools } = double.requests[0]?.body ?? {};
    expect(messages.map(({ role }: { role: string }) => role)).toEqual([
      'system',
      ...['user', 'assistant', 'tool'],
    ]);
    expect(messages[2].tool_calls).toMatchObject([
      { id: 'call_1', function: { name: 'click', arguments: '{"ref":"e1"}' } },
    ]);
    expect(messages[3]).toMatchObject({ tool_call_id: 'call_1', content: 'Done.\n\nThe page now: …' });
    expect(tools).toHaveLength(toolDefinitions().length);
    expect(tools[1].function).toMatchObject({ name: expect.any(String), parameters: { type: 'object' } });
  });

  it('[AGT-3] Anthropic’s shape: the prefix is marked to be cached, up to the newest page', async () => {
    await ask([answer], await callerOf({ provider: 'anthropic' }));
    const { system, messages, tools, max_tokens } = double.requests[0]?.body ?? {};
    expect(system).toMatchObject([{ text: 'You browse.', cache_control: { type: 'ephemeral' } }]);
    expect(messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(JSON.stringify(messages[1])).toContain('cache_control');
    expect(messages[2].content).toMatchObject([{ type: 'tool_result', tool_use_id: 'call_1' }]);
    expect(tools[0].input_schema.type).toBe('object');
    expect(max_tokens).toBeGreaterThan(0);
  });

  it('[AGT-3] several calls, the same id twice, an empty id: each call can be answered', async () => {
    const calls = ['same', 'same', ''].map((id) => ({ ...click, id }));
    const { calls: found } = await ask([{ calls }]);
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
    expect(found.every(({ id }) => /^\w+$/.test(id))).toBe(true);
  });
});

describe('a model that fails', () => {
  const short = { headers: { 'retry-after': '0' } };

  it.each<[string, ModelReply[], ModelSettings['provider']]>([
    [
      '429 with Retry-After',
      [
        { status: 429, ...short },
        { status: 429, ...short },
      ],
      'openai-compatible',
    ],
    ['500 and 503', [{ status: 500 }, { status: 503 }], 'openai-compatible'],
    ['overloaded', [{ status: 529 }], 'anthropic'],
    ['a connection cut in the middle', [{ ...answer, cutAfter: 4 }], 'openai-compatible'],
    ['a connection cut in the middle', [{ ...answer, cutAfter: 5 }], 'anthropic'],
    ['a stream that ends early', [{ ...answer, endAfter: 4 }], 'openai-compatible'],
    ['a stream that ends early', [{ ...answer, endAfter: 4 }], 'openai'],
    ['a stream that ends early', [{ ...answer, endAfter: 5 }], 'anthropic'],
  ])('[AGT-3] is asked again after %s (%#)', async (_what, failures, provider) => {
    const found = await ask([...failures, answer], await callerOf({ provider }));
    expect(found.calls).toMatchObject([{ tool: 'click' }]);
    expect(double.requests).toHaveLength(failures.length + 1);
  });

  it('[AGT-3] counts what a cut answer has cost', async () => {
    await ask([{ ...answer, cutAfter: 4 }, answer]);
    expect(usage.inputTokens).toBeGreaterThan(321 + 1_000);
  });

  it('[AGT-3] is given up after five attempts, and at once when it asks for a long wait', async () => {
    await expect(ask([{ status: 500 }])).rejects.toMatchObject({ error: { code: 'model-unavailable' } });
    expect(double.requests).toHaveLength(5);
    const later = { status: 429, headers: { 'retry-after': '3600' } };
    await expect(ask([later])).rejects.toMatchObject({ error: { code: 'model-busy' } });
    expect(double.requests).toHaveLength(1);
  });

  it('[AGT-3] is not asked again with a key or a model that it does not know', async () => {
    for (const status of [401, 404]) {
      await expect(ask([{ status }])).rejects.toMatchObject({ error: { code: 'model-refused-us' } });
      expect(double.requests).toHaveLength(1);
    }
  });

  it('[AGT-7] what a provider says goes to the operator’s log, without the key', async () => {
    lines.length = 0;
    const body = { error: { message: 'Incorrect API key provided: sk-double', type: 'auth' } };
    await expect(ask([{ status: 401, body }])).rejects.toThrow(/has to see to it/);
    expect(lines.join()).toContain('Incorrect API key provided: [key]');
    expect(lines.join()).not.toContain('sk-double');
  });

  it('[AGT-3] is sent less when the request was too long, and keeps to that', async () => {
    const body = {
      error: { message: 'maximum context length is 8192 tokens', type: 'invalid_request_error' },
    };
    const caller = await callerOf();
    await ask([{ status: 400, body }, answer], caller);
    expect(caller.economy).toBe(1);
    await expect(ask([{ status: 400, body }], caller)).rejects.toMatchObject({
      error: { code: 'context-too-long' },
    });
    expect(double.requests).toHaveLength(2);
  });

  it('[AGT-3] an answer without a word, one cut at its limit, one refused: each is told apart', async () => {
    expect(await ask([{}])).toMatchObject({ text: '', calls: [], finish: 'done' });
    expect(await ask([{ text: 'Well', finish: 'length' }])).toMatchObject({ finish: 'length' });
    expect(await ask([{ text: 'No.', finish: 'content_filter' }])).toMatchObject({ finish: 'refused' });
    const anthropic = await callerOf({ provider: 'anthropic' });
    expect(await ask([{ text: 'No.', finish: 'refusal' }], anthropic)).toMatchObject({ finish: 'refused' });
  });

  it('[AGT-3] arguments that are no JSON come as they are', async () => {
    const { calls } = await ask([{ calls: [{ tool: 'click', input: '{"ref": "e1' }] }]);
    expect(calls[0]?.input).toEqual(expect.any(String));
  });

  it('[AGT-3] is not called when the call would pass a cap', async () => {
    await expect(ask([answer], undefined, { maxTokens: 1_000 })).rejects.toMatchObject({
      error: { code: 'limit-tokens' },
    });
    expect(double.requests).toHaveLength(0);
  });

  it('[AGT-6] is left at once when the task is stopped, and the connection is closed', async () => {
    const stop = new AbortController();
    const asking = ask([{ silent: true }], undefined, { signal: stop.signal });
    await expect.poll(() => double.requests.length).toBe(1);
    stop.abort(new Error('stopped'));
    await expect(asking).rejects.toThrow('stopped');
    await double.requests[0]?.abandoned;
    expect(usage.inputTokens).toBeGreaterThan(0);
  });
});
