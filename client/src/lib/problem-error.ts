import type { Problem } from '../../../shared/problem.ts';
import { LinkRefused } from './link-refused.ts';

/** An answer that is not 2xx, or none at all (`status` 0). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: string;
  readonly endedReason: string | undefined;
  readonly issues: NonNullable<Problem['issues']>;

  constructor(problem: Pick<Problem, 'status' | 'code' | 'detail' | 'endedReason' | 'issues'>) {
    super(problem.detail);
    this.status = problem.status;
    this.code = problem.code;
    this.endedReason = problem.endedReason;
    this.issues = problem.issues ?? [];
  }

  /** The network's fault, or a server that will recover: the same call may succeed later. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The sentence for people, whatever was thrown. */
export function sentenceFor(error: unknown): string {
  if (error instanceof LinkRefused)
    return 'This page may no longer do that: the session is over or signed out.';
  if (!(error instanceof ProblemError)) return 'Something went wrong on this page. Reload it and try again.';
  const issues = error.issues.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return [error.message, ...issues].join(' ');
}
