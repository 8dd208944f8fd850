import { z } from 'zod';
import { resultName, type Step, type VerbInput, verbs } from './playbook.ts';
import { text } from './target.ts';

/** What decides: anything that `assert` takes. */
export type Condition = VerbInput<'assert'>;

interface IfStep {
  verb: 'if';
  input: { condition: Condition; then: PlaybookStep[]; else?: PlaybookStep[] };
}

interface RepeatStep {
  verb: 'repeat';
  /** Goes round at most `max` times: while one condition holds, until another does, or just so often. */
  input: { max: number; while?: Condition; until?: Condition; steps: PlaybookStep[] };
}

interface AskStep {
  verb: 'askHuman';
  input: z.infer<typeof askHuman>;
}

/** A step of a playbook: one of the registry's verbs, or what decides, repeats or asks between them. */
export type PlaybookStep = Step | IfStep | RepeatStep | AskStep;
export type FlowVerb = 'if' | 'repeat' | 'askHuman';

export interface Playbook {
  name: string;
  variables: Record<string, string>;
  steps: PlaybookStep[];
}

export const MAX_DEPTH = 5;
/** How many steps a playbook may come to when every repeat goes round as often as it may. */
export const MAX_RUNS = 10_000;
export const MAX_ROUNDS = 1_000;

export const rounds = z
  .number()
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(MAX_ROUNDS, `must be ≤ ${MAX_ROUNDS}`);

const DEFAULT_ANSWER = 'answer';

export const askHuman = z.strictObject({
  instructions: text(2_000),
  /** The name under which the answer's text is used: `{{answer}}` unless told. */
  as: resultName.default(DEFAULT_ANSWER),
  timeoutSeconds: z.number().int().min(5).max(86_400).default(3_600),
});

/** The step lists that a step holds, by the field that they stand in. */
export function listsOf(step: PlaybookStep): [field: 'then' | 'else' | 'steps', steps: PlaybookStep[]][] {
  if (step.verb === 'repeat') return [['steps', step.input.steps]];
  if (step.verb !== 'if') return [];
  const otherwise = step.input.else;
  return [
    ['then', step.input.then],
    ...(otherwise ? ([['else', otherwise]] as ['else', PlaybookStep[]][]) : []),
  ];
}

/** The name that a step's answer is kept under, if it has one that later steps may use. */
export function savedName(step: PlaybookStep): string | null {
  return step.verb === 'extract' || step.verb === 'askHuman' ? step.input.as : null;
}

/** A step as its author wrote it. */
export function writtenStep(step: PlaybookStep): Record<string, unknown> {
  const lists = listsOf(step).map(([field, steps]) => [field, steps.map(writtenStep)]);
  if (lists.length === 0) return { [step.verb]: step.input };
  return { [step.verb]: { ...(step.input as object), ...Object.fromEntries(lists) } };
}

const stepDocument: z.ZodType = z.lazy(() =>
  z
    .union([
      ...Object.entries(verbs).map(([verb, schema]) => z.strictObject({ [verb]: schema })),
      z.strictObject({ askHuman }),
      z.strictObject({
        if: z.strictObject({ condition: verbs.assert, then: stepList, else: stepList.optional() }),
      }),
      z.strictObject({
        repeat: z.strictObject({
          max: rounds,
          while: verbs.assert.optional(),
          until: verbs.assert.optional(),
          steps: stepList,
        }),
      }),
    ] as unknown as [z.ZodType, z.ZodType])
    .meta({ id: 'PlaybookStep' }),
);
const stepList = z.array(stepDocument).min(1).meta({ id: 'PlaybookSteps' });

/** The shape that callers may rely on, for the API's description. */
export const playbookDocument = z.strictObject({
  /** For editors: where the description of all this is. */
  $schema: z.string().max(500).optional(),
  name: z.string().min(1).max(200).optional(),
  variables: z.record(resultName, z.union([z.string().max(20_000), z.number(), z.boolean()])).optional(),
  steps: stepList,
});
