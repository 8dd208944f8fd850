import type { ElementHandle, Locator } from 'playwright-core';
import type { Target } from '../../shared/playbook.ts';
import { describeTarget } from '../../shared/step-summary.ts';
import { pause, until, within } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { suggestions } from './candidates.ts';
import { type ElementState, MAX_ELEMENTS, readElementStates } from './element-state.ts';
import { locatorFor, secondGuesses } from './locators.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

export interface Match extends ElementState {
  locator: Locator;
}

export interface Found {
  tab: Tab;
  element: ElementHandle<HTMLElement>;
}

export type Purpose = 'click' | 'edit' | 'read';

/** A page that is still building itself may be ambiguous for a moment. */
const AMBIGUOUS_FOR_MS = 1_500;
const FRAME_MS = 2_000;
/** How long the proper element is waited for before a likely one will do. */
const GUESS_AFTER_MS = 700;
/** Menus open under the pointer: what stays hidden for so long may be in one. */
const HOVER_AFTER_MS = 1_000;

/** Every element the target names, in all frames, the page's own first. */
export async function allMatches(context: ToolContext, tab: Tab, target: Target): Promise<Match[]> {
  return collect(context, tab, (frame) => locatorFor(frame, target));
}

/** Looks until the one element is there and ready for the purpose, or says what is there instead. */
export async function findOne(context: ToolContext, target: Target, purpose: Purpose): Promise<Found> {
  const begun = performance.now();
  let ambiguousSince: number | null = null;
  let hovered = false;
  for (let attempt = 0; ; attempt++) {
    const tab = await context.tab();
    let matches = await allMatches(context, tab, target);
    const waitedMs = performance.now() - begun;
    if (matches.length === 0 && waitedMs > GUESS_AFTER_MS) matches = await guess(context, tab, target);
    const choice = await choose(context, tab, target, matches, purpose);
    if (typeof choice === 'object') {
      const element = await handleOf(context, choice.locator);
      if (element) return { tab, element };
    }
    if (choice === 'hidden' && purpose === 'click' && waitedMs > HOVER_AFTER_MS && !hovered) {
      hovered = true;
      await hoverAbove(context, tab, matches);
    }
    ambiguousSince = choice === 'ambiguous' ? (ambiguousSince ?? performance.now()) : null;
    const tooLong = ambiguousSince !== null && performance.now() - ambiguousSince > AMBIGUOUS_FOR_MS;
    if (tooLong || performance.now() > context.deadline) {
      throw await notFound(context, tab, target, matches, choice);
    }
    await pause(Math.min(50 + attempt * 25, 250), context.signal);
  }
}

async function guess(context: ToolContext, tab: Tab, target: Target): Promise<Match[]> {
  const most = secondGuesses(tab.page.mainFrame(), target).length;
  for (let rank = 0; rank < most; rank++) {
    const matches = await collect(context, tab, (frame) => secondGuesses(frame, target)[rank] as Locator);
    if (matches.length > 0) return matches;
  }
  return [];
}

/** Moves the pointer to the nearest visible thing around what is hidden. */
async function hoverAbove(context: ToolContext, tab: Tab, matches: Match[]): Promise<void> {
  const [first] = matches;
  const element = first ? await handleOf(context, first.locator) : null;
  if (!element) return;
  const around = await until(
    context.signal,
    element.evaluateHandle((node) => {
      let above = node.parentElement;
      while (above && !(above.checkVisibility({ visibilityProperty: true }) && above.offsetHeight > 0)) {
        above = above.parentElement;
      }
      return above === document.body ? null : above;
    }),
  );
  const box = await until(context.signal, around.asElement()?.boundingBox() ?? Promise.resolve(null));
  if (box) await context.hover(tab, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
}

type Choice = Match | 'none' | 'hidden' | 'disabled' | 'ambiguous' | 'too-few';

async function choose(
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
  const choice = await choose(context, tab, { ...target, exact: true }, exact, purpose);
  return typeof choice === 'object' ? choice : 'ambiguous';
}

function preferring(matches: Match[], wanted: (match: Match) => boolean): Match[] {
  const preferred = matches.filter(wanted);
  return preferred.length > 0 ? preferred : matches;
}

async function collect(
  context: ToolContext,
  tab: Tab,
  locate: (frame: ReturnType<Tab['page']['mainFrame']>) => Locator,
): Promise<Match[]> {
  const perFrame = tab.page.frames().map(async (frame) => {
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

async function handleOf(context: ToolContext, locator: Locator): Promise<ElementHandle<HTMLElement> | null> {
  try {
    return (await until(
      context.signal,
      locator.elementHandle({ timeout: 1_000 }),
    )) as ElementHandle<HTMLElement>;
  } catch {
    context.signal.throwIfAborted();
    return null;
  }
}

async function notFound(
  context: ToolContext,
  tab: Tab,
  target: Target,
  matches: Match[],
  choice: Choice,
): Promise<StepFailed> {
  const what = describeTarget(target);
  const where = `Page: ${tab.page.url()}`;
  const count = matches.filter((match) => match.visible).length;
  switch (choice) {
    case 'hidden':
      return new StepFailed('not-visible', `There is a ${what}, but it is not visible. ${where}`);
    case 'disabled':
      return new StepFailed('disabled', `The ${what} is disabled. ${where}`);
    case 'ambiguous': {
      const advice =
        target.role && !target.name ? 'add "name" or "nth"' : 'add "nth" (from 0) or "exact": true';
      return new StepFailed('ambiguous', `${count} elements match ${what}; ${advice}. ${where}`);
    }
    case 'too-few':
      return new StepFailed('not-found', `Only ${count} elements match ${what} without "nth". ${where}`);
    default: {
      const hint = await suggestions(context, tab, target);
      return new StepFailed('not-found', `No ${what} on the page.${hint ? ` ${hint}` : ''} ${where}`);
    }
  }
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
