import type { ElementHandle } from 'playwright-core';
import { pause, until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { clickElement } from './click-element.ts';
import { leaveList, openByKey, typingPlace } from './list-field.ts';
import { type Offers, offersFor, offersInside } from './list-offers.ts';
import { bestOption } from './native-select.ts';
import { scrollList } from './scroll-list.ts';
import { settled } from './settle.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';
import { typeInto } from './type-into.ts';

const OPENING_MS = 1_200;
/** How long an open list may stay empty: many ask their server first. */
const EMPTY_MS = 5_000;
const MAX_SHOWN = 15;

interface Wanted {
  option: string;
  /** The box that says what is chosen, or into which one types. */
  field: ElementHandle<HTMLElement>;
  what: string;
}

/** Chooses from a list that is no native <select>: opens it, types or scrolls in it, clicks the option. */
export async function chooseFromList(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement>,
  field: ElementHandle<HTMLElement>,
  option: string,
  what: string,
): Promise<void> {
  const wanted = { option, field, what };
  const inside = await offersInside(context, element);
  if (await pick(context, tab, inside, wanted)) return;

  const expanded = await until(
    context.signal,
    field.evaluate((node) => node.getAttribute('aria-expanded') === 'true'),
  );
  const isOpen = expanded || (inside.length > 0 && (await isList(context, element)));
  if (!isOpen) await clickElement(context, tab, element, what);
  if (!(await chooseFromOpen(context, tab, wanted))) throw await noSuchOption(context, tab, wanted);
  await leaveList(context, tab, field);
}

/** A list that is always open: a click on it would choose something. */
const isList = (context: ToolContext, element: ElementHandle<HTMLElement>) =>
  until(
    context.signal,
    element.evaluate((node) => node.matches('[role=listbox],[role=radiogroup],[role=tree],[role=menu]')),
  );

async function chooseFromOpen(context: ToolContext, tab: Tab, wanted: Wanted): Promise<boolean> {
  if (await pickWithin(context, tab, wanted, OPENING_MS)) return true;
  const place = await typingPlace(context, tab, wanted.field);
  const isOpened = !place && (await openByKey(context, tab, wanted.field));
  if (isOpened && (await pickWithin(context, tab, wanted, OPENING_MS))) return true;
  if (place) {
    await settled(context, tab.page, () => typeInto(context, tab, place, wanted.option));
    return pickWithin(context, tab, wanted, context.deadline - performance.now());
  }
  const offers = await offersFor(context, tab, wanted.field);
  if (offers.length === 0) return pickWithin(context, tab, wanted, EMPTY_MS);
  const shows = (lists: Offers[]) => lists.some(({ texts }) => bestOption(texts, wanted.option) !== null);
  if (!(await scrollList(context, tab, wanted.field, shows))) return false;
  return pickWithin(context, tab, wanted, OPENING_MS);
}

async function pickWithin(context: ToolContext, tab: Tab, wanted: Wanted, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  do {
    if (await pick(context, tab, await offersFor(context, tab, wanted.field), wanted)) return true;
    await pause(100, context.signal);
  } while (performance.now() < end);
  return false;
}

async function pick(context: ToolContext, tab: Tab, lists: Offers[], wanted: Wanted): Promise<boolean> {
  for (const { texts, disabled, elements } of lists) {
    const index = bestOption(texts, wanted.option);
    if (index === null || disabled[index]) continue;
    const handle = await until(
      context.signal,
      elements.evaluateHandle((all, at) => all[at], index),
    );
    const element = handle.asElement() as ElementHandle<HTMLElement> | null;
    if (!element) continue;
    await clickElement(context, tab, element, `option '${wanted.option}'`);
    return true;
  }
  return false;
}

async function noSuchOption(context: ToolContext, tab: Tab, wanted: Wanted): Promise<StepFailed> {
  const { option, field, what } = wanted;
  const lists = await offersFor(context, tab, field);
  const isDisabled = lists.some(({ texts, disabled }) => disabled[bestOption(texts, option) ?? -1]);
  const problem = isDisabled
    ? `The option '${option}' in ${what} is disabled.`
    : `There is no option '${option}' in ${what}.`;
  const names = [...new Set((lists[0]?.texts ?? []).map(([name]) => `'${name}'`))].slice(0, MAX_SHOWN);
  const offered = names.length > 0 ? `Options: ${names.join(', ')}.` : 'No list opened.';
  return new StepFailed('no-such-option', `${problem} ${offered} Page: ${tab.page.url()}`);
}
