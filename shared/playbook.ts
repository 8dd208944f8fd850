import { z } from 'zod';
import { keyProblem } from './key-names.ts';
import { hasVariable } from './playbook-variables.ts';
import { refText, text, withTarget } from './target.ts';

/** Why the agent may not go to `url`, or null. Only web pages: no file:, no chrome:, no javascript:. [AGT-9] */
export function urlProblem(url: string): string | null {
  if (url === 'about:blank') return null;
  const parsed = URL.parse(url);
  if (!parsed) return `'${url}' is no URL; write it in full, such as https://example.com/`;
  if (parsed.protocol === 'http:' || parsed.protocol === 'https:') return null;
  return `'${parsed.protocol}' addresses are not allowed; use http://, https:// or about:blank`;
}

const checked = (schema: z.ZodString, problem: (value: string) => string | null) =>
  schema.superRefine((value, context) => {
    const message = hasVariable(value) ? null : problem(value);
    if (message) context.addIssue({ code: 'custom', message });
  });

/** A name that a result or a variable may have. */
const resultName = z
  .string()
  .regex(/^[A-Za-z][\w-]{0,63}$/, 'must start with a letter and have ≤ 64 letters, digits, _ or -');

/** One schema a verb: what its value must be. */
export const verbs = {
  navigate: checked(text(2048), urlProblem),
  click: withTarget({}),
  fill: withTarget({ value: z.string().max(20_000) }),
  select: withTarget({ option: text(500) }),
  press: checked(text(60), keyProblem),
  waitFor: withTarget({}),
  assert: withTarget({
    is: z.enum(['visible', 'hidden']).optional(),
    equals: z.string().max(20_000).optional(),
    contains: z.string().max(20_000).optional(),
  }),
  extract: withTarget({
    as: resultName.refine((name) => !name.startsWith('screenshot-'), 'must not start with screenshot-'),
    attribute: text(100).optional(),
  }),
  screenshot: z.strictObject({}),
  snapshot: z.strictObject({
    /** Only this element and what is in it. */
    ref: refText.optional(),
    /** Only lines with this text, and what they are in. */
    find: text(200).optional(),
    maxCharacters: z.number().int('must be a whole number').min(500).max(100_000).optional(),
  }),
} as const;

export type Verb = keyof typeof verbs;
export type VerbInput<V extends Verb> = z.infer<(typeof verbs)[V]>;
export const VERBS = Object.keys(verbs) as Verb[];

/** Exactly one verb, checked by `parsePlaybook`. */
export type Step = { [V in Verb]: { verb: V; input: VerbInput<V> } }[Verb];

export interface Playbook {
  name: string;
  variables: Record<string, string>;
  steps: Step[];
}

export const MAX_STEPS = 200;
export const MAX_PLAYBOOK_BYTES = 64 * 1024;

const [firstVerb, ...otherVerbs] = VERBS.map((verb) => z.strictObject({ [verb]: verbs[verb] }));
const stepDocument = firstVerb ? z.union([firstVerb, ...otherVerbs]) : z.never();

export const playbookVariables = z.record(
  resultName,
  z.union([z.string().max(20_000), z.number(), z.boolean()]),
);

/** The shape that callers may rely on, for the API's description. */
export const playbookDocument = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  variables: playbookVariables.optional(),
  steps: z.array(stepDocument).min(1).max(MAX_STEPS),
});
