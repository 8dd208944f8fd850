import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import rawBody from 'fastify-raw-body';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { playbookComponents } from '../shared/playbook-schema.ts';
import { refuseForeignOrigin } from './auth/origin.ts';
import type { Log } from './lib/log.ts';
import { logIds, sendProblem } from './lib/problem.ts';

export interface HttpOptions {
  log: Log;
  trustProxy: boolean;
  allowedOrigins: ReadonlySet<string>;
  release: string;
  /** False over plain http, where browsers must not be sent to https. */
  secure: boolean;
}

export type Http = Awaited<ReturnType<typeof createHttp>>;

/** Fastify with everything that every route shares: problems, headers, limits, origins, request log. */
export async function createHttp(options: HttpOptions) {
  const app = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    bodyLimit: 128 * 1024,
    requestTimeout: 30_000,
    genReqId: () => crypto.randomUUID(),
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);

  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        upgradeInsecureRequests: options.secure ? [] : null,
      },
    },
    strictTransportSecurity: options.secure,
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(rateLimit, { max: 600, timeWindow: '1 minute' });
  await app.register(rawBody, { field: 'rawBody', global: false, encoding: 'utf8', runFirst: true });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'onedollaragent',
        version: options.release,
        description: 'Pay one dollar; for 24 hours you have a real browser with an AI agent in it.',
      },
      components: { schemas: playbookComponents() as never },
    },
    transform: jsonSchemaTransform,
  });

  app.addHook('onRequest', refuseForeignOrigin(options.allowedOrigins));
  app.addHook('onResponse', async (request, reply) => {
    const level = request.url.startsWith('/api/') ? 'info' : 'debug';
    options.log[level]({
      event: 'http.request',
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'unmatched',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...logIds(request),
      apiTokenId: request.auth?.apiToken?.tokenId,
    });
  });
  app.decorateRequest('auth', null);
  app.decorateRequest('admitted', null);
  return app;
}
