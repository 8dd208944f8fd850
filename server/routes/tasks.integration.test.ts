import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../lib/errors.ts';
import { type AgentRig, startAgentRig } from '../testing/agent-rig.ts';
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
  taskRoutes(app, {
    runner: rig.runner,
    sessions: rig.sessions,
    requireSession: async (request) => {
      Object.assign(request, { auth: { sessionId } });
    },
  });
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

  it.each([
    [{ instruction: 'Buy milk' }, 422, 'llm-not-configured', /playbook/],
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
