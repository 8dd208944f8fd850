import type { LanguageModel, ModelMessage } from 'ai';
import type { TaskUsage } from '../../../shared/task.ts';
import type { Log } from '../../lib/log.ts';
import { pause } from '../abortable.ts';
import { allowCall, type TokenMeter } from './budget.ts';
import { ECONOMIES, type Economy } from './messages.ts';
import { type ModelAnswer, readAnswer } from './model-answer.ts';
import { failureOf } from './model-failure.ts';
import type { Caps, Prices } from './model-settings.ts';
import { TaskFailed } from './task-failed.ts';
import type { ToolDefinition } from './toolbox.ts';

export interface ModelCaller {
  model: LanguageModel;
  prices: Prices;
  /** Kept out of the log when a provider repeats it. [AGT-7] */
  apiKey: string | undefined;
  meter: TokenMeter;
  log: Log;
  /** Grows by itself when the model says that a request was too long. */
  economy: number;
  /** Before the second attempt; doubled before each further one. */
  firstWaitMs: number;
}

export interface CallPlan {
  instructions: string;
  tools: readonly ToolDefinition[];
  messages(economy: Economy): ModelMessage[];
  caps: Caps;
  usage(): TaskUsage;
  /** Told of every token, also of an answer that was cut. */
  spend(inputTokens: number, outputTokens: number): void;
}

const MAX_ATTEMPTS = 5;
/** A longer wait than this is for the person to decide. */
const MAX_WAIT_MS = 60_000;
const CHARACTERS_PER_TOKEN = 3;
const NO_KEY = '\0';

/**
 * One answer, however often it has to be asked for. Only a complete answer is handed on, so what is asked again
 * never does anything twice. [AGT-3]
 * @throws {TaskFailed} when a cap would be passed or the model cannot be used; the signal's reason when aborted.
 */
export async function callModel(
  caller: ModelCaller,
  plan: CallPlan,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  for (let attempt = 1; ; ) {
    const economy = ECONOMIES[caller.economy] as Economy;
    const messages = plan.messages(economy);
    const sent = JSON.stringify([plan.instructions, plan.tools, messages]);
    const promptTokens = caller.meter.estimate(sent);
    const allowed = allowCall(plan.usage(), promptTokens, plan.caps, caller.prices);
    if (!allowed.ok) throw new TaskFailed(allowed.error);
    const { instructions, tools } = plan;
    const { maxOutputTokens } = allowed;
    let characters = 0;
    const begun = performance.now();
    try {
      const request = { instructions, tools, messages, maxOutputTokens };
      const answer = await readAnswer(caller.model, request, signal, (count) => {
        characters += count;
      });
      if (answer.inputTokens) caller.meter.learn(sent, answer.inputTokens);
      const { inputTokens = promptTokens, outputTokens = tokensIn(characters) } = answer;
      plan.spend(inputTokens, outputTokens);
      const durationMs = Math.round(performance.now() - begun);
      caller.log.info({ event: 'model.answered', inputTokens, outputTokens, durationMs });
      return answer;
    } catch (error) {
      // What a model has read and written is paid for, also when we left early.
      if (signal.aborted || characters > 0) plan.spend(promptTokens, tokensIn(characters));
      signal.throwIfAborted();
      const failure = failureOf(error);
      const { statusCode, message } = error as { statusCode?: number; message?: string };
      const detail = message?.slice(0, 300).replaceAll(caller.apiKey || NO_KEY, '[key]');
      caller.log.warn({ event: 'model.failed', code: failure.error.code, statusCode, attempt, detail });
      if (failure.type === 'final') throw new TaskFailed(failure.error);
      if (failure.type === 'too-long') {
        if (caller.economy + 1 >= ECONOMIES.length) throw new TaskFailed(failure.error);
        caller.economy += 1;
        continue;
      }
      const waitMs = failure.afterMs ?? caller.firstWaitMs * 2 ** (attempt - 1) * (0.5 + Math.random());
      if (attempt >= MAX_ATTEMPTS || waitMs > MAX_WAIT_MS) throw new TaskFailed(failure.error);
      attempt += 1;
      await pause(waitMs, signal);
    }
  }
}

const tokensIn = (characters: number) => Math.ceil(characters / CHARACTERS_PER_TOKEN);
