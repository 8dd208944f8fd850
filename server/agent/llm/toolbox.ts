import { z } from 'zod';
import { nearest } from '../../../shared/nearest.ts';
import { parseCall } from '../../../shared/parse-step.ts';
import type { Step } from '../../../shared/playbook.ts';
import { stepOfCall, TOOL_SCHEMAS } from '../../../shared/tool-schema.ts';
import type { ModelCall } from './transcript.ts';

export interface ToolDefinition {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
}

/** What a call asks for, once it has been checked. */
export type Intent =
  | { type: 'step'; step: Step }
  | { type: 'ask-human'; question: string }
  | { type: 'done'; success: boolean; result: unknown }
  | { type: 'wrong'; message: string };

const doneInput = z.object({ success: z.boolean(), result: z.unknown() });
const askInput = z.object({ question: z.string().trim().min(1).max(1_000) });

const REQUEST_HUMAN: ToolDefinition = {
  name: 'request_human',
  description:
    'Asks the person at the screen for what you cannot or must not do: sign in, solve a captcha, decide. They get the browser; you go on when they give it back.',
  inputSchema: { type: 'object', properties: { question: { type: 'string' } }, required: ['question'] },
};

/** The verbs of the registry, one tool each, and two of the loop's own. [AGT-1] */
export function toolDefinitions(resultSchema?: Record<string, unknown>): ToolDefinition[] {
  const done = {
    name: 'done',
    description:
      'Ends the task. success: whether it was achieved. result: what was asked for; if it was not achieved, why.',
    inputSchema: {
      type: 'object',
      properties: { success: { type: 'boolean' }, result: resultSchema ?? { type: 'string' } },
      required: ['success', 'result'],
    },
  };
  return [...TOOL_SCHEMAS, REQUEST_HUMAN, done];
}

/** Checks a call as a model made it; what is wrong is said so that the model can mend it. [AGT-3] */
export function intentOf({ tool, input }: ModelCall): Intent {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return { type: 'wrong', message: `The input of ${tool} is no JSON object; write it again.` };
  }
  if (tool === 'done') return checked(tool, doneInput, input, (fields) => ({ type: 'done', ...fields }));
  if (tool === REQUEST_HUMAN.name) {
    return checked(tool, askInput, input, (fields) => ({ type: 'ask-human', ...fields }));
  }
  if (!TOOL_SCHEMAS.some(({ name }) => name === tool)) {
    const names = toolDefinitions().map(({ name }) => name);
    const near = nearest(tool, names);
    const hint = near ? ` Did you mean '${near}'?` : '';
    return { type: 'wrong', message: `There is no tool '${tool}'.${hint} Tools: ${names.join(', ')}.` };
  }
  const parsed = parseCall(stepOfCall(tool, input as Record<string, unknown>));
  if ('step' in parsed) return { type: 'step', step: parsed.step };
  return { type: 'wrong', message: parsed.issues.map(({ message }) => message).join(' ') };
}

function checked<T>(tool: string, schema: z.ZodType<T>, input: unknown, then: (fields: T) => Intent): Intent {
  const parsed = schema.safeParse(input);
  if (parsed.success) return then(parsed.data);
  const issues = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  return { type: 'wrong', message: `The input of ${tool} is wrong. ${issues.join('; ')}.` };
}
