import { MAX_RUNS, type Playbook } from './flow.ts';
import { EXAMPLE, isRecord, type PlaybookIssue } from './parse-step.ts';
import { parseSteps } from './parse-steps.ts';
import { MAX_PLAYBOOK_BYTES, MAX_STEPS, playbookVariables } from './playbook.ts';
import { allNodes, mostRuns, numberSteps } from './playbook-tree.ts';

export type ParsedPlaybook = { ok: true; playbook: Playbook } | { ok: false; issues: PlaybookIssue[] };

const FIELDS = ['name', 'variables', 'steps'];
/** By which an editor finds the schema. */
const SCHEMA_FIELD = '$schema';
const MAX_ISSUES = 20;

/** Checks a playbook as its author wrote it; every issue says which step and what to do. [AGT-2] */
export function parsePlaybook(input: unknown): ParsedPlaybook {
  if (!isRecord(input)) return refuse('', 'The playbook must be an object with "steps".');
  if (new TextEncoder().encode(JSON.stringify(input)).length > MAX_PLAYBOOK_BYTES) {
    return refuse('', 'The playbook is larger than 64 KiB; split it into several tasks.');
  }
  const issues: PlaybookIssue[] = [];
  for (const field of Object.keys(input).filter((key) => ![...FIELDS, SCHEMA_FIELD].includes(key))) {
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
    const message = `"steps" must be a list of at least one step, such as [${EXAMPLE}].`;
    return { ok: false, issues: [...issues, { path: 'steps', message }] };
  }
  const known = new Set(values.success ? Object.keys(values.data) : []);
  const parsed = parseSteps(steps, { path: 'steps', where: 'steps' }, { known, issues });
  const count = Math.max(steps.length, allNodes(numberSteps(parsed)).length);
  if (count > MAX_STEPS) {
    return refuse('steps', `The playbook has ${count} steps; ${MAX_STEPS} is the most. Split it.`);
  }
  const runs = mostRuns(parsed);
  if (runs > MAX_RUNS) {
    const message = `The playbook could come to ${runs} steps; ${MAX_RUNS} is the most. Lower "max" of a repeat.`;
    return refuse('steps', message);
  }
  if (issues.length > 0 || !values.success) return { ok: false, issues: issues.slice(0, MAX_ISSUES) };
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

function refuse(path: string, message: string): ParsedPlaybook {
  return { ok: false, issues: [{ path, message }] };
}
