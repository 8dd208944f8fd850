import type { Server, ServerContext } from '@modelcontextprotocol/server';
import type { ApprovalView } from '../../shared/approval.ts';

/** Resolves with true when the person at the client declined; settled elsewhere, `settled` is aborted. */
export type ShowApproval = (approval: ApprovalView, settled: AbortSignal) => Promise<boolean>;

/**
 * An approval waits on the page. Whoever sits at the client is shown the way there, if it can open addresses: the
 * yes itself is given on the page, for a client could say it by itself. [AGT-5] [AGT-8]
 */
export function createShowApproval(server: Server, context: ServerContext, pageUrl: string): ShowApproval {
  return async (approval, settled) => {
    if (!server.getClientCapabilities()?.elicitation?.url) return false;
    const elicitationId = approval.id;
    // On the call's own stream, for there is no other.
    const relatedRequestId = context.mcpReq.id;
    const over = server.createElicitationCompletionNotifier(elicitationId, { relatedRequestId });
    settled.addEventListener('abort', () => void over().catch(() => undefined), { once: true });
    const timeout = Math.max(1, Date.parse(approval.expiresAt) - Date.now());
    const { action } = await context.mcpReq.elicitInput(
      { mode: 'url', elicitationId, url: pageUrl, message: approvalWords(approval) },
      { signal: settled, timeout, relatedRequestId },
    );
    return action === 'decline';
  };
}

/** One line for people. */
export function approvalWords({ kind, target, origin, sendsTo }: ApprovalView): string {
  const where = sendsTo && sendsTo !== origin ? `${origin}, which leads to ${sendsTo}` : origin;
  return `The owner of this browser is asked on its page before the agent may ${WORDS[kind]}: ${target} on ${where}.`;
}

const WORDS = {
  pay: 'pay',
  send: 'send something',
  delete: 'delete something',
  credentials: 'sign in',
  upload: 'hand over a file',
  'new-origin': 'go to a site that was not named',
} as const satisfies Record<ApprovalView['kind'], string>;
