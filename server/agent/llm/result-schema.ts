import vm from 'node:vm';
import { Ajv } from 'ajv';
import { ProblemError } from '../../lib/errors.ts';

type Schema = Record<string, unknown>;

const MAX_SCHEMA_BYTES = 16 * 1024;
/** A schema from outside may hold a pattern or a nest of references that takes for ever. */
const CHECK_MS = 250;

/** What is wrong with `value`, in words for the model, or null. */
export function resultProblem(schema: Schema, value: unknown): string | null {
  return timed(() => {
    const ajv = createAjv();
    if (ajv.validate(schema, value)) return null;
    return ajv.errorsText(ajv.errors, { dataVar: 'result' }).slice(0, 500);
  });
}

/** @throws {ProblemError} when no result could be checked against `schema`. */
export function assertUsableSchema(schema: Schema): void {
  const refuse = (why: string): never => {
    throw new ProblemError(400, 'invalid-result-schema', `"resultSchema" ${why}.`);
  };
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_SCHEMA_BYTES) refuse('is larger than 16 KiB');
  let problem: string | null = null;
  try {
    problem = timed(() => {
      createAjv().compile(schema);
      return null;
    });
  } catch (error) {
    problem = (error as Error).message.slice(0, 300);
  }
  if (problem) refuse(`is no JSON Schema that can be used: ${problem}`);
}

// A format is a hint for the model: the validator knows none of them.
const createAjv = () => new Ajv({ strict: false, validateFormats: false, logger: false });

/** The engine itself cuts what takes too long, also inside a regular expression. */
function timed(work: () => string | null): string | null {
  try {
    return vm.runInNewContext('work()', { work }, { timeout: CHECK_MS }) as string | null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return 'it takes too long to check; use a simpler result or schema';
  }
}
