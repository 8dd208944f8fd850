import { z } from 'zod';
import { VERBS, type Verb, verbs } from './playbook.ts';

/** A verb as a tool that a model calls. */
export interface ToolSchema {
  name: Verb;
  description: string;
  inputSchema: { type: 'object'; [key: string]: unknown };
}

/** What a schema cannot say; a verb that is not here speaks for itself. */
const WORDS: Partial<Record<Verb, string>> = {
  navigate: 'Opens an http or https address in the current tab.',
  back: 'Goes back one page in the tab.',
  tab: 'Lists the tabs, opens one, closes one, or switches to one by number or a part of its title or address.',
  click: 'Clicks an element.',
  hover: 'Moves the pointer onto an element.',
  drag: 'Drags an element to another one, or by a distance.',
  scroll: 'Scrolls an element into view, by a distance, or to an end of the page.',
  fill: 'Puts a value into a field, in place of what is there: text, date, number, rich text.',
  select: 'Chooses an option of a list by its text.',
  selectText: 'Selects the text of an element, or a part of it.',
  press: 'Presses a key or a chord, such as Enter, Tab, Control+A.',
  type: 'Types text where the cursor is, key by key.',
  upload: 'Gives a file field files: their content as text or base64, or what was downloaded before.',
  download: 'Clicks an element that begins a download, and keeps the file.',
  waitFor: 'Waits until an element is visible or hidden, until the address has a part, or some seconds.',
  assert: 'Fails unless an element or the address is as said.',
  extract: 'Reads the text of an element, or an attribute, into the result under the name "as".',
  snapshot:
    'Reads the page as a tree of elements with references such as e12, good until the page changes: {"ref"} names an element in other calls.',
  screenshot: 'Takes a picture of what the tab shows.',
};

/** The one argument of a verb whose value is no object. */
const ARGUMENTS: Partial<Record<Verb, string>> = { navigate: 'url', press: 'key', type: 'text' };
const argumentOf = (verb: Verb): string => ARGUMENTS[verb] ?? 'value';

/** Bounds are left out: they cost tokens in every request, and a call that breaks one hears which. */
const BOUNDS = [
  ...['$schema', 'additionalProperties', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum'],
  // Some providers refuse a format that they do not know.
  ...['minItems', 'maxItems', 'pattern', 'format', 'contentEncoding'],
];

/** Every verb of the playbook as a tool: one list, whoever calls. [AGT-1] */
export const TOOL_SCHEMAS: readonly ToolSchema[] = VERBS.map((name) => ({
  name,
  description: WORDS[name] ?? `The step "${name}" of a playbook.`,
  inputSchema: inputSchema(name),
}));

/** A tool's arguments as the step that a playbook would have. */
export function stepOfCall(name: string, args: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isBare = Object.hasOwn(verbs, name) && !isObjectSchema(name as Verb);
  return { [name]: isBare ? args[argumentOf(name as Verb)] : args };
}

function inputSchema(verb: Verb): ToolSchema['inputSchema'] {
  const schema = slim(verb);
  if (isObjectSchema(verb)) return { ...schema, type: 'object' };
  const argument = argumentOf(verb);
  return { type: 'object', properties: { [argument]: schema }, required: [argument] };
}

function isObjectSchema(verb: Verb): boolean {
  return slim(verb).type === 'object';
}

function slim(verb: Verb): Record<string, unknown> {
  const full = z.toJSONSchema(verbs[verb], { io: 'input' });
  return JSON.parse(JSON.stringify(full, (key, value) => (BOUNDS.includes(key) ? undefined : value)));
}
