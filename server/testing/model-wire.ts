import type { ModelReply } from './model-double.ts';

/** An OpenAI stream of chunks: arguments come in pieces, usage in a chunk of its own, then `[DONE]`. */
export function openAiChunks(reply: ModelReply): string[] {
  const chunk = (delta: object, finish: string | null = null) => ({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'double' },
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const calls = reply.calls ?? [];
  const chunks: object[] = [chunk({ role: 'assistant', content: '' })];
  for (const piece of pieces(reply.text ?? '')) chunks.push(chunk({ content: piece }));
  for (const [index, call] of calls.entries()) {
    const id = call.id ?? `call_${index}_${reply.inputTokens ?? 0}`;
    const head = { index, id, type: 'function', function: { name: call.tool, arguments: '' } };
    chunks.push(chunk({ tool_calls: [head] }));
    for (const piece of pieces(argumentsOf(call.input))) {
      chunks.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
    }
  }
  chunks.push(chunk({}, reply.finish ?? (calls.length > 0 ? 'tool_calls' : 'stop')));
  const [prompt_tokens, completion_tokens] = tokensOf(reply);
  const usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  chunks.push({ ...chunk({}), choices: [], usage });
  return [...chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`), 'data: [DONE]\n\n'];
}

/** The events of Anthropic's Messages API. */
export function anthropicEvents(reply: ModelReply): string[] {
  const [input_tokens, output_tokens] = tokensOf(reply);
  const calls = reply.calls ?? [];
  const message = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'double', content: [] },
    ...{ stop_reason: null, stop_sequence: null, usage: { input_tokens, output_tokens: 1 } },
  };
  const events: { type: string; [field: string]: unknown }[] = [{ type: 'message_start', message }];
  const block = (content_block: object, deltas: object[]) => {
    const index = events.filter(({ type }) => type === 'content_block_start').length;
    events.push({ type: 'content_block_start', index, content_block });
    for (const delta of deltas) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  };
  if (reply.text) {
    block(
      { type: 'text', text: '' },
      pieces(reply.text).map((text) => ({ type: 'text_delta', text })),
    );
  }
  for (const [index, call] of calls.entries()) {
    const id = call.id ?? `toolu_${index}_${input_tokens}`;
    const parts = pieces(argumentsOf(call.input));
    block(
      { type: 'tool_use', id, name: call.tool, input: {} },
      parts.map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    );
  }
  const stop_reason = reply.finish ?? (calls.length > 0 ? 'tool_use' : 'end_turn');
  events.push({
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens },
  });
  events.push({ type: 'message_stop' });
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function tokensOf(reply: ModelReply): [input: number, output: number] {
  return [reply.inputTokens ?? 100, reply.outputTokens ?? 10];
}

function argumentsOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}

function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,12}/g) ?? [];
}
