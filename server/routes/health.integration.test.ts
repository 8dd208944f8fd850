import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestSite, type TestSite } from '../testing/test-site.ts';

interface Health {
  status: string;
  checks: Record<string, string>;
}

let site: TestSite;

beforeAll(async () => {
  site = await createTestSite();
});
afterAll(() => site.stop());

it('[OPS-2] readyz asks the database and names what is wrong; livez does not ask', async () => {
  const visitor = site.browser();
  expect(await visitor.get<Health>('/readyz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  await site.database.setReachable(false);
  const failing = await visitor.get<Health>('/readyz');
  expect(failing).toMatchObject({ status: 503, body: { status: 'failing' } });
  expect(failing.body.checks.database).toMatch(/does not answer: ./);
  expect(await visitor.get<Health>('/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
  await site.database.setReachable(true);
  await expect.poll(() => visitor.get<Health>('/readyz')).toMatchObject({ status: 200 });
});

it('unknown paths and methods answer with a problem', async () => {
  const visitor = site.browser();
  expect(await visitor.get('/api/nothing')).toMatchObject({ status: 404, body: { code: 'not-found' } });
});

it('describes itself as OpenAPI 3.1, from the schemas that validate', async () => {
  const { body } = await site.browser().get<{ openapi: string; paths: object }>('/api/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/api/checkout', '/api/auth/refresh', '/api/sessions/{id}/tasks']),
  );
});
