import type { Frame, Locator } from 'playwright-core';
import type { Target } from '../../shared/target.ts';
import { until, within } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { type ElementState, MAX_ELEMENTS, readElementStates } from './element-state.ts';
import { locatorFor } from './locators.ts';
import { webFrames } from './pdf/pdf-tab.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

export interface Match extends ElementState {
  locator: Locator;
}

export type Purpose = 'click' | 'edit' | 'read';

export type Choice = Match | 'none' | 'hidden' | 'disabled' | 'ambiguous' | 'too-few';

const FRAME_MS = 2_000;

/** Every element the target names, in all frames, the page's own first. */
export async function allMatches(context: ToolContext, tab: Tab, target: Target): Promise<Match[]> {
  return collect(context, tab, (frame) => locatorFor(frame, target));
}

/** The one element that is meant and ready for the purpose, or why there is none. */
export async function chooseMatch(
  context: ToolContext,
  tab: Tab,
  target: Target,
  matches: Match[],
  purpose: Purpose,
): Promise<Choice> {
  if (matches.length === 0) return 'none';
  let left = matches.filter((match) => match.visible);
  if (left.length === 0) {
    if (purpose !== 'read') return 'hidden';
    left = matches;
  }
  if (target.nth !== undefined) {
    const match = left[target.nth];
    if (!match) return 'too-few';
    return purpose === 'read' || match.enabled ? match : 'disabled';
  }
  if (purpose !== 'read') {
    left = left.filter((match) => match.enabled);
    if (left.length === 0) return 'disabled';
    left = preferring(left, (match) => (purpose === 'click' ? match.clickable : match.editable));
  }
  const [only, ...others] = left;
  if (!only) return 'none';
  if (others.length === 0 || target.css !== undefined || target.exact) return only;
  if (target.role !== undefined && target.name === undefined) return 'ambiguous';
  const exact = await allMatches(context, tab, { ...target, exact: true });
  const choice = await chooseMatch(context, tab, { ...target, exact: true }, exact, purpose);
  return typeof choice === 'object' ? choice : 'ambiguous';
}

function preferring(matches: Match[], wanted: (match: Match) => boolean): Match[] {
  const preferred = matches.filter(wanted);
  return preferred.length > 0 ? preferred : matches;
}

export async function collect(
  context: ToolContext,
  tab: Tab,
  locate: (frame: Frame) => Locator,
): Promise<Match[]> {
  const perFrame = webFrames(tab.page).map(async (frame) => {
    const base = locate(frame);
    try {
      // A frame that is still loading, or busy, must not keep the others from being searched.
      const reading = within(FRAME_MS, base.evaluateAll(readElementStates, MAX_ELEMENTS), []);
      const states = await until(context.signal, reading);
      return states.map((state, index) => ({ ...state, locator: base.nth(index) }));
    } catch (error) {
      context.signal.throwIfAborted();
      if (isBadSelector(error)) throw new StepFailed('bad-selector', selectorProblem(error));
      // The frame navigated or went away under our eyes: look again.
      return [];
    }
  });
  return (await Promise.all(perFrame)).flat();
}

function isBadSelector(error: unknown): boolean {
  return (
    error instanceof Error &&
    /not a valid selector|parsing css selector|Unexpected token/i.test(error.message)
  );
}

function selectorProblem(error: unknown): string {
  const line = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
  return `The css selector cannot be read: ${line.replace(/^.*?Error: /, '').slice(0, 200)}`;
}
