import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../shared/problem.ts';
import { ProblemError } from './errors.ts';

/** The one place where an error becomes an answer (RFC 9457). What is not meant for clients is a bare 500. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error as FastifyError, request.id);
  if (problem.status >= 500) {
    // A refusal that we chose ourselves, such as "sold out", is no failure of ours.
    const level = error instanceof ProblemError ? 'warn' : 'error';
    const { code } = problem;
    request.log[level]({ event: 'http.failed', requestId: request.id, code, ...logIds(request), err: error });
  }
  void reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}

/** Whose request it is, once a token or a cookie has said so. [OPS-1] */
export function logIds({ auth, admitted }: FastifyRequest) {
  const who = auth ?? admitted;
  return { sessionId: who?.sessionId, userId: who?.buyerId, agentId: who?.agentId };
}

export function notFound(request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(new ProblemError(404, 'not-found', `There is nothing at ${request.url}.`), request, reply);
}

function problemOf(error: FastifyError, requestId: string): Problem {
  if (error instanceof ProblemError) {
    return { ...bare(error.status, error.code, error.message), requestId, ...error.extra };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map(({ instancePath, message }) => ({
      path: instancePath,
      message: message ?? 'is not valid',
    }));
    const detail = issues.map(({ path, message }) => `${path || 'body'}: ${message}`).join('; ');
    return { ...bare(400, 'invalid-request', detail), requestId, issues };
  }
  if (isDatabaseOutage(error)) {
    return { ...bare(503, 'try-again', 'The database does not answer. Try again in a moment.'), requestId };
  }
  const status = error.statusCode ?? 500;
  if (status === 429) return { ...bare(429, 'too-fast', error.message), requestId };
  if (status >= 500) return { ...bare(500, 'internal', 'Something went wrong on our side.'), requestId };
  return { ...bare(status, error.code?.toLowerCase() ?? 'refused', error.message), requestId };
}

function bare(status: number, code: string, detail: string): Problem {
  return { type: `urn:onedollaragent:${code}`, title: STATUS_CODES[status] ?? 'Error', status, code, detail };
}

/** Refused, lost or not accepted connections, admin shutdown, no answer in time: all pass by themselves. [OPS-3] */
function isDatabaseOutage(error: FastifyError): boolean {
  // ENOENT while connecting: the database's unix socket is gone.
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || OUTAGE_CODES.test(error.code ?? '') || OUTAGE_WORDS.test(error.message);
}

const OUTAGE_CODES = /^(57P0[123]|08\w{3}|53300|55000|ECONNREFUSED|ECONNRESET|EPIPE)$/;
const OUTAGE_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/;
