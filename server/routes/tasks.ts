import type { FastifyInstance, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ApprovalMode, allowedOrigins, approvalMode } from '../../shared/approval.ts';
import { type Instruction, MAX_INSTRUCTION_CHARACTERS, taskLimits } from '../../shared/instruction.ts';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import { playbookSchema } from '../../shared/playbook-schema.ts';
import { problem } from '../../shared/problem.ts';
import { answerBody, taskView as taskSchema } from '../../shared/task.ts';
import { assertUsableSchema } from '../agent/llm/result-schema.ts';
import type { TaskRunner } from '../agent/runner.ts';
import { type TaskRules, taskView } from '../agent/task-store.ts';
import { authOf } from '../auth/session-guard.ts';
import { ProblemError } from '../lib/errors.ts';
import type { SessionStore } from '../sessions/session-store.ts';

export interface TaskRoutesDeps {
  runner: TaskRunner;
  sessions: Pick<SessionStore, 'setControl'>;
  /** Lets the session's owner pass and puts `auth` on the request. */
  requireSession: preHandlerAsyncHookHandler;
}

const sessionParams = z.object({ id: z.string().max(64) });
export const taskParams = sessionParams.extend({ taskId: z.string().max(64) });
const screenshotParams = taskParams.extend({ index: z.coerce.number().int().min(0).max(999) });

const fileParams = taskParams.extend({ name: z.string().regex(/^[\w-]{1,64}$/) });

const createBody = z.object({
  instruction: z
    .string()
    .trim()
    .min(1)
    .max(MAX_INSTRUCTION_CHARACTERS)
    .optional()
    .describe('What to do, in words; needs a language model.'),
  name: z.string().trim().min(1).max(200).optional().describe('With "instruction": what the task is called.'),
  resultSchema: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('With "instruction": JSON Schema that the result must satisfy.'),
  approvals: approvalMode
    .optional()
    .describe('Whether the owner is asked before what cannot be undone: "ask" by default for instructions.'),
  allowedOrigins: allowedOrigins
    .optional()
    .describe('All that the browser may ask for while the task runs, page and sub-resources alike.'),
  limits: taskLimits.optional().describe('With "instruction": less than the server would allow.'),
  // Checked by `parsePlaybook`, whose sentences name the step and the way out.
  playbook: z.unknown().optional().meta({ $ref: '#/components/schemas/Playbook' }),
});

const MAX_TITLE = 100;
const NO_MODEL =
  'This server has no language model, so it cannot follow an instruction in words. Its operator sets LLM_MODEL, with LLM_BASE_URL for any OpenAI-compatible server or with LLM_PROVIDER and LLM_API_KEY. Until then give a "playbook" instead.';

/** @throws {ProblemError} when no task can be given in words. */
export function requireModel({ llm }: Pick<TaskRunner, 'llm'>): void {
  if (!llm) throw new ProblemError(422, 'llm-not-configured', NO_MODEL);
}

