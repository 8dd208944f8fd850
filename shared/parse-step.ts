import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { type Step, VERBS, type Verb, verbs } from './playbook.ts';
import { secretProblem } from './secret.ts';

export interface PlaybookIssue {
  /** Such as `steps.2.click`. */
  path: string;
  message: string;
}

/** Where a step stands, for programs and for people. */
export interface Place {
  path: string;
  where: string;
}

export type Parsed<T> = { step: T } | { issues: PlaybookIssue[] };

export const EXAMPLE = '{"click": {"role": "button", "name": "Save"}}';

/** The one verb of a step with what is under it, or what is wrong. */
export function verbOf(step: unknown, place: Place, known: readonly string[]): Parsed<[string, unknown]> {
  const at = (message: string) => ({ issues: [{ path: place.path, message: `${place.where} ${message}` }] });
  if (!isRecord(step)) return at(`must be an object with one verb, such as ${EXAMPLE}.`);
  const keys = Object.keys(step);
  const [verb] = keys;
  if (verb === undefined) return at(`has no verb; give one of ${known.join(', ')}.`);
  if (keys.length > 1) {
    return at(
      `has ${keys.length} verbs ('${keys.join("', '")}'); a step has exactly one: make them separate steps.`,
    );
  }
  if (known.includes(verb)) return { step: [verb, step[verb]] };
  const near = nearest(verb, known);
  return at(
    `has the unknown verb '${verb}'${near ? `; did you mean '${near}'?` : ';'} Verbs are ${known.join(', ')}.`,
  );
}

/** What a verb is given, checked by `schema`. */
export function parseInput<T>(
  schema: z.ZodType<T>,
  input: unknown,
  verb: string,
  { path, where }: Place,
): { input: T } | { issues: PlaybookIssue[] } {
  const result = schema.safeParse(input);
  if (result.success) return { input: result.data };
  return {
    issues: result.error.issues.map((issue) => ({
      path: [...(path ? [path] : []), verb, ...issue.path].join('.'),
      message: `${where} (${verb})${issue.path.length > 0 ? ` "${issue.path.join('.')}"` : ''} ${explain(issue, verb)}.`,
    })),
  };
}

/** One call for now, not to be kept: it may name its element by a snapshot's `ref`, or by a `point`. [AGT-1] */
export function parseCall(step: unknown): Parsed<Step> {
  const place = { path: '', where: 'The call' };
  const found = verbOf(step, place, VERBS);
  return 'issues' in found ? found : parseVerb(found.step[0] as Verb, found.step[1], place);
}

export function parseVerb(verb: Verb, input: unknown, place: Place): Parsed<Step> {
  const parsed = parseInput<unknown>(verbs[verb], input, verb, place);
  if ('issues' in parsed) return parsed;
  const misplaced = secretProblem(verb, parsed.input);
  if (misplaced)
    return { issues: [{ path: place.path, message: `${place.where} (${verb}): ${misplaced}.` }] };
  return { step: { verb, input: parsed.input } as Step };
}

function explain(issue: z.core.$ZodIssue, verb: string): string {
  if (issue.code === 'unrecognized_keys') return `has the unknown field '${issue.keys.join("', '")}'`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_type') {
    if (issue.path.length > 0) return `is missing or is no ${issue.expected}`;
    return `must be ${issue.expected === 'object' ? `an object${EXAMPLES[verb] ?? ` that names an element, such as ${EXAMPLE}`}` : `a text, such as {"${verb}": ${TEXTS[verb] ?? '"https://example.com/"'}}`}`;
  }
  return issue.message;
}

const TEXTS: Record<string, string> = { press: '"Enter"', type: '"Hello"' };

/** For verbs that are not about an element. */
const EXAMPLES: Record<string, string> = {
  askHuman: ', such as {"askHuman": {"instructions": "Sign in, please."}}',
  back: ', as in {"back": {}}',
  screenshot: ', as in {"screenshot": {}}',
  snapshot: ', as in {"snapshot": {}}',
  tab: ', such as {"tab": {"switch": 0}}',
};

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
