import type { ModelMessage } from 'ai';
import type { ModelCall, TranscriptEntry } from './transcript.ts';

/** How much of the past a request may hold; less after a model said that it was too long. */
export interface Economy {
  /** Of the newest page: of older ones only the address is sent. */
  pageCharacters: number;
  /** Of a result that the model has already answered to. */
  oldResultCharacters: number;
  /** Answers that are sent with their calls; what came before is only counted. */
  answers: number;
}

export const ECONOMIES: readonly Economy[] = [
  { pageCharacters: 20_000, oldResultCharacters: 1_200, answers: 200 },
  { pageCharacters: 8_000, oldResultCharacters: 400, answers: 20 },
  { pageCharacters: 3_000, oldResultCharacters: 150, answers: 6 },
];

/** Of a text that the model itself wrote as a tool's input, such as a long value to fill in. */
const INPUT_CHARACTERS = 300;

/**
 * The messages of the next request. All but the end stays as it is from request to request, so that a
 * provider's cache of the prefix holds; the newest page stands at the very end, and only there. [AGT-3]
 */
export function messagesOf(
  task: string,
  entries: readonly TranscriptEntry[],
  page: string,
  economy: Economy,
): ModelMessage[] {
  const newest = entries.findLastIndex((entry) => entry.type === 'answer');
  const places = entries.flatMap((entry, index) => (entry.type === 'answer' ? [index] : []));
  const first = places.at(-economy.answers) ?? 0;
  const skipped = entries.slice(0, first).filter((entry) => entry.type === 'answer').length;
  const opening = skipped > 0 ? `${task}\n\n(Your first ${skipped} answers are left out here.)` : task;
  const messages: ModelMessage[] = [{ role: 'user', content: opening }];
  for (const [offset, entry] of entries.slice(first).entries()) {
    append(messages, entry, first + offset > newest ? Infinity : economy.oldResultCharacters);
  }
  addText(messages, clipped(page, economy.pageCharacters));
  return messages;
}

function append(messages: ModelMessage[], entry: TranscriptEntry, most: number): void {
  switch (entry.type) {
    case 'note':
      addText(messages, entry.text);
      return;
    case 'answer': {
      addText(messages, `(The page shown here was ${entry.seen.address})`);
      const text = entry.text ? [{ type: 'text' as const, text: entry.text }] : [];
      const content = [...text, ...entry.calls.map(callPart)];
      if (content.length > 0) messages.push({ role: 'assistant', content });
      return;
    }
    case 'result': {
      const output = { type: 'text' as const, value: clipped(entry.text, most) };
      const ids = { toolCallId: entry.callId, toolName: entry.tool };
      const part = { type: 'tool-result' as const, ...ids, output };
      const last = messages.at(-1);
      if (last?.role === 'tool') last.content.push(part);
      else messages.push({ role: 'tool', content: [part] });
    }
  }
}

function callPart({ id, tool, input, providerMetadata }: ModelCall) {
  return {
    type: 'tool-call' as const,
    toolCallId: id,
    toolName: tool,
    input: asObject(shortened(input)),
    ...(providerMetadata ? { providerOptions: providerMetadata as never } : {}),
  };
}

/** Servers refuse a past call whose input is no object, such as one that was cut or made up. */
function asObject(input: unknown): object {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { input };
}

/** Some servers refuse a user's message after a tool's: what we say goes to the end of what is there. */
function addText(messages: ModelMessage[], text: string): void {
  const last = messages.at(-1);
  if (last?.role === 'user') last.content = `${last.content as string}\n\n${text}`;
  else if (last?.role === 'tool') {
    const part = last.content.at(-1);
    if (part?.type === 'tool-result' && part.output.type === 'text') part.output.value += `\n\n${text}`;
  } else messages.push({ role: 'user', content: text });
}

const FENCED =
  /^([\s\S]*?<untrusted-page-content mark="(\w+)">\n)([\s\S]*)(\n<\/untrusted-page-content mark="\2">[\s\S]*)$/;

/** Cuts a long text; a fence around a page's words is kept closed. [AGT-9] */
function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const [, open = '', , inside = text, close = ''] = FENCED.exec(text) ?? [];
  return `${open}${inside.slice(0, most)}… (${inside.length - most} more characters)${close}`;
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return clipped(value, INPUT_CHARACTERS);
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}
