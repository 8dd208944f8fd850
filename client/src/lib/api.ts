import type {
  ApiScope,
  ApiTokenCreated,
  ApiTokenView,
  RecoveryLink,
  ShareCreated,
  ShareTicket,
  ShareView,
} from '../../../shared/access.ts';
import type { CheckoutCreated, Offer, SignedIn, VncMode, VncTicket } from '../../../shared/api.ts';
import type { ApprovalDecision, ApprovalMode } from '../../../shared/approval.ts';
import type { ReceiptView } from '../../../shared/receipt.ts';
import type { SavedPlaybook } from '../../../shared/saved-playbook.ts';
import type { SecretBody, SecretView } from '../../../shared/secret.ts';
import type { Control, ControlHolder } from '../../../shared/session.ts';
import type { TaskAnswer, TaskView } from '../../../shared/task.ts';
import { type Answer, type CallOptions, call, callForBlob } from './http-call.ts';
import { ProblemError } from './problem-error.ts';
import type { SessionToken } from './session-token.ts';

const receiptPath = (sessionId: string) => `/api/sessions/${encodeURIComponent(sessionId)}/receipt`;

/** A plain link: its cookie is what opens it. */
export const receiptFilePath = (sessionId: string, name: string) =>
  `${receiptPath(sessionId)}/files/${encodeURIComponent(name)}`;

export const api = {
  offer: async (signal: AbortSignal): Promise<Offer> => (await call<Offer>('/api/offer', { signal })).body,

  checkout: async (): Promise<CheckoutCreated> =>
    (await call<CheckoutCreated>('/api/checkout', { method: 'POST' })).body,

  /** Null while the payment has not been confirmed yet. */
  claim: async (checkoutSessionId: string, signal: AbortSignal): Promise<SignedIn | null> => {
    const body = { checkoutSessionId };
    const answer = await call<SignedIn>('/api/checkout/claim', { method: 'POST', body, signal });
    return answer.status === 202 ? null : answer.body;
  },

  /** `stuck` is aborted when a call made before has no hope: it is made again, which is safe. [AUTH-2] */
  refresh: async (sessionId: string, stuck?: AbortSignal): Promise<SignedIn> => {
    const refresh = (signal?: AbortSignal) =>
      call<SignedIn>('/api/auth/refresh', { method: 'POST', body: { sessionId }, ...(signal && { signal }) });
    try {
      return (await refresh(stuck)).body;
    } catch (error) {
      if (!stuck?.aborted) throw error;
      return (await refresh()).body;
    }
  },

  /** For the browser that paid, when its refresh cookie has died. [AUTH-9] */
  comeBack: async (sessionId: string): Promise<SignedIn> =>
    (await call<SignedIn>('/api/auth/come-back', { method: 'POST', body: { sessionId } })).body,

  /** By the secret of a recovery link. [AUTH-10] */
  recover: async (secret: string): Promise<SignedIn> =>
    (await call<SignedIn>('/api/auth/recover', { method: 'POST', body: { secret } })).body,

  /** A guest's ticket, and what it opens; null while the desktop starts. */
  shareTicket: async (shareId: string, secret: string): Promise<ShareTicket | null> => {
    const path = `/api/shares/${encodeURIComponent(shareId)}/ticket`;
    const answer = await call<ShareTicket>(path, { method: 'POST', body: { secret } });
    return answer.status === 202 ? null : answer.body;
  },

  /** What is left of a session, by the cookies of the browser that had it; null while it goes on. [SES-9] */
  receipt: async (sessionId: string, signal: AbortSignal): Promise<ReceiptView | null> => {
    const answer = await call<ReceiptView>(receiptPath(sessionId), { signal });
    return answer.status === 202 ? null : answer.body;
  },

  forget: async (sessionId: string): Promise<ReceiptView> =>
    (await call<ReceiptView>(`${receiptPath(sessionId)}/forget`, { method: 'POST' })).body,

  signOut: () => call('/api/auth/logout', { method: 'POST' }),
};

/** The calls about one session, each with a valid token. */
export class SessionApi {
  readonly #token: SessionToken;
  readonly #path: string;

  constructor(sessionId: string, token: SessionToken) {
    this.#token = token;
    this.#path = `/api/sessions/${encodeURIComponent(sessionId)}`;
  }