/** `/api/sessions/:id/tasks`: give the agent work, watch it, stop it. [AGT-2] */
export function taskRoutes(app: FastifyInstance, deps: TaskRoutesDeps): void {
  const { runner } = deps;
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const read = { preHandler: deps.requireSession, config: { scope: 'tasks:read' } } as const;
  const write = { preHandler: deps.requireSession, config: { scope: 'tasks:write' } } as const;
  const tags = ['tasks'];

  async function createInstruction(
    sessionId: string,
    name: string | undefined,
    asked: Instruction,
    rules: TaskRules,
  ) {
    requireModel(runner);
    if (asked.resultSchema) assertUsableSchema(asked.resultSchema);
    const title = name ?? asked.instruction.split('\n')[0]?.slice(0, MAX_TITLE) ?? 'Task';
    const row = await runner.store.createInstruction(sessionId, title, asked, rules);
    runner.kick(sessionId);
    return row;
  }

  routes.post(
    '/api/sessions/:id/tasks',
    {
      ...write,
      bodyLimit: 256 * 1024,
      schema: {
        tags,
        summary: 'Give the agent a task',
        params: sessionParams,
        body: createBody,
        response: { 201: taskSchema, 400: problem, 409: problem, 410: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const sessionId = sessionOf(request, request.params.id);
      const { instruction, playbook, name, approvals, allowedOrigins, ...options } = request.body;
      const rules = { approvals: approvalsFor(request, approvals), allowedOrigins };
      if ((instruction === undefined) === (playbook === undefined)) {
        throw new ProblemError(
          400,
          'invalid-request',
          'Give either "instruction" or "playbook", and not both.',
        );
      }
      if (instruction !== undefined) {
        const row = await createInstruction(sessionId, name, { instruction, ...options }, rules);
        return reply.code(201).send(taskView(row));
      }
      const parsed = parsePlaybook(playbook);
      if (!parsed.ok) {
        const detail = parsed.issues.map(({ message }) => message).join(' ');
        throw new ProblemError(400, 'invalid-playbook', detail, { extra: { issues: parsed.issues } });
      }
      const row = await runner.store.create(sessionId, parsed.playbook, rules);
      runner.kick(sessionId);
      return reply.code(201).send(taskView(row));
    },
  );

  routes.get(
    '/api/sessions/:id/tasks',
    {
      ...read,
      schema: {
        tags,
        summary: 'The newest 100 tasks',
        params: sessionParams,
        response: { 200: z.array(taskSchema) },
      },
    },
    async (request) => {
      const rows = await runner.store.list(sessionOf(request, request.params.id));
      return rows.map(taskView);
    },
  );

  routes.get(
    '/api/sessions/:id/tasks/:taskId',
    {
      ...read,
      schema: { tags, summary: 'One task', params: taskParams, response: { 200: taskSchema, 404: problem } },
    },
    async (request) => {
      const { id, taskId } = request.params;
      return taskView(await existingTask(runner.store.find(sessionOf(request, id), taskId)));
    },
  );

  routes.post(
    '/api/sessions/:id/tasks/:taskId/cancel',
    {
      ...write,
      schema: {
        tags,
        summary: 'Stop a task; one that runs stops within its step',
        params: taskParams,
        response: { 200: taskSchema, 404: problem },
      },
    },
    async (request) => {
      const { id, taskId } = request.params;
      const sessionId = sessionOf(request, id);
      const row = await existingTask(runner.store.requestCancel(sessionId, taskId));
      // An outside agent would go on with its next call: whoever stops it keeps control. [AGT-4]
      if (row.kind === 'outside') await deps.sessions.setControl(sessionId, 'human');
      runner.kick(sessionId);
      return taskView(row);
    },
  );

  for (const [verb, summary] of [
    ['pause', 'Stop a task for a while: a human has the browser at once'],
    ['resume', 'Let a paused task go on: the agent has the browser again'],
  ] as const) {
    routes.post(
      `/api/sessions/:id/tasks/:taskId/${verb}`,
      {
        ...write,
        schema: { tags, summary, params: taskParams, response: { 200: taskSchema, 404: problem } },
      },
      async (request) => {
        const { id, taskId } = request.params;
        const sessionId = sessionOf(request, id);
        const row = await existingTask(runner.requests[verb](sessionId, taskId));
        runner.kick(sessionId);
        return taskView(row);
      },
    );
  }

  routes.post(
    '/api/sessions/:id/tasks/:taskId/answer',
    {
      ...write,
      schema: {
        tags,
        summary: 'Answer what a task asks',
        params: taskParams,
        body: answerBody,
        response: { 200: taskSchema, 404: problem, 409: problem },
      },
    },
    async (request) => {
      const { id, taskId } = request.params;
      const sessionId = sessionOf(request, id);
      const row = await existingTask(runner.requests.answer(sessionId, taskId, request.body));
      runner.kick(sessionId);
      return taskView(row);
    },
  );

  const schemaOfPlaybooks = playbookSchema();
  routes.get(
    '/api/playbook.schema.json',
    { schema: { tags, summary: 'JSON Schema of a playbook, for editors' } },
    async (_, reply) =>
      reply
        .header('access-control-allow-origin', '*')
        .type('application/schema+json')
        .send(schemaOfPlaybooks),
  );

  routes.get(
    '/api/sessions/:id/tasks/:taskId/screenshots/:index',
    { ...read, schema: { tags, summary: 'A screenshot that a step took', params: screenshotParams } },
    async (request, reply) => {
      const { id, taskId, index } = request.params;
      const sessionId = sessionOf(request, id);
      await existingTask(runner.store.find(sessionId, taskId));
      const png = await runner.artifacts.readScreenshot(sessionId, taskId, index);
      if (!png)
        throw new ProblemError(404, 'no-such-screenshot', 'This step took no screenshot, or it is gone.');
      return reply.header('cache-control', 'private, max-age=3600, immutable').type('image/png').send(png);
    },
  );

  routes.get(
    '/api/sessions/:id/tasks/:taskId/files/:name',
    { ...read, schema: { tags, summary: 'A file that a step downloaded', params: fileParams } },
    async (request, reply) => {
      const { id, taskId, name } = request.params;
      const sessionId = sessionOf(request, id);
      await existingTask(runner.store.find(sessionId, taskId));
      const file = await runner.artifacts.readFile(sessionId, taskId, name);
      if (!file) throw new ProblemError(404, 'no-such-file', 'This task kept no such file, or it is gone.');
      // Never shown by the browser itself: it is somebody else's content under our own origin.
      return reply
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}`)
        .header('cache-control', 'private, no-store')
        .type('application/octet-stream')
        .send(file.bytes);
    },
  );
}

/** A program asks before what cannot be undone, unless the owner let it answer for them. [AGT-5] */
export function approvalsFor(
  request: FastifyRequest,
  wanted?: ApprovalMode | undefined,
): ApprovalMode | undefined {
  const { apiToken } = authOf(request);
  if (!apiToken || apiToken.scopes.has('approve')) return wanted;
  if (wanted === 'never') {
    const message = 'This API token lacks the scope approve, so its tasks ask the owner.';
    throw new ProblemError(403, 'scope-missing', message);
  }
  return 'ask';
}

interface SessionAuth {
  sessionId: string;
}

/** The session that the token is for, which must be the one in the path. */
export function sessionOf(request: FastifyRequest, pathId: string): string {
  const { auth } = request as unknown as { auth?: SessionAuth };
  if (auth?.sessionId !== pathId) {
    throw new ProblemError(403, 'wrong-session', 'Your token is for another session.');
  }
  return auth.sessionId;
}

export async function existingTask<T>(found: Promise<T | undefined>): Promise<T> {
  const row = await found;
  if (row === undefined) throw new ProblemError(404, 'no-such-task', 'This session has no such task.');
  return row;
}
