import type { ElementHandle } from 'playwright-core';
import { pause, until } from './abortable.ts';
import type { Tab } from './agent-browser.ts';
import { clickElement } from './click-element.ts';
import { bestOption } from './native-select.ts';
import { settled } from './settle.ts';
import { StepFailed } from './step-error.ts';
import type { ToolContext } from './tool-context.ts';
import { typeInto } from './type-into.ts';

/** What lists are made of, the proper roles first. */
const OPTION_SELECTORS = [
  '[role=option],[role=menuitemradio],[role=menuitem],[role=radio],input[type=radio]',
  '[role=treeitem],[role=gridcell],li,[class*=option],[class*=item]',
];
const OPENING_MS = 1_200;

interface Offer {
  element: ElementHandle<HTMLElement>;
  texts: string[];
}

/** Chooses from a list that is no native <select>: opens it, types into it when it filters, clicks the option. */
export async function chooseFromList(
  context: ToolContext,
  tab: Tab,
  element: ElementHandle<HTMLElement>,
  field: ElementHandle<HTMLElement>,
  wanted: string,
  what: string,
): Promise<void> {
  const inside = await offersIn(context, tab, element);
  if (await pick(context, tab, inside, wanted)) return;

  const expanded = await until(
    context.signal,
    field.evaluate((node) => node.getAttribute('aria-expanded') === 'true'),
  );
  if (!expanded) await clickElement(context, tab, element, what);
  const opened = await pickWithin(context, tab, wanted, OPENING_MS);
  if (opened) return;

  const editable = await until(
    context.signal,
    field.evaluate((node) => (node instanceof HTMLInputElement && !node.readOnly) || node.isContentEditable),
  );
  if (editable) {
    await settled(context, tab.page, () => typeInto(context, tab, field, wanted));
    if (await pickWithin(context, tab, wanted, context.deadline - performance.now())) return;
  }
  const seen = (await offersIn(context, tab, null)).slice(0, 15).map(({ texts }) => `'${texts[0]}'`);
  const offered = seen.length > 0 ? `Options: ${[...new Set(seen)].join(', ')}.` : 'No list opened.';
  throw new StepFailed(
    'no-such-option',
    `There is no option '${wanted}' in ${what}. ${offered} Page: ${tab.page.url()}`,
  );
}

async function pickWithin(context: ToolContext, tab: Tab, wanted: string, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  do {
    if (await pick(context, tab, await offersIn(context, tab, null), wanted)) return true;
    await pause(100, context.signal);
  } while (performance.now() < end);
  return false;
}

async function pick(context: ToolContext, tab: Tab, offers: Offer[], wanted: string): Promise<boolean> {
  const index = bestOption(
    offers.map(({ texts }) => texts),
    wanted,
  );
  const offer = index === null ? undefined : offers[index];
  if (!offer) return false;
  await clickElement(context, tab, offer.element, `option '${wanted}'`);
  return true;
}

/** The visible options, inside `root` or anywhere in the page: lists are often drawn at its end. */
async function offersIn(
  context: ToolContext,
  tab: Tab,
  root: ElementHandle<HTMLElement> | null,
): Promise<Offer[]> {
  for (const selector of OPTION_SELECTORS) {
    const offers: Offer[] = [];
    const scopes = root ? [root] : tab.page.frames();
    for (const scope of scopes) {
      const handles = await until(
        context.signal,
        scope.$$(`css=${selector}`).catch(() => []),
      );
      for (const handle of handles.slice(0, 200)) {
        const element = handle as ElementHandle<HTMLElement>;
        const texts = await until(
          context.signal,
          element.evaluate(textsOfOption).catch(() => null),
        );
        if (texts) offers.push({ element, texts });
      }
    }
    if (offers.length > 0) return offers;
  }
  return [];
}

/** Runs in the page: null for what is not visible or holds other options. */
function textsOfOption(node: HTMLElement): string[] | null {
  if (!node.checkVisibility({ visibilityProperty: true })) return null;
  if (node.closest('[aria-disabled=true]') || node.querySelector('[role=option],[role=menuitem],li'))
    return null;
  const label =
    node instanceof HTMLInputElement ? (node.labels?.[0]?.innerText ?? node.value) : node.innerText;
  const texts = [label, node.getAttribute('aria-label') ?? '', node.dataset.value ?? ''];
  const named = texts.map((text) => (text ?? '').trim()).filter((text) => text !== '');
  return named.length > 0 ? named : null;
}