  end = () => this.#post<unknown>('/end', {});
  extend = () => this.#post<Pick<CheckoutCreated, 'checkoutUrl'>>('/extend', {});
  setControl = (holder: ControlHolder) => this.#post<Control>('/control', { holder });
  vncTicket = (mode: VncMode, signal: AbortSignal) => this.#post<VncTicket>('/vnc-ticket', { mode }, signal);
  createRecoveryLink = () => this.#post<RecoveryLink>('/recovery-links', {});
  createShare = (name: string) => this.#post<ShareCreated>('/shares', { name });
  shares = (signal: AbortSignal) =>
    this.#authorized((token) => call<ShareView[]>(`${this.#path}/shares`, { token, signal }));
  revokeShare = (shareId: string) =>
    this.#authorized((token) =>
      call(`${this.#path}/shares/${encodeURIComponent(shareId)}`, { method: 'DELETE', token }),
    );
  createApiToken = (name: string, scopes: ApiScope[]) =>
    this.#post<ApiTokenCreated>('/api-tokens', { name, scopes });
  apiTokens = (signal: AbortSignal) =>
    this.#authorized((token) => call<ApiTokenView[]>(`${this.#path}/api-tokens`, { token, signal }));
  revokeApiToken = (tokenId: string) =>
    this.#authorized((token) =>
      call(`${this.#path}/api-tokens/${encodeURIComponent(tokenId)}`, { method: 'DELETE', token }),
    );
  createTask = (playbook: unknown, approvals: ApprovalMode) =>
    this.#post<TaskView>('/tasks', { playbook, approvals });
  pauseTask = (taskId: string) => this.#post<TaskView>(`/tasks/${encodeURIComponent(taskId)}/pause`, {});
  resumeTask = (taskId: string) => this.#post<TaskView>(`/tasks/${encodeURIComponent(taskId)}/resume`, {});
  answerTask = (taskId: string, answer: TaskAnswer) =>
    this.#post<TaskView>(`/tasks/${encodeURIComponent(taskId)}/answer`, answer);
  instruct = (instruction: string) => this.#post<TaskView>('/tasks', { instruction });
  runAgain = (taskId: string) => this.#post<TaskView>(`/tasks/${encodeURIComponent(taskId)}/again`, {});
  savePlaybook = (taskId: string) =>
    this.#post<SavedPlaybook>(`/tasks/${encodeURIComponent(taskId)}/playbook`, {});
  savedPlaybooks = (signal: AbortSignal) =>
    this.#authorized((token) => call<SavedPlaybook[]>(`${this.#path}/playbooks`, { token, signal }));
  runPlaybook = (playbookId: string) =>
    this.#post<TaskView>(`/playbooks/${encodeURIComponent(playbookId)}/run`, {});
  deletePlaybook = (playbookId: string) =>
    this.#authorized((token) =>
      call(`${this.#path}/playbooks/${encodeURIComponent(playbookId)}`, { method: 'DELETE', token }),
    );
  decide = (taskId: string, approvalId: string, decision: ApprovalDecision) =>
    this.#post<TaskView>(`/tasks/${encodeURIComponent(taskId)}/approvals/${encodeURIComponent(approvalId)}`, {
      decision,
    });
  secrets = (signal: AbortSignal) =>
    this.#authorized((token) => call<SecretView[]>(`${this.#path}/secrets`, { token, signal }));
  addSecret = (secret: SecretBody) => this.#post<SecretView>('/secrets', secret);
  deleteSecret = (secretId: string) =>
    this.#authorized((token) =>
      call(`${this.#path}/secrets/${encodeURIComponent(secretId)}`, { method: 'DELETE', token }),
    );
  cancelTask = (taskId: string) => this.#post<unknown>(`/tasks/${encodeURIComponent(taskId)}/cancel`, {});

  /** A picture below `/api`: an `<img>` could not send the token. */
  picture = (path: string, signal: AbortSignal) =>
    this.#authorized((token) => callForBlob(path, { token, signal }));

  #post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const options: CallOptions = { method: 'POST', body, ...(signal && { signal }) };
    return this.#authorized((token) => call<T>(this.#path + path, { ...options, token }));
  }

  async #authorized<T>(attempt: (token: string) => Promise<Answer<T>>): Promise<T> {
    const token = await this.#token.get();
    try {
      return (await attempt(token)).body;
    } catch (error) {
      // One new token, once: it may have died on the way or with a key that was rotated.
      if (!(error instanceof ProblemError) || error.status !== 401) throw error;
      return (await attempt(await this.#token.get(token))).body;
    }
  }
}
