import type { LanguageModel } from 'ai';
import type { ModelSettings } from './model-settings.ts';

/** The model of the settings. Providers are loaded on first use: most servers need one of them, many none. */
export async function openModel(settings: ModelSettings): Promise<LanguageModel> {
  // Its warnings would go to the console past our log.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
  const { provider, baseUrl, apiKey, model } = settings;
  const access = { ...(baseUrl ? { baseURL: baseUrl } : {}), ...(apiKey ? { apiKey } : {}) };
  switch (provider) {
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      // Not the Responses API, which keeps what it is told and which other servers do not speak.
      return createOpenAI(access).chat(model);
    }
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic(access)(model);
    }
    case 'openai-compatible': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const settings = { name: 'llm', baseURL: baseUrl ?? '', includeUsage: true };
      return createOpenAICompatible({ ...settings, ...(apiKey ? { apiKey } : {}) })(model);
    }
  }
}
