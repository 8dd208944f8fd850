import type { BrowserContext, Page, Request } from 'playwright-core';
import { isAllowedUrl, type OriginRule } from '../../../shared/origin-rule.ts';
import { originOf } from '../approvals/judge.ts';
import { StepFailed } from '../step-error.ts';

/** What the network keeps from the pages of a task: a step's error names it. [AGT-9] */
export interface KeptOut {
  /** A step begins. */
  begin(): void;
  /** @throws {StepFailed} when the page was to become another one in this step. */
  check(page: Page): void;
  /** The same error, told why. */
  explain(page: Page | null, error: unknown): unknown;
}

interface Watched extends KeptOut {
  taskId: string;
  stop(): void;
}

const NAMED_MAX = 5;
const NOT_ALLOWED = 'origin-not-allowed';

/** One watch a browser, as only one task at a time has it: what a page asks for between steps counts too. */
export function createKeptOutWatch() {
  const watches = new WeakMap<BrowserContext, Watched>();
  return (
    context: BrowserContext,
    taskId: string,
    rules: readonly OriginRule[],
    allowed: readonly string[],
  ) => {
    const known = watches.get(context);
    if (known?.taskId === taskId) return known;
    known?.stop();
    const watch = watchKeptOut(context, taskId, rules, allowed);
    watches.set(context, watch);
    return watch;
  };
}

function watchKeptOut(
  context: BrowserContext,
  taskId: string,
  rules: readonly OriginRule[],
  allowed: readonly string[],
): Watched {
  const parts = new WeakMap<Page, Set<string>>();
  let documents = new Map<Page, string>();

  const onRequest = (request: Request) => {
    const page = pageOf(request);
    if (!page) return;
    const isDocument = request.isNavigationRequest() && request.frame().parentFrame() === null;
    if (isDocument) parts.delete(page);
    const origin = originOf(request.url().replace(/^ws(s?):/, 'http$1:'));
    if (origin === null || isAllowedUrl(rules, request.url())) return;
    if (isDocument) documents.set(page, origin);
    parts.set(page, (parts.get(page) ?? new Set()).add(origin));
  };
  context.on('request', onRequest);

  return {
    taskId,
    begin() {
      documents = new Map();
    },
    check(page) {
      const origin = documents.get(page);
      if (origin) throw notAllowed(origin, allowed);
    },
    explain(page, error) {
      if (!page || !(error instanceof StepFailed) || error.code === NOT_ALLOWED) return error;
      const gone = documents.get(page);
      if (gone) return notAllowed(gone, allowed);
      const kept = [...(parts.get(page) ?? [])].slice(0, NAMED_MAX);
      if (kept.length === 0) return error;
      const why = `The task's allowed origins kept from the page: ${kept.join(', ')}.`;
      return new StepFailed(error.code, `${error.message} ${why}`, { cause: error });
    },
    stop: () => void context.off('request', onRequest),
  };
}

export function notAllowed(origin: string, allowed: readonly string[]): StepFailed {
  const message = `${origin} is not among the task's allowed origins: ${allowed.join(', ')}.`;
  return new StepFailed(NOT_ALLOWED, message);
}

/** Null for a worker's request, and for a page that is being opened: its next request shows it. */
function pageOf(request: Request): Page | null {
  try {
    return request.frame().page();
  } catch {
    return null;
  }
}
