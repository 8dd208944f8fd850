import type { CallToolResult } from '@modelcontextprotocol/server';
import { parseCall } from '../../shared/parse-step.ts';
import type { Step } from '../../shared/playbook.ts';
import { stepSummary } from '../../shared/step-summary.ts';
import { stepOfCall } from '../../shared/tool-schema.ts';
import type { TellApproval } from '../agent/approvals/approval-needed.ts';
import { fenced } from '../agent/fence.ts';
import { runStep } from '../agent/run-step.ts';
import type { TaskRunner } from '../agent/runner.ts';
import type { ToolOutput } from '../agent/tool.ts';
import type { Log } from '../lib/log.ts';
import type { OutsideAgent } from '../outside/begin-call.ts';
import type { OutsideCalls } from '../outside/outside-calls.ts';
import { OutsideRefused } from '../outside/refused.ts';
import type { Lease } from '../sessions/leases.ts';
import type { ShowApproval } from './show-approval.ts';

export interface ToolCaller {
  lease: Lease;
  agent: OutsideAgent;
  /** How long a call may wait for control or for another task. */
  waitMs: number;
  /** Aborted when the client has gone or its token was revoked. */
  signal: AbortSignal;
  /** The live page, where the owner answers what they are asked. */
  pageUrl: string;
}

export interface WantedCall {
  name: string;
  args: Readonly<Record<string, unknown>>;
  showApproval: ShowApproval;
}

export type CallTool = (caller: ToolCaller, wanted: WantedCall) => Promise<CallToolResult>;

/** One tool call of an outside agent: through the same registry as every other. [AGT-1] [AGT-8] */
export function createCallTool(deps: {
  calls: OutsideCalls;
  runner: Pick<TaskRunner, 'registry' | 'browsers' | 'decide'>;
  log: Log;
}): CallTool {
  const { registry, browsers } = deps.runner;

  return async (caller, { name, args, showApproval }) => {
    const parsed = parseCall(stepOfCall(name, args));
    if ('issues' in parsed) return toolError(parsed.issues.map(({ message }) => message).join(' '));
    try {
      return await run(caller, parsed.step, showApproval);
    } catch (error) {
      if (error instanceof OutsideRefused) return toolError(error.message);
      throw error;
    }
  };

  async function run(caller: ToolCaller, step: Step, showApproval: ShowApproval): Promise<CallToolResult> {
    const { lease, agent, waitMs, signal } = caller;
    const { sessionId } = lease;
    const wanted = { verb: step.verb, summary: stepSummary(step), waitMs, signal };
    const call = await deps.calls.begin(lease, agent, wanted);
    const { taskId, index, epoch } = call;
    const log = deps.log.child({ sessionId, taskId });
    const tellApproval: TellApproval = async (approval, settled) => {
      try {
        const declined = await showApproval(approval, settled);
        if (declined) await deps.runner.decide(sessionId, taskId, approval.id, 'refuse');
      } catch (error) {
        log.debug({ event: 'mcp.approval-not-shown', err: error });
      }
    };
    try {
      const outcome = await runStep(
        { browsers, registry, log },
        // More calls may follow: a question that a page asks is theirs to answer.
        { sessionId, taskId, index, step, epoch, last: false, signal: call.signal, tellApproval },
      );
      if (outcome.type === 'done') {
        const { result, step: done } = outcome;
        await call.end({ ...(result && { result }), ...(done && { step: done }) });
        return toolResult(outcome);
      }
      if (outcome.type === 'failed') {
        await call.end({ error: outcome.error });
        return toolError(outcome.error.message);
      }
      const refusal = outcome.controlLost ? await call.lost() : call.refusal();
      await call.end({ error: { code: refusal.code, message: refusal.message } });
      throw refusal;
    } finally {
      browsers.idle(sessionId);
    }
  }
}

function toolResult({ result, text, image }: ToolOutput): CallToolResult {
  // A result holds what a page says.
  const said = text ?? (result && !image ? fenced(JSON.stringify(result)) : 'Done.');
  return {
    content: [
      { type: 'text', text: said },
      ...(image ? [{ type: 'image' as const, data: image.base64, mimeType: image.mimeType }] : []),
    ],
    ...(result ? { structuredContent: result } : {}),
  };
}

function toolError(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}
