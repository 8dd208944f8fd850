import type { TaskError, TaskUsage } from '../../../shared/task.ts';
import type { Caps, Prices } from './model-settings.ts';

export const NO_USAGE: TaskUsage = { inputTokens: 0, outputTokens: 0, costCents: 0, steps: 0 };

/** Longer answers are of no use: an action is short. */
export const MAX_ANSWER_TOKENS = 4_096;
/** Shorter ones may not hold even one action. */
const MIN_ANSWER_TOKENS = 256;

export type Allowance = { ok: true; maxOutputTokens: number } | { ok: false; error: TaskError };

/** Whether a call that sends about `promptTokens` still fits, and how long its answer may be. [AGT-3] */
export function allowCall(usage: TaskUsage, promptTokens: number, caps: Caps, prices: Prices): Allowance {
  const tokensLeft = caps.maxTokens - usage.inputTokens - usage.outputTokens - promptTokens;
  if (tokensLeft < MIN_ANSWER_TOKENS) {
    const message = `The task was stopped before it would use more than ${caps.maxTokens} tokens.`;
    return { ok: false, error: { code: 'limit-tokens', message } };
  }
  const centsLeft = caps.maxCostCents - usage.costCents - costCents(promptTokens, 0, prices);
  const affordable =
    prices.outputCentsPerMtok === 0
      ? Infinity
      : Math.floor((centsLeft * 1_000_000) / prices.outputCentsPerMtok);
  if (centsLeft < 0 || affordable < MIN_ANSWER_TOKENS) {
    const message = `The task was stopped before it would cost more than ${caps.maxCostCents} cents.`;
    return { ok: false, error: { code: 'limit-cost', message } };
  }
  return { ok: true, maxOutputTokens: Math.min(MAX_ANSWER_TOKENS, tokensLeft, affordable) };
}

export function limitSteps(caps: Caps): TaskError {
  const message = `The task was stopped after ${caps.maxSteps} steps, the most that it may take.`;
  return { code: 'limit-steps', message };
}

export function withCall(
  usage: TaskUsage,
  spent: { inputTokens: number; outputTokens: number },
  prices: Prices,
): TaskUsage {
  const inputTokens = usage.inputTokens + spent.inputTokens;
  const outputTokens = usage.outputTokens + spent.outputTokens;
  const cost = costCents(inputTokens, outputTokens, prices);
  return { ...usage, inputTokens, outputTokens, costCents: Math.round(cost * 10_000) / 10_000 };
}

function costCents(inputTokens: number, outputTokens: number, prices: Prices): number {
  return (inputTokens * prices.inputCentsPerMtok + outputTokens * prices.outputCentsPerMtok) / 1_000_000;
}

/** Bytes a token when nothing is known yet: few, so that the estimate is rather too high. */
const FIRST_BYTES_PER_TOKEN = 3;

/** Estimates what a request will count, and learns from what the model counted. */
export function createTokenMeter() {
  let bytesPerToken = FIRST_BYTES_PER_TOKEN;
  return {
    estimate: (request: string) => Math.ceil(Buffer.byteLength(request) / bytesPerToken),
    learn(request: string, inputTokens: number): void {
      if (inputTokens <= 0) return;
      // A provider that counts strangely must not talk the estimate down to nothing.
      const seen = Buffer.byteLength(request) / inputTokens;
      bytesPerToken = Math.min(5, Math.max(1, seen));
    },
  };
}

export type TokenMeter = ReturnType<typeof createTokenMeter>;
