import type { ElementHandle } from 'playwright-core';
import { isAllowedUrl, type OriginRule } from '../../../shared/origin-rule.ts';
import type { Tab } from '../agent-browser.ts';
import { focusedApart, readApart } from '../isolated-world.ts';
import type { Masker } from '../secrets/masker.ts';
import { StepFailed } from '../step-error.ts';
import type { Touch } from '../tool-context.ts';
import { type ElementFacts, readFacts } from './element-facts.ts';
import {
  type Judgement,
  judgeAddress,
  judgeElement,
  judgeQuestion,
  judgeUpload,
  originOf,
  type Where,
} from './judge.ts';

const PRESSES = /(^|\+)(Enter|NumpadEnter|Space| )$/;

/** Judges what a touch would do, from the page as it is at this moment. [AGT-5] */
export async function judgeTouch(
  tab: Tab,
  touch: Touch,
  named: readonly OriginRule[],
  masker: Masker,
): Promise<Judgement | null> {
  const page = originOf(tab.page.url());
  const knows = (origin: string) => origin === page || isAllowedUrl(named, origin);
  switch (touch.kind) {
    case 'navigate':
      return judgeAddress(touch.value ?? '', { origin: page ?? '', knows }, masker);
    case 'answer': {
      const question = touch.value === 'Escape' ? null : await tab.dialogs.blocking();
      return question && judgeQuestion(question.message, page ?? 'no site', masker);
    }
    case 'fill':
    case 'press': {
      // What is typed wherever the focus is may end with Enter, or press a button by a space.
      const typed = touch.kind === 'fill';
      const presses = typed ? /[\r\n ]/ : PRESSES;
      if (touch.element || !presses.test(touch.value ?? '')) return null;
      const focused = await focusedApart(tab.page, readFacts, { at: null, by: 'enter' });
      if (!focused) return null;
      if (typed && takesText(focused.facts) && !/[\r\n]/.test(touch.value ?? '')) return null;
      return judgeElement(focused.facts, { origin: originIn(focused.url), knows }, masker);
    }
    case 'upload': {
      // A button that only opens the choice of a file.
      if (touch.value === undefined) return judgeClick(touch, knows, masker);
      const facts = touch.element && (await factsOf(touch.element, touch));
      const where = { origin: page ?? 'no site', knows };
      return judgeUpload(facts ?? NO_FACTS, touch.value, where, masker);
    }
    // Who lets go where they pressed has clicked.
    case 'drag':
    case 'click':
    case 'download':
      return judgeClick(touch, knows, masker);
    default:
      return null;
  }
}

const takesText = ({ tag, role }: ElementFacts) =>
  /^(input|textarea)$/.test(tag) || /^(textbox|searchbox|combobox)$/.test(role);

async function judgeClick(touch: Touch, knows: Where['knows'], masker: Masker): Promise<Judgement | null> {
  if (!touch.element) return null;
  const facts = await factsOf(touch.element, touch);
  if (facts.coveredBy) {
    throw new StepFailed('covered', `Something else lies over it: ${facts.coveredBy}. Look at the page.`);
  }
  const frame = await touch.element.ownerFrame();
  return judgeElement(facts, { origin: originIn(frame?.url() ?? ''), knows }, masker);
}

async function factsOf(element: ElementHandle, { point }: Touch): Promise<ElementFacts> {
  // The root has a box whatever the element has.
  const root = point && (await (await element.ownerFrame())?.$('css=:root'));
  const box = root ? await root.boundingBox() : null;
  const at = point && box ? { x: point.x - box.x, y: point.y - box.y } : null;
  return readApart(element, readFacts, { at, by: 'click' });
}

/** A document without an origin of its own belongs to nobody that was named. */
const originIn = (url: string) => originOf(url) ?? (url.split(':')[0] || 'no site');

const NO_FACTS: ElementFacts = {
  ...{ tag: 'input', type: 'file', role: 'button', name: 'file field', texts: [], href: null, form: null },
  ...{ filled: [], around: '', coveredBy: null },
};
