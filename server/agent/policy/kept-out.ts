import type { BrowserContext, Page, Request } from 'playwright-core';
import { isAllowedUrl, type OriginRule } from '../../../shared/origin-rule.ts';
import { originOf } from '../approvals/judge.ts';
import { StepFailed } from '../step-error.ts';

/** What the network keeps from a page while a step runs: the step's error names it. [AGT-9] */
export interface KeptOut {
  /** @throws {StepFailed} when the page that a person looks at was to be another one. */
  check(page: Page): void;
  /** The same error, told why. */
  explain(error: unknown): unknown;
  stop(): void;
}

const NAMED_MAX = 5;

export function watchKeptOut(
  context: BrowserContext,
  rules: readonly OriginRule[],
  allowed: readonly string[],
): KeptOut {
  const origins = new Set<string>();
  const pages = new Map<Page, string>();

  const onRequest = (request: Request) => {
    const origin = originOf(request.url().replace(/^ws(s?):/, 'http$1:'));
    if (origin === null || isAllowedUrl(rules, request.url())) return;
    origins.add(origin);
    const page = pageThatGoes(request);
    if (page) pages.set(page, origin);
  };
  context.on('request', onRequest);

  const list = () => [...origins].slice(0, NAMED_MAX).join(', ');
  return {
    check(page) {
      const origin = pages.get(page);
      if (origin) throw notAllowed(origin, allowed);
    },
    explain(error) {
      if (origins.size === 0 || !(error instanceof StepFailed) || error.code === NOT_ALLOWED) return error;
      const [first] = pages.values();
      if (first) return notAllowed(first, allowed);
      const why = `The task's allowed origins kept from the page: ${list()}.`;
      return new StepFailed(error.code, `${error.message} ${why}`, { cause: error });
    },
    stop: () => void context.off('request', onRequest),
  };
}

const NOT_ALLOWED = 'origin-not-allowed';

export function notAllowed(origin: string, allowed: readonly string[]): StepFailed {
  const message = `${origin} is not among the task's allowed origins: ${allowed.join(', ')}.`;
  return new StepFailed(NOT_ALLOWED, message);
}

function pageThatGoes(request: Request): Page | null {
  if (!request.isNavigationRequest()) return null;
  try {
    const frame = request.frame();
    return frame.parentFrame() ? null : frame.page();
  } catch {
    // A page that is being opened has no frame yet: its next request shows it.
    return null;
  }
}
