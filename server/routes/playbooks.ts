import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parsePlaybook } from '../../shared/parse-playbook.ts';
import { problem } from '../../shared/problem.ts';
import { runPlaybookBody, savedPlaybook, savePlaybookBody } from '../../shared/saved-playbook.ts';
import { taskView as taskSchema } from '../../shared/task.ts';
import { taskView } from '../agent/task-store.ts';
import { ProblemError } from '../lib/errors.ts';
import {
  approvalsFor,
  existingTask,
  requireModel,
  sessionOf,
  type TaskRoutesDeps,
  taskParams,
} from './tasks.ts';

const playbookParams = z.object({ id: z.string().max(64), playbookId: z.string().max(64) });

/** Playbooks that the owner keeps, and doing again what a task did. [AGT-2] */
export function playbookRoutes(app: FastifyInstance, { runner, requireSession }: TaskRoutesDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const read = { preHandler: requireSession, config: { scope: 'tasks:read' } } as const;
  const write = { preHandler: requireSession, config: { scope: 'tasks:write' } } as const;
  const tags = ['playbooks'];

  routes.post(
    '/api/sessions/:id/tasks/:taskId/playbook',
    {
      ...write,
      schema: {
        ...{ tags, summary: 'Keep what a task did as a playbook' },
        ...{ params: taskParams, body: savePlaybookBody },
        response: { 201: savedPlaybook, 404: problem, 409: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { id, taskId } = request.params;
      const task = await existingTask(runner.store.find(sessionOf(request, id), taskId));
      return reply.code(201).send(await runner.playbooks.saveTask(task, request.body?.name));
    },
  );

  routes.post(
    '/api/sessions/:id/tasks/:taskId/again',
    {
      ...write,
      schema: {
        ...{ tags: ['tasks'], summary: 'Give the same task once more', params: taskParams },
        response: { 201: taskSchema, 404: problem, 409: problem, 410: problem, 422: problem },
      },
    },
    async (request, reply) => {
      const { id, taskId } = request.params;
      const sessionId = sessionOf(request, id);
      const task = await existingTask(runner.store.find(sessionId, taskId));
      if (task.kind === 'outside') {
        throw new ProblemError(
          409,
          'not-repeatable',
          'An outside agent did this; have that agent do it again.',
        );
      }
      if (task.kind === 'instruction') requireModel(runner);
      const row = await runner.store.createAgain(task, approvalsFor(request));
      runner.kick(sessionId);
      return reply.code(201).send(taskView(row));
    },
  );

  routes.get(
    '/api/sessions/:id/playbooks',
    {
      ...read,
      schema: {
        ...{ tags, summary: 'Playbooks that are kept, newest first' },
        params: playbookParams.pick({ id: true }),
        response: { 200: z.array(savedPlaybook) },
      },
    },
    async (request) => runner.playbooks.list(sessionOf(request, request.params.id)),
  );

  routes.post(
    '/api/sessions/:id/playbooks/:playbookId/run',
    {
      ...write,
      schema: {
        ...{ tags, summary: 'Run a playbook that is kept' },
        ...{ params: playbookParams, body: runPlaybookBody },
        response: { 201: taskSchema, 400: problem, 404: problem, 409: problem, 410: problem },
      },
    },
    async (request, reply) => {
      const { id, playbookId } = request.params;
      const sessionId = sessionOf(request, id);
      const kept = await runner.playbooks.find(sessionId, playbookId);
      if (!kept) throw noSuchPlaybook();
      const variables = { ...(kept.playbook.variables as object), ...request.body?.variables };
      const parsed = parsePlaybook({ ...kept.playbook, variables });
      if (!parsed.ok) {
        const detail = parsed.issues.map(({ message }) => message).join(' ');
        throw new ProblemError(400, 'invalid-playbook', detail, { extra: { issues: parsed.issues } });
      }
      const row = await runner.store.create(sessionId, parsed.playbook, { approvals: approvalsFor(request) });
      runner.kick(sessionId);
      return reply.code(201).send(taskView(row));
    },
  );

  routes.delete(
    '/api/sessions/:id/playbooks/:playbookId',
    {
      ...write,
      schema: {
        tags,
        summary: 'Delete a playbook',
        params: playbookParams,
        response: { 204: z.null(), 404: problem },
      },
    },
    async (request, reply) => {
      const { id, playbookId } = request.params;
      if (!(await runner.playbooks.remove(sessionOf(request, id), playbookId))) throw noSuchPlaybook();
      return reply.code(204).send(null);
    },
  );
}

function noSuchPlaybook(): ProblemError {
  return new ProblemError(404, 'no-such-playbook', 'This session has no such playbook.');
}
