import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowCall, createTokenMeter, MAX_ANSWER_TOKENS, NO_USAGE, withCall } from './budget.ts';

const caps = { maxSteps: 10, maxTokens: 10_000, maxCostCents: 2 };
const prices = { inputCentsPerMtok: 100, outputCentsPerMtok: 400 };
const used = (inputTokens: number, outputTokens: number) =>
  withCall(NO_USAGE, { inputTokens, outputTokens }, prices);

describe('the caps of a task', () => {
  it('[AGT-3] lets a call through while there is room, with room for its answer', () => {
    expect(allowCall(NO_USAGE, 1_000, caps, prices)).toEqual({
      ok: true,
      maxOutputTokens: MAX_ANSWER_TOKENS,
    });
    expect(allowCall(used(7_000, 0), 1_000, caps, prices)).toEqual({ ok: true, maxOutputTokens: 2_000 });
  });

  it('[AGT-3] stops before a call whose question and shortest answer would pass the tokens', () => {
    expect(allowCall(used(8_000, 500), 1_300, caps, prices)).toMatchObject({
      ok: false,
      error: { code: 'limit-tokens', message: /10000 tokens/ },
    });
  });

  it('[AGT-3] stops before a call that would pass the money', () => {
    const many = { ...caps, maxTokens: 1_000_000 };
    expect(used(10_000, 2_000).costCents).toBe(1.8);
    expect(allowCall(used(10_000, 2_000), 1_500, many, prices)).toMatchObject({
      ok: false,
      error: { code: 'limit-cost', message: /2 cents/ },
    });
  });

  it('[AGT-3] a model that costs nothing is held by the other caps only', () => {
    const free = { inputCentsPerMtok: 0, outputCentsPerMtok: 0 };
    expect(allowCall({ ...NO_USAGE, inputTokens: 5_000 }, 1_000, caps, free)).toMatchObject({ ok: true });
  });

  it('[AGT-3] whatever is allowed and answered as long as allowed stays below every cap', () => {
    const tokens = fc.nat({ max: 12_000 });
    fc.assert(
      fc.property(tokens, tokens, tokens, (input, output, prompt) => {
        const usage = used(input, output);
        const allowed = allowCall(usage, prompt, caps, prices);
        if (!allowed.ok) return;
        const after = withCall(usage, { inputTokens: prompt, outputTokens: allowed.maxOutputTokens }, prices);
        expect(after.inputTokens + after.outputTokens).toBeLessThanOrEqual(caps.maxTokens);
        expect(after.costCents).toBeLessThanOrEqual(caps.maxCostCents);
      }),
    );
  });

  it('[AGT-3] estimates rather too high at first, then as the model counts', () => {
    const meter = createTokenMeter();
    const request = 'x'.repeat(3_000);
    expect(meter.estimate(request)).toBe(1_000);
    meter.learn(request, 750);
    expect(meter.estimate(request)).toBe(750);
    meter.learn(request, 1);
    expect(meter.estimate(request)).toBe(600);
  });
});
