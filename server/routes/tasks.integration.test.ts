import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../lib/errors.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
import { playbookRoutes } from './playbooks.ts';
import { taskRoutes } from './tasks.ts';

let rig: AgentRig;
let app: FastifyInstance;
let sessionId: string;

beforeAll(async () => {
  rig = await startAgentRig();
  sessionId = await rig.newSession();
  app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof ProblemError)) return reply.send(error);
    const { status, code, message, extra } = error;
    return reply
      .code(status)
      .send({ type: 'about:blank', title: code, status, code, detail: message, ...extra });
  });
  const deps = {
    runner: rig.runner,
    sessions: rig.sessions,
    requireSession: async (request: object) => {
      Object.assign(request, { auth: { sessionId } });
    },
  };
  taskRoutes(app, deps);
  playbookRoutes(app, deps);
});

afterAll(async () => {
  await app?.close();
  await rig?.stop();
});

const post = (path: string, payload: Record<string, unknown> = {}) =>
  app.inject({ method: 'POST', url: `/api/sessions/${sessionId}/tasks${path}`, payload });
const get = (path: string) => app.inject({ method: 'GET', url: `/api/sessions/${sessionId}/tasks${path}` });

describe('task routes', () => {
  it('[AGT-2] takes a playbook, shows its task, list, screenshot and result', async () => {
    const created = await post('', {
      playbook: { name: 'Look', steps: [{ navigate: 'about:blank' }, { screenshot: {} }] },
    });
    expect(created.statusCode).toBe(201);
    expect(created.json()).toMatchObject({
      name: 'Look',
      sessionId,
      steps: [{ verb: 'navigate' }, { verb: 'screenshot' }],
    });
    const { id } = created.json();
    await rig.until(sessionId, id);
    const task = (await get(`/${id}`)).json();
    expect(task).toMatchObject({ status: 'succeeded' });
    expect((await get('')).json()).toEqual([task]);
    const picture = await app.inject({ method: 'GET', url: task.result['screenshot-1'].screenshot });
    expect(picture.headers['content-type']).toBe('image/png');
    expect(picture.rawPayload.length).toBe(task.result['screenshot-1'].bytes);
    expect((await get(`/${id}/screenshots/0`)).json()).toMatchObject({
      status: 404,
      code: 'no-such-screenshot',
    });
    expect((await post(`/${id}/cancel`)).json()).toMatchObject({ status: 'succeeded' });
  });

  it('[AGT-2] keeps a playbook, runs it with other values, gives a task again, and deletes', async () => {
    const steps = [{ navigate: 'about:blank' }, { assert: { value: '{{what}}', equals: 'bread' } }];
    const { id } = (await post('', { playbook: { variables: { what: 'milk' }, steps } })).json();
    expect((await rig.until(sessionId, id)).status).toBe('failed');
    const kept = await post(`/${id}/playbook`, { name: 'Milk' });
    expect(kept.statusCode).toBe(201);
    expect(kept.json()).toMatchObject({ name: 'Milk', playbook: { variables: { what: 'milk' }, steps } });

    const url = `/api/sessions/${sessionId}/playbooks`;
    expect((await app.inject({ url })).json()).toEqual([kept.json()]);
    const one = `${url}/${kept.json().id}`;
    const payload = { variables: { what: 'bread' } };
    const run = await app.inject({ method: 'POST', url: `${one}/run`, payload });
    expect((await rig.until(sessionId, run.json().id)).status).toBe('succeeded');
    const again = await post(`/${id}/again`);
    expect((await rig.until(sessionId, again.json().id)).status).toBe('failed');

    expect((await app.inject({ method: 'DELETE', url: one })).statusCode).toBe(204);
    expect((await app.inject({ method: 'DELETE', url: one })).json().code).toBe('no-such-playbook');
    expect((await app.inject({ method: 'POST', url: `${one}/run` })).statusCode).toBe(404);
    expect((await app.inject({ url })).json()).toEqual([]);
  });

  it.each([
    [{ instruction: 'Buy milk' }, 422, 'llm-not-configured', /LLM_MODEL.*playbook/],
    [{}, 400, 'invalid-request', /either "instruction" or "playbook"/],
    [{ playbook: { steps: [{ clik: {} }] } }, 400, 'invalid-playbook', /steps\[0\].*did you mean 'click'/],
    [{ playbook: 'click' }, 400, 'invalid-playbook', /must be an object/],
  ])('[AGT-2] refuses %j', async (body, status, code, detail) => {
    const answer = await post('', body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, detail: expect.stringMatching(detail) });
  });

  it('[AUTH-3] keeps to the session of the token, and to its own tasks', async () => {
    const other = await app.inject({ method: 'GET', url: '/api/sessions/ses_other/tasks' });
    expect(other.statusCode).toBe(403);
    const stranger = await rig.newSession();
    const foreign = await rig.begin(stranger, [{ screenshot: {} }]);
    for (const answer of [
      await get(`/${foreign}`),
      await post(`/${foreign}/cancel`),
      await get(`/${foreign}/screenshots/0`),
    ]) {
      expect(answer.statusCode).toBe(404);
    }
  });
});
