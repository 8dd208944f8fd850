import {
  askHuman,
  type Condition,
  type FlowVerb,
  MAX_DEPTH,
  type PlaybookStep,
  rounds,
  savedName,
} from './flow.ts';
import {
  EXAMPLE,
  isRecord,
  type Parsed,
  type Place,
  type PlaybookIssue,
  parseInput,
  parseVerb,
  verbOf,
} from './parse-step.ts';
import { VERBS, type Verb, verbs } from './playbook.ts';
import { variablesIn } from './playbook-variables.ts';
import { namesSecret } from './secret.ts';
import { fleetingProblem } from './target.ts';

const FLOW: FlowVerb[] = ['askHuman', 'if', 'repeat'];
const ALL = [...VERBS, ...FLOW];

interface Reading {
  /** Variables that may be used so far; grows with every step that saves something. */
  known: Set<string>;
  issues: PlaybookIssue[];
}

/** The steps of a list that are right; what is wrong with the others is put to `issues`. */
export function parseSteps(list: unknown, place: Place, reading: Reading, depth = 0): PlaybookStep[] {
  if (!Array.isArray(list) || list.length === 0) {
    const message = `${place.where} must be a list of at least one step, such as [${EXAMPLE}].`;
    reading.issues.push({ path: place.path, message });
    return [];
  }
  if (depth > MAX_DEPTH) {
    const message = `${place.where} is nested too deeply; ${MAX_DEPTH} steps inside each other are the most.`;
    reading.issues.push({ path: place.path, message });
    return [];
  }
  return list.flatMap((step, index) => {
    const at = { path: `${place.path}.${index}`, where: `${place.where}[${index}]` };
    const parsed = parseOne(step, at, reading, depth);
    if ('issues' in parsed) {
      reading.issues.push(...parsed.issues);
      return [];
    }
    const name = savedName(parsed.step);
    if (name) reading.known.add(name);
    return [parsed.step];
  });
}

function parseOne(step: unknown, place: Place, reading: Reading, depth: number): Parsed<PlaybookStep> {
  const found = verbOf(step, place, ALL);
  if ('issues' in found) return found;
  const [verb, input] = found.step;
  switch (verb as Verb | FlowVerb) {
    case 'if':
      return parseIf(input, place, reading, depth);
    case 'repeat':
      return parseRepeat(input, place, reading, depth);
    case 'askHuman': {
      requireKnown(input, place, reading);
      const parsed = parseInput(askHuman, input, verb, place);
      return 'issues' in parsed ? parsed : { step: { verb: 'askHuman', input: parsed.input } };
    }
    default: {
      requireKnown(input, place, reading);
      const parsed = parseVerb(verb as Verb, input, place);
      if ('issues' in parsed) return parsed;
      const problem = fleetingProblem(parsed.step.input);
      return problem ? refuse(place, verb, problem) : parsed;
    }
  }
}

function parseIf(input: unknown, place: Place, reading: Reading, depth: number): Parsed<PlaybookStep> {
  const shape = '{"condition": {"text": "Accept"}, "then": [steps], "else"?: [steps]}';
  const problem = shapeProblem(input, ['condition', 'then', 'else'], shape);
  if (problem || !isRecord(input)) return refuse(place, 'if', problem ?? '');
  const condition = parseCondition(input.condition, 'condition', 'if', place, reading);
  const list = (field: 'then' | 'else') =>
    parseSteps(input[field], inside(place, 'if', field), reading, depth + 1);
  const then = list('then');
  const otherwise = input.else === undefined ? {} : { else: list('else') };
  return { step: { verb: 'if', input: { condition, then, ...otherwise } } };
}

function parseRepeat(input: unknown, place: Place, reading: Reading, depth: number): Parsed<PlaybookStep> {
  const shape = '{"max": 10, "until"?: {"text": "Done"}, "steps": [steps]}';
  const problem = shapeProblem(input, ['max', 'while', 'until', 'steps'], shape);
  if (problem || !isRecord(input)) return refuse(place, 'repeat', problem ?? '');
  if (input.while !== undefined && input.until !== undefined) {
    return refuse(place, 'repeat', 'has both "while" and "until"; give one of them');
  }
  const max = rounds.safeParse(input.max);
  if (!max.success) {
    const [issue] = max.error.issues;
    const what = issue?.code === 'invalid_type' ? 'must say how many rounds at most' : issue?.message;
    return refuse(place, 'repeat', `"max" ${what}, such as 10`);
  }
  const before =
    input.while === undefined
      ? {}
      : { while: parseCondition(input.while, 'while', 'repeat', place, reading) };
  const steps = parseSteps(input.steps, inside(place, 'repeat', 'steps'), reading, depth + 1);
  const after =
    input.until === undefined
      ? {}
      : { until: parseCondition(input.until, 'until', 'repeat', place, reading) };
  return { step: { verb: 'repeat', input: { max: max.data, ...before, ...after, steps } } };
}

/** A condition that is wrong is put to the issues and stands as it is: nothing runs that has issues. */
function parseCondition(
  input: unknown,
  field: string,
  verb: string,
  place: Place,
  reading: Reading,
): Condition {
  requireKnown(input, place, reading);
  const { path } = inside(place, verb, field);
  const parsed = parseInput(verbs.assert, input, field, {
    path: `${place.path}.${verb}`,
    where: place.where,
  });
  if ('issues' in parsed) reading.issues.push(...parsed.issues);
  const problem = fleetingProblem(input);
  if (problem) reading.issues.push({ path, message: `${place.where} (${field}) ${problem}.` });
  return 'input' in parsed ? parsed.input : {};
}

function requireKnown(input: unknown, { path, where }: Place, { known, issues }: Reading): void {
  for (const variable of variablesIn(input).filter((used) => !known.has(used) && !namesSecret(used))) {
    const message = `${where} uses {{${variable}}}, which is neither in "variables" nor extracted by an earlier step.`;
    issues.push({ path, message });
  }
}

function shapeProblem(input: unknown, fields: string[], shape: string): string | null {
  if (!isRecord(input)) return `must be an object such as ${shape}`;
  const unknown = Object.keys(input).find((field) => !fields.includes(field));
  return unknown === undefined ? null : `has the unknown field '${unknown}'; it is ${shape}`;
}

const inside = ({ path, where }: Place, verb: string, field: string): Place => ({
  path: `${path}.${verb}.${field}`,
  where: `${where}.${field}`,
});

function refuse({ path, where }: Place, verb: string, problem: string) {
  return { issues: [{ path: `${path}.${verb}`, message: `${where} (${verb}) ${problem}.` }] };
}
