import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { Http } from '../http.ts';

const health = z.object({
  status: z.enum(['ok', 'failing', 'draining']),
  checks: z.record(z.string(), z.string()),
});

export interface HealthRoutes {
  db: Db;
  isDraining: () => boolean;
  warmDesktops: () => number;
}

export function healthRoutes(app: Http, deps: HealthRoutes): void {
  const config = { rateLimit: false as const };

  /** Never touches the database: a restart would not mend it. [OPS-2] */
  app.get('/livez', { config, schema: { response: { 200: health } } }, async () => ({
    status: 'ok' as const,
    checks: { process: `up ${Math.round(process.uptime())} s` },
  }));

  app.get('/readyz', { config, schema: { response: { 200: health, 503: health } } }, async (_, reply) => {
    const database = await sql`SELECT 1`.execute(deps.db).then(
      () => 'ok',
      (error: Error) => `does not answer: ${error.message}`,
    );
    const draining = deps.isDraining();
    const status = draining ? 'draining' : database === 'ok' ? 'ok' : 'failing';
    const checks = { database, warmDesktops: String(deps.warmDesktops()) };
    return reply.code(status === 'ok' ? 200 : 503).send({ status, checks });
  });
}
