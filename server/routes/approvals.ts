import { z } from 'zod';
import { approvalBody } from '../../shared/approval.ts';
import { problem } from '../../shared/problem.ts';
import { taskView as taskSchema } from '../../shared/task.ts';
import type { TaskRunner } from '../agent/runner.ts';
import { taskView } from '../agent/task-store.ts';
import { authOf, type RequireSession } from '../auth/session-guard.ts';
import type { Http } from '../http.ts';
import { existingTask, taskParams } from './tasks.ts';

export interface ApprovalRoutes {
  runner: TaskRunner;
  requireSession: RequireSession;
}

/** The owner's yes or no to what a task is about to do. [AGT-5] */
export function approvalRoutes(app: Http, { runner, requireSession }: ApprovalRoutes): void {
  app.post(
    '/api/sessions/:id/tasks/:taskId/approvals/:approvalId',
    {
      preHandler: requireSession,
      config: { scope: 'approve' },
      schema: {
        summary: 'Answers what a task asks; the task shows the question as "approval"',
        params: taskParams.extend({ approvalId: z.string().max(64) }),
        body: approvalBody,
        response: { 200: taskSchema, 403: problem, 404: problem, 409: problem },
      },
    },
    async (request) => {
      const { sessionId, buyerId } = authOf(request);
      const { taskId, approvalId } = request.params;
      const { decision } = request.body;
      await runner.decide(sessionId, taskId, approvalId, decision);
      request.log.info({
        event: 'approval.decided',
        sessionId,
        userId: buyerId,
        taskId,
        approvalId,
        decision,
      });
      runner.kick(sessionId);
      return taskView(await existingTask(runner.store.find(sessionId, taskId)));
    },
  );
}
