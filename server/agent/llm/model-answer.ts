import { randomBytes } from 'node:crypto';
import type { LanguageModel, ModelMessage, ToolSet } from 'ai';
import { AnswerCut, AnswerLate } from './model-failure.ts';
import type { ToolDefinition } from './toolbox.ts';
import type { ModelCall } from './transcript.ts';

export interface ModelRequest {
  instructions: string;
  messages: ModelMessage[];
  tools: readonly ToolDefinition[];
  maxOutputTokens: number;
}

export interface ModelAnswer {
  text: string;
  calls: ModelCall[];
  /** Why the model stopped. */
  finish: 'done' | 'length' | 'refused';
  /** As the provider counted, where it counts. */
  inputTokens: number | undefined;
  outputTokens: number | undefined;
}

/** Between two pieces of an answer; reasoning models think for long before the first. */
const SILENCE_MS = 120_000;

/** One streamed call, to its end or an error; tools are not run here. `onPiece` counts what has come. */
export async function readAnswer(
  model: LanguageModel,
  request: ModelRequest,
  signal: AbortSignal,
  onPiece: (characters: number) => void,
): Promise<ModelAnswer> {
  const { jsonSchema, streamText, tool } = await import('ai');
  const tools: ToolSet = Object.fromEntries(
    request.tools.map(({ name, description, inputSchema }) => [
      name,
      tool({ description, inputSchema: jsonSchema(inputSchema) }),
    ]),
  );
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new AnswerLate('no piece of an answer came')), SILENCE_MS);
  const either = AbortSignal.any([signal, silence.signal]);
  try {
    const { fullStream } = streamText({
      model,
      instructions: {
        ...{ role: 'system', content: request.instructions },
        providerOptions: CACHED,
      },
      messages: withCacheMark(request.messages),
      tools,
      maxOutputTokens: request.maxOutputTokens,
      maxRetries: 0,
      abortSignal: either,
      onError: () => {},
    });
    const answer: ModelAnswer = {
      ...{ text: '', calls: [], finish: 'done' },
      ...{ inputTokens: undefined, outputTokens: undefined },
    };
    for await (const part of fullStream) {
      timer.refresh();
      switch (part.type) {
        case 'text-delta':
          answer.text += part.text;
          onPiece(part.text.length);
          break;
        case 'reasoning-delta':
          onPiece(part.text.length);
          break;
        case 'tool-input-delta':
          onPiece(part.delta.length);
          break;
        case 'tool-call':
          answer.calls.push(callOf(part, answer.calls));
          break;
        case 'error':
          throw part.error;
        case 'abort':
          throw either.reason;
        case 'finish':
          answer.inputTokens = part.totalUsage.inputTokens;
          answer.outputTokens = part.totalUsage.outputTokens;
          answer.finish = finishOf(part.finishReason, part.rawFinishReason);
      }
    }
    either.throwIfAborted();
    return answer;
  } finally {
    clearTimeout(timer);
  }
}

function finishOf(reason: string, raw: string | undefined): ModelAnswer['finish'] {
  if (reason === 'content-filter') return 'refused';
  if (reason === 'length') return 'length';
  const complete = reason === 'stop' || reason === 'tool-calls' || (reason === 'other' && raw !== undefined);
  if (!complete) throw new AnswerCut('the stream ended before the answer was complete');
  return 'done';
}

interface ToolCallPart {
  toolCallId: string;
  toolName: string;
  input: unknown;
  providerMetadata?: Record<string, unknown> | undefined;
}

function callOf(part: ToolCallPart, others: readonly ModelCall[]): ModelCall {
  const { toolCallId, toolName: tool, input, providerMetadata } = part;
  // Some servers give every call the same id, or none.
  const known = toolCallId === '' || others.some(({ id }) => id === toolCallId);
  const id = known ? randomBytes(6).toString('hex').slice(0, 9) : toolCallId;
  return { id, tool, input, ...(providerMetadata ? { providerMetadata } : {}) };
}

/** For providers that cache only what is marked; the others do not look at it. */
const CACHED = { anthropic: { cacheControl: { type: 'ephemeral' } } } as const;

/** All before the newest page is the same in the next request. */
function withCacheMark(messages: ModelMessage[]): ModelMessage[] {
  return messages.map((message, index) =>
    index === messages.length - 2 ? { ...message, providerOptions: CACHED } : message,
  );
}
