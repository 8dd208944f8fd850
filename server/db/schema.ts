import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ApiScope } from '../../shared/access.ts';
import type { ApprovalDecision, ApprovalMode, ApprovalView } from '../../shared/approval.ts';
import type { SessionEvent } from '../../shared/protocol.ts';
import type { Remains } from '../../shared/receipt.ts';
import type { SecretField } from '../../shared/secret.ts';
import type { ControlHolder, DesktopStatus, EndedReason, SessionStatus } from '../../shared/session.ts';
import type { TaskError, TaskQuestion, TaskStatus, TaskStep, TaskUsage } from '../../shared/task.ts';
import type { TranscriptEntry } from '../agent/llm/transcript.ts';
import type { FactKind } from '../payments/payment-facts.ts';
import type { RefundReason } from '../payments/refunds.ts';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type CreatedAt = ColumnType<Date, never, never>;

/** The rows of the truth, as the newest migration leaves them. */
export interface Database {
  buyers: {
    id: string;
    /** SHA-256 of the claim cookie: whoever started a Checkout is its buyer. [PAY-7] */
    claim_hash: string;
    created_at: CreatedAt;
  };
  orders: {
    id: string;
    buyer_id: string;
    /** Null until Stripe has answered. */
    checkout_session_id: string | null;
    checkout_url: string | null;
    amount_cents: number;
    currency: string;
    livemode: boolean;
    expires_at: Timestamp;
    created_at: CreatedAt;
    /** When we first knew of the payment; what came of it derives from `payment_facts`. [PAY-8] */
    paid_at: Timestamp | null;
    payment_intent_id: string | null;
    /** The session that this order makes longer; null when it buys one of its own. [SES-3] */
    extends_session_id: string | null;
    /** When the day that an extension bought begins; set once, as it is granted. */
    day_starts_at: Timestamp | null;
    /** The Checkout expired, was cancelled or its payment failed: the seat is free. [PAY-14] */
    closed_at: Timestamp | null;
    /** When the reconciler last asked Stripe about it. */
    checked_at: Timestamp | null;
    refund_why: RefundReason | null;
    refund_wanted_at: Timestamp | null;
    /** The money is back, or cannot go back because a dispute holds it. */
    refund_settled_at: Timestamp | null;
  };
  payment_facts: {
    order_id: string;
    kind: FactKind;
    /** The Stripe object that shows it. */
    stripe_id: string;
    at: CreatedAt;
  };
  /** What one node does for all: a later holder's greater epoch fences the earlier one out. */
  node_leases: {
    name: string;
    holder: string;
    epoch: number;
    lease_until: Timestamp;
    cursor: number | null;
  };
  stripe_events: {
    id: string;
    type: string;
    checkout_session_id: string | null;
    /** What the event is about: a pointer, and nothing else of its body. [PAY-2] */
    object_id: string | null;
    received_at: CreatedAt;
    handled_at: Timestamp | null;
  };
  sessions: {
    id: string;
    order_id: string;
    buyer_id: string;
    agent_id: string;
    status: Generated<SessionStatus>;
    ended_reason: EndedReason | null;
    created_at: CreatedAt;
    expires_at: Timestamp;
    ended_at: Timestamp | null;
    /** Set when its processes and files are proven gone. [SES-2] */
    released_at: Timestamp | null;
    /** What was counted then. [SES-9] */
    remains: JSONColumnType<Remains> | null;
    /** When its tasks, results and files were deleted. [SES-9] */
    forgotten_at: Timestamp | null;
    /** The sweep that ends it holds it until then. [SES-6] */
    sweep_until: Timestamp | null;
    /** The node that brings its lost desktop back holds it until then. [SES-8] */
    recovery_until: Timestamp | null;
    recovered_at: Timestamp | null;
    recoveries: Generated<number>;
    desktop_id: string | null;
    desktop_status: Generated<DesktopStatus>;
    control_holder: Generated<ControlHolder>;
    control_epoch: Generated<number>;
    /** Keys and buttons that went down in viewers, ever. [AGT-4] */
    human_keys: Generated<number>;
    human_clicks: Generated<number>;
    last_seq: Generated<number>;
    live_at: Timestamp | null;
    /** The nearest warning given of the present end. [SES-3] */
    warned_ms: number | null;
  };
  events: {
    session_id: string;
    seq: number;
    created_at: CreatedAt;
    event: JSONColumnType<SessionEvent>;
  };
  refresh_families: {
    id: string;
    buyer_id: string;
    created_at: CreatedAt;
    expires_at: Timestamp;
    revoked_at: Timestamp | null;
  };
  refresh_tokens: {
    /** SHA-256 of the opaque cookie. [AUTH-2] */
    hash: string;
    family_id: string;
    created_at: CreatedAt;
    rotated_at: Timestamp | null;
    /** The one successor, sealed, so that parallel tabs get the same cookie during the grace. */
    successor: string | null;
  };
  recovery_links: {
    /** SHA-256 of the secret in the link's fragment. [AUTH-10] */
    hash: string;
    session_id: string;
    created_at: CreatedAt;
    expires_at: Timestamp;
    used_at: Timestamp | null;
  };
  api_tokens: {
    id: string;
    session_id: string;
    hash: string;
    name: string;
    scopes: ApiScope[];
    created_at: CreatedAt;
    expires_at: Timestamp;
    revoked_at: Timestamp | null;
    last_used_at: Timestamp | null;
  };
  shares: {
    id: string;
    session_id: string;
    hash: string;
    name: string;
    created_at: CreatedAt;
    expires_at: Timestamp;
    revoked_at: Timestamp | null;
  };
  admin_sessions: {
    hash: string;
    /** Hash of the password's hash: a new password signs everybody out. */
    password_mark: string;
    created_at: CreatedAt;
    expires_at: Timestamp;
    revoked_at: Timestamp | null;
  };
  used_tickets: { jti: string; expires_at: Timestamp };
  tasks: {
    id: string;
    session_id: string;
    name: string;
    kind: 'playbook' | 'instruction' | 'outside';
    input: JSONColumnType<Record<string, unknown>>;
    status: Generated<TaskStatus>;
    steps: JSONColumnType<TaskStep[]>;
    result: JSONColumnType<Record<string, unknown>> | null;
    error: JSONColumnType<TaskError> | null;
    /** Of tasks in words: what the model has cost. [AGT-3] */
    usage: JSONColumnType<TaskUsage> | null;
    /** What its owner is asked, while they are. */
    question: JSONColumnType<TaskQuestion> | null;
    cancel_requested_at: Timestamp | null;
    pause_requested_at: Timestamp | null;
    /** The runner's lease: a task whose lease has lapsed may be taken up by another server. */
    lease_until: Timestamp | null;
    created_at: CreatedAt;
    started_at: Timestamp | null;
    ended_at: Timestamp | null;
    approvals: Generated<ApprovalMode>;
    allowed_origins: string[] | null;
    /** What the owner is asked just now. [AGT-5] */
    approval: JSONColumnType<ApprovalView> | null;
  };
  session_secrets: {
    id: string;
    session_id: string;
    name: string;
    origin: string;
    field: JSONColumnType<SecretField> | null;
    /** Opens with the key file only. [AGT-7] */
    sealed: string;
    created_at: CreatedAt;
  };
  approvals: {
    id: string;
    session_id: string;
    task_id: string;
    about: JSONColumnType<Omit<ApprovalView, 'id' | 'createdAt' | 'expiresAt'>>;
    /** Of target, form and origin: what was approved must still be so. */
    mark: string;
    created_at: CreatedAt;
    expires_at: Timestamp;
    decision: ApprovalDecision | null;
    decided_at: Timestamp | null;
    /** One yes is for one action. */
    used_at: Timestamp | null;
  };
  /** What a model said and did, from which its messages are made anew. [AGT-6] */
  task_transcripts: {
    task_id: string;
    seq: number;
    created_at: CreatedAt;
    entry: JSONColumnType<TranscriptEntry>;
  };
  playbooks: {
    id: string;
    session_id: string;
    name: string;
    document: JSONColumnType<Record<string, unknown>>;
    created_at: CreatedAt;
  };
}
