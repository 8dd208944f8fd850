import type { ElementHandle, Frame, Locator } from 'playwright-core';
import { describeTarget } from '../../shared/step-summary.ts';
import type { Point, Target } from '../../shared/target.ts';
import { pause, until, within } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { suggestions } from './candidates.ts';
import { allMatches, type Choice, chooseMatch, collect, type Match, type Purpose } from './choose-match.ts';
import { closedAround } from './closed-around.ts';
import { elementAt } from './element-at.ts';
import { elementOfRef } from './element-of-ref.ts';
import { type Guess, secondGuesses } from './locators.ts';
import { nearerMatches } from './nearer-match.ts';
import { pdfShown, showsPdf } from './pdf/pdf-tab.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';

export interface Found {
  tab: Tab;
  element: ElementHandle<HTMLElement>;
  /** Where exactly, when the target is a point. */
  point?: Point;
}

/** A page that is still building itself may be ambiguous for a moment. */
const AMBIGUOUS_FOR_MS = 1_500;
/** How long the proper element is waited for before a likely one will do. */
const GUESS_AFTER_MS = 700;
const HANDLE_MS = 1_000;
/** Menus open under the pointer: what stays hidden for so long may be in one, or in one of that. */
const HOVER_AFTER_MS = 1_000;
const MAX_HOVERS = 3;
/** How long what is named just so is waited for before a sentence that has the words will do. */
const SENTENCE_AFTER_MS = 3_500;

/** Looks until the one element is there and ready for the purpose, or says what is there instead. */
export async function findOne(context: ToolContext, target: Target, purpose: Purpose): Promise<Found> {
  if (target.ref !== undefined) return elementOfRef(context, target.ref);
  if (target.point !== undefined) return elementAt(context, target.point);
  const begun = performance.now();
  let ambiguousSince: number | null = null;
  let hovers = 0;
  for (let attempt = 0; ; attempt++) {
    const tab = await context.tab();
    let matches = await allMatches(context, tab, target);
    if (matches.length === 0 && (await until(context.signal, showsPdf(tab)))) throw pdfShown(tab);
    const waitedMs = performance.now() - begun;
    if (waitedMs > GUESS_AFTER_MS && !matches.some(({ visible }) => visible)) {
      const guessed = await guess(context, tab, target, purpose);
      if (matches.length === 0 || guessed.some(({ visible }) => visible)) matches = guessed;
    }
    let choice = await chooseMatch(context, tab, target, matches, purpose);
    if (typeof choice === 'object' && purpose === 'click' && waitedMs < SENTENCE_AFTER_MS) {
      const guessed = (exactly: Target) => guess(context, tab, exactly, purpose);
      const nearer = await nearerMatches(context, tab, target, choice, guessed);
      if (nearer.length > 0) {
        matches = nearer;
        choice = await chooseMatch(context, tab, target, nearer, purpose);
      }
    }
    if (typeof choice === 'object') {
      const element = await handleOf(context, choice.locator);
      if (element) return { tab, element };
    }
    const hoverDue = hovers < MAX_HOVERS && waitedMs > HOVER_AFTER_MS * (hovers + 1);
    if (choice === 'hidden' && purpose === 'click' && hoverDue) {
      hovers++;
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

async function guess(context: ToolContext, tab: Tab, target: Target, purpose: Purpose): Promise<Match[]> {
  const most = secondGuesses(tab.page.mainFrame(), target).length;
  let unseen: Match[] = [];
  for (const wanted of target.exact ? [target] : [{ ...target, exact: true }, target]) {
    for (let rank = 0; rank < most; rank++) {
      const at = (frame: Frame) => secondGuesses(frame, wanted)[rank] as Guess;
      const found = await collect(context, tab, (frame) => at(frame).locator);
      const all = at(tab.page.mainFrame()).nearest
        ? found.filter(({ visible }) => visible).slice(0, 1)
        : found;
      // Words that nothing happens to when they are clicked are no button.
      const matches = purpose === 'click' && target.role ? all.filter(({ clickable }) => clickable) : all;
      // A hidden list may keep the value of the field that is meant; hidden words may be in a menu.
      const isSeen = matches.some(({ visible }) => visible);
      if (isSeen || (matches.length > 0 && target.text !== undefined)) return matches;
      if (unseen.length === 0) unseen = matches;
    }
  }
  return unseen;
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
  if (!box) return;
  await context.approach(tab, (page) => page.mouse.move(box.x + box.width / 2, box.y + box.height / 2));
}

async function handleOf(context: ToolContext, locator: Locator): Promise<ElementHandle<HTMLElement> | null> {
  try {
    // Found in the same world as its state was read: a component may name itself otherwise to its own scripts.
    const [element] = await until(context.signal, within(HANDLE_MS, locator.elementHandles(), []));
    return (element as ElementHandle<HTMLElement> | undefined) ?? null;
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
    case 'hidden': {
      const [first] = matches;
      const element = first ? await handleOf(context, first.locator) : null;
      const cover = element ? await until(context.signal, element.evaluate(closedAround)) : null;
      const advice = cover ? ` It is in '${cover}', which is closed: open that first.` : '';
      return new StepFailed('not-visible', `There is a ${what}, but it is not visible.${advice} ${where}`);
    }
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
