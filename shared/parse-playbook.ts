import type { z } from 'zod';
import { nearest } from './nearest.ts';
import {
  MAX_PLAYBOOK_BYTES,
  MAX_STEPS,
  type Playbook,
  playbookVariables,
  type Step,
  VERBS,
  type Verb,
  verbs,
} from './playbook.ts';
import { variablesIn } from './playbook-variables.ts';
import { namesSecret, secretProblem } from './secret.ts';
import { fleetingProblem } from './target.ts';

interface PlaybookIssue {
  /** Such as `steps.2.click`. */
  path: string;
  message: string;
}

export type ParsedPlaybook = { ok: true; playbook: Playbook } | { ok: false; issues: PlaybookIssue[] };

const FIELDS = ['name', 'variables', 'steps'];
const EXAMPLE = '{"click": {"role": "button", "name": "Save"}}';

/** Checks a playbook as its author wrote it; every issue says which step and what to do. [AGT-2] */
export function parsePlaybook(input: unknown): ParsedPlaybook {
  if (!isRecord(input)) return refuse('', 'The playbook must be an object with "steps".');
  if (new TextEncoder().encode(JSON.stringify(input)).length > MAX_PLAYBOOK_BYTES) {
    return refuse('', 'The playbook is larger than 64 KiB; split it into several tasks.');
  }
  const issues: PlaybookIssue[] = [];
  for (const field of Object.keys(input).filter((key) => !FIELDS.includes(key))) {
    issues.push({ path: field, message: `Unknown field '${field}'; a playbook has ${FIELDS.join(', ')}.` });
  }
  const { name, variables = {}, steps } = input;
  if (name !== undefined && (typeof name !== 'string' || name.length === 0 || name.length > 200)) {
    issues.push({ path: 'name', message: 'The name must be a text of 1 to 200 characters.' });
  }
  const values = playbookVariables.safeParse(variables);
  if (!values.success) {
    const message =
      'Variables must be an object of names (letters, digits, _ or -) to texts, numbers or true/false.';
    issues.push({ path: 'variables', message });
  }
  if (!Array.isArray(steps) || steps.length === 0) {
    issues.push({
      path: 'steps',
      message: `"steps" must be a list of at least one step, such as [${EXAMPLE}].`,
    });
    return { ok: false, issues };
  }
  if (steps.length > MAX_STEPS) {
    return refuse('steps', `The playbook has ${steps.length} steps; ${MAX_STEPS} is the most. Split it.`);
  }
  const known = new Set(values.success ? Object.keys(values.data) : []);
  const parsed: Step[] = [];
  for (const [index, step] of steps.entries()) {
    const result = keptStep(step, index);
    if ('issues' in result) issues.push(...result.issues);
    else parsed.push(result.step);
    for (const variable of variablesIn(step).filter((used) => !known.has(used) && !namesSecret(used))) {
      const message = `steps[${index}] uses {{${variable}}}, which is neither in "variables" nor extracted by an earlier step.`;
      issues.push({ path: `steps.${index}`, message });
    }
    if (!('issues' in result) && result.step.verb === 'extract') known.add(result.step.input.as);
  }
  if (issues.length > 0 || !values.success) return { ok: false, issues: issues.slice(0, 20) };
  const texts = Object.entries(values.data).map(([key, value]) => [key, String(value)]);
  return {
    ok: true,
    playbook: {
      name: typeof name === 'string' ? name : 'Playbook',
      variables: Object.fromEntries(texts),
      steps: parsed,
    },
  };
}

type ParsedStep = { step: Step } | { issues: PlaybookIssue[] };

/** One call for now, not to be kept: it may name its element by a snapshot's `ref`, or by a `point`. [AGT-1] */
export function parseCall(step: unknown): ParsedStep {
  return parseStep(step, 'The call', '');
}

function keptStep(step: unknown, index: number): ParsedStep {
  const where = `steps[${index}]`;
  const path = `steps.${index}`;
  const parsed = parseStep(step, where, path);
  if ('issues' in parsed) return parsed;
  const { verb, input } = parsed.step;
  const problem = fleetingProblem(input);
  if (!problem) return parsed;
  return { issues: [{ path: `${path}.${verb}`, message: `${where} (${verb}) ${problem}.` }] };
}

function parseStep(step: unknown, where: string, path: string): ParsedStep {
  const at = (message: string) => ({ issues: [{ path, message: `${where} ${message}` }] });
  if (!isRecord(step)) return at(`must be an object with one verb, such as ${EXAMPLE}.`);
  const keys = Object.keys(step);
  const [verb] = keys;
  if (verb === undefined) return at(`has no verb; give one of ${VERBS.join(', ')}.`);
  if (keys.length > 1) {
    return at(
      `has ${keys.length} verbs ('${keys.join("', '")}'); a step has exactly one: make them separate steps.`,
    );
  }
  if (!isVerb(verb)) {
    const near = nearest(verb, VERBS);
    return at(
      `has the unknown verb '${verb}'${near ? `; did you mean '${near}'?` : ';'} Verbs are ${VERBS.join(', ')}.`,
    );
  }
  const result = verbs[verb].safeParse(step[verb]);
  if (result.success) {
    const misplaced = secretProblem(verb, result.data);
    if (misplaced) return at(`(${verb}): ${misplaced}.`);
    return { step: { verb, input: result.data } as Step };
  }
  return {
    issues: result.error.issues.map((issue) => ({
      path: [...(path ? [path] : []), verb, ...issue.path].join('.'),
      message: `${where} (${verb})${issue.path.length > 0 ? ` "${issue.path.join('.')}"` : ''} ${explain(issue, verb)}.`,
    })),
  };
}

function explain(issue: z.core.$ZodIssue, verb: Verb): string {
  if (issue.code === 'unrecognized_keys') return `has the unknown field '${issue.keys.join("', '")}'`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_type') {
    if (issue.path.length > 0) return `is missing or is no ${issue.expected}`;
    return `must be ${issue.expected === 'object' ? `an object that names an element, such as ${EXAMPLE}` : `a text, such as {"${verb}": ${verb === 'press' ? '"Enter"' : '"https://example.com/"'}}`}`;
  }
  return issue.message;
}

const isVerb = (text: string): text is Verb => Object.hasOwn(verbs, text);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(path: string, message: string): ParsedPlaybook {
  return { ok: false, issues: [{ path, message }] };
}
