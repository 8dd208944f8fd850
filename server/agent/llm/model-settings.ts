import type { TaskLimits } from '../../../shared/instruction.ts';
import type { Config } from '../../config.ts';

export interface Caps {
  maxSteps: number;
  maxTokens: number;
  maxCostCents: number;
}

export interface Prices {
  inputCentsPerMtok: number;
  outputCentsPerMtok: number;
}

/** A model that can be called, and what a task may use of it. */
export interface ModelSettings {
  provider: 'openai-compatible' | 'openai' | 'anthropic';
  baseUrl: string | undefined;
  apiKey: string | undefined;
  model: string;
  caps: Caps;
  maxSessionCostCents: number;
  prices: Prices;
}

/** Null when the server has no language model: then the agent runs playbooks only. */
export function modelSettings({ settings, secrets }: Config): ModelSettings | null {
  if (!settings.LLM_MODEL) return null;
  return {
    provider: settings.LLM_PROVIDER ?? 'openai-compatible',
    baseUrl: settings.LLM_BASE_URL?.replace(/\/+$/, ''),
    apiKey: secrets.LLM_API_KEY,
    model: settings.LLM_MODEL,
    caps: {
      maxSteps: settings.LLM_MAX_STEPS,
      maxTokens: settings.LLM_MAX_TOKENS,
      maxCostCents: settings.LLM_MAX_COST_CENTS,
    },
    maxSessionCostCents: settings.LLM_MAX_SESSION_COST_CENTS,
    prices: {
      inputCentsPerMtok: settings.LLM_INPUT_CENTS_PER_MTOK,
      outputCentsPerMtok: settings.LLM_OUTPUT_CENTS_PER_MTOK,
    },
  };
}

/** The lower of what the server allows and what the task asked for. */
export function capsFor(caps: Caps, limits: TaskLimits = {}): Caps {
  return {
    maxSteps: Math.min(caps.maxSteps, limits.maxSteps ?? Infinity),
    maxTokens: Math.min(caps.maxTokens, limits.maxTokens ?? Infinity),
    maxCostCents: Math.min(caps.maxCostCents, limits.maxCostCents ?? Infinity),
  };
}
