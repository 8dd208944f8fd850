import type { PlaybookStep } from '../../../../shared/flow.ts';
import { stepSummary } from '../../../../shared/step-summary.ts';
import { printPlaybook } from './playbook-examples.ts';

/** The steps of a draft, as their author wrote them; null while the JSON is not readable. */
export function stepsOf(draft: string): unknown[] | null {
  if (draft.trim() === '') return [];
  const document = read(draft);
  return document && Array.isArray(document.steps) ? document.steps : null;
}

/** The draft with other steps; the rest of the document stays. */
export function withSteps(draft: string, steps: unknown[]): string {
  const document = read(draft) ?? {};
  const alone = Object.keys(document).every((key) => key === 'steps');
  return steps.length === 0 && alone ? '' : printPlaybook({ ...document, steps });
}

/** One line for people, or the JSON itself while it is not a step yet. */
export function lineFor(step: unknown): string {
  try {
    const [[verb, input]] = Object.entries(step as object) as [[string, Record<string, unknown>]];
    const summary = stepSummary({ verb, input } as PlaybookStep) ?? JSON.stringify(step);
    return summary + innerLines(verb, input);
  } catch {
    return JSON.stringify(step);
  }
}

/** What is done inside, in the same line: a draft is read, not run. */
function innerLines(verb: string, input: Record<string, unknown>): string {
  const lines = (steps: unknown) => (Array.isArray(steps) ? steps : []).map(lineFor).join(', ');
  if (verb === 'repeat') return `: ${lines(input.steps)}`;
  if (verb !== 'if') return '';
  return `: ${lines(input.then)}${input.else === undefined ? '' : `; else: ${lines(input.else)}`}`;
}

function read(draft: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(draft);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
