import type { ApprovalKind } from '../../../../shared/approval.ts';

/** What the agent is about to do, and why it asks. */
export const approvalWords: Record<ApprovalKind, string> = {
  pay: 'The agent is about to pay',
  send: 'The agent is about to send this',
  delete: 'The agent is about to delete or cancel something',
  credentials: 'The agent is about to sign in',
  upload: 'The agent is about to hand over a file',
  'new-origin': 'The agent is about to open a site that you did not name',
};
