import type { ApprovalView } from '../../../shared/approval.ts';

/** Told of the question; the signal is aborted once it is settled. */
export type TellApproval = (approval: ApprovalView, settled: AbortSignal) => void;

/** The action must not begin before the owner has said yes. [AGT-5] */
export class ApprovalNeeded extends Error {
  override readonly name = 'ApprovalNeeded';
  /** Resolves when the step may be run again; rejects with why not, or with the signal's reason. */
  readonly settle: (signal: AbortSignal, tell?: TellApproval) => Promise<void>;

  constructor(settle: ApprovalNeeded['settle']) {
    super('this needs an approval');
    this.settle = settle;
  }
}
