import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { newId } from '../core/ids.ts';
import type { World } from '../core/world.ts';
import { API_VERSION } from '../objects/api-version.ts';
import { consumeFault } from '../webhooks/faults.ts';
import { expanded } from './expand.ts';
import { parseForm } from './form.ts';
import { earlierAnswer, fingerprintOf } from './idempotency.ts';
import { readParams } from './params.ts';
import type { ApiRoute } from './route.ts';
import { apiRoutes } from './routes.ts';
import { StripeError } from './stripe-error.ts';

const BODY_LIMIT_BYTES = 256 * 1024;

export function createApp(): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    genReqId: () => newId.request(),
    requestTimeout: 30_000,
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, body);
    },
  );
  app.addHook('onRequest', async (request, reply) => {
    reply.header('request-id', request.id);
  });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request) => {
    const path = request.url.split('?')[0];
    throw new StripeError(404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${request.method}: ${path}). The sandbox has no such route: see stripe-sandbox/README.md for those it has.`,
    });
  });
  return app;
}

export function addApi(app: FastifyInstance, world: World): void {
  for (const apiRoute of apiRoutes) {
    app.route({
      method: apiRoute.method,
      url: apiRoute.path,
      handler: async (request, reply) => answer(world, apiRoute, request, reply),
    });
  }
}

function answer(
  world: World,
  apiRoute: ApiRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  requireTestKey(request.headers.authorization);
  reply.header('stripe-version', API_VERSION).type('application/json');
  const [path = '', query = ''] = request.url.split('?', 2);
  failOnPurpose(world, path);
  const formText = apiRoute.method === 'POST' ? bodyText(request.body) : query;
  const key = apiRoute.method === 'POST' ? request.headers['idempotency-key'] : undefined;
  if (typeof key !== 'string') return reply.send(execute(world, apiRoute, request, formText, null));

  reply.header('idempotency-key', key);
  const fingerprint = fingerprintOf(apiRoute.method, path, formText);
  const earlier = earlierAnswer(world, key, fingerprint);
  if (earlier) {
    reply.header('idempotent-replayed', 'true').header('original-request', earlier.requestId);
    return reply.code(earlier.statusCode).send(earlier.body);
  }
  const body = execute(world, apiRoute, request, formText, key);
  // Refused requests are not kept: as at Stripe, nothing had begun, so the same key may try again.
  world.answers.add({
    id: key,
    fingerprint,
    requestId: request.id,
    statusCode: 200,
    body,
    created: world.nowSeconds(),
  });
  return reply.send(body);
}

function failOnPurpose(world: World, path: string): void {
  const fault = world.faults.find((rule) => rule.verb === 'api-fail' && path.startsWith(rule.path ?? ''));
  if (fault?.verb !== 'api-fail') return;
  consumeFault(world, fault);
  throw new StripeError(fault.statusCode, {
    type: 'api_error',
    message: 'The sandbox fails here on request.',
  });
}

function execute(
  world: World,
  apiRoute: ApiRoute,
  request: FastifyRequest,
  formText: string,
  idempotencyKey: string | null,
): string {
  const params = readParams(apiRoute.schema, parseForm(formText)) as { expand?: string[] };
  const { id = '' } = request.params as { id?: string };
  world.currentRequest = { id: request.id, idempotency_key: idempotencyKey };
  try {
    const result = apiRoute.handle({ world, params, id });
    return JSON.stringify(expanded(world, result, params.expand), null, 2);
  } finally {
    world.currentRequest = null;
  }
}

function bodyText(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  throw new StripeError(400, {
    type: 'invalid_request_error',
    message: 'Send the parameters as application/x-www-form-urlencoded.',
  });
}

function requireTestKey(authorization: string | undefined): void {
  const key = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (key && /^(sk|rk)_test_\w+$/.test(key)) return;
  const message = key
    ? 'Invalid API Key provided: the sandbox takes only test keys (sk_test_…).'
    : 'You did not provide an API key. Send it as `Authorization: Bearer sk_test_…`.';
  throw new StripeError(401, { type: 'invalid_request_error', message });
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = error instanceof StripeError ? error : fromFastify(error);
  if (!known) console.error(`stripe-sandbox: ${request.method} ${request.url} failed`, error);
  const answered =
    known ?? new StripeError(500, { type: 'api_error', message: 'The sandbox failed: its log says why.' });
  return reply.code(answered.statusCode).type('application/json').send(answered.body(request.id));
}

function fromFastify(error: unknown): StripeError | undefined {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (!statusCode || statusCode >= 500) return undefined;
  return new StripeError(statusCode, { type: 'invalid_request_error', message: message ?? 'Bad request' });
}
