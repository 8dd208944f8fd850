import type { Frame, Locator } from 'playwright-core';
import type { AriaRole } from '../../shared/aria-roles.ts';
import type { Target } from '../../shared/target.ts';

/** The elements of one frame that a target names. */
export function locatorFor(frame: Frame, target: Target): Locator {
  const exact = target.exact ?? false;
  if (target.role !== undefined) {
    const name = target.name === undefined ? {} : { name: target.name, exact };
    return frame.getByRole(target.role as AriaRole, name);
  }
  if (target.label !== undefined) return frame.getByLabel(target.label, { exact });
  if (target.text !== undefined) return frame.getByText(target.text, { exact });
  if (target.placeholder !== undefined) return frame.getByPlaceholder(target.placeholder, { exact });
  // The prefix keeps Playwright's other selector engines out of reach. [AGT-9]
  return frame.locator(`css=${target.css ?? ':not(*)'}`);
}

const NO_TEXT = [
  'hidden',
  'submit',
  'button',
  'reset',
  'image',
  'checkbox',
  'radio',
  'range',
  'color',
  'file',
];
const TEXT_BOX = `self::input[not(${NO_TEXT.map((type) => `@type="${type}"`).join(' or ')})] or self::textarea or \
@contenteditable="true" or @role="textbox" or @role="searchbox"`;
const CHECK_BOX = 'self::input[@type="checkbox"] or @role="checkbox" or @role="switch"';
const SLIDER = 'self::input[@type="range"] or @role="slider"';
const LIST = 'self::select or @role="combobox" or @role="listbox"';
const RADIO = 'self::input[@type="radio"] or @role="radio"';

const FIELD = `*[${[TEXT_BOX, CHECK_BOX, SLIDER, LIST].join(' or ')}]`;
/** What may be meant by a role that the page does not give: never another kind of field. */
const FIELDS_OF: Record<string, string> = {
  textbox: `*[${TEXT_BOX} or @role="combobox"]`,
  searchbox: `*[${TEXT_BOX} or @role="combobox"]`,
  spinbutton: `*[${TEXT_BOX}]`,
  combobox: `*[${TEXT_BOX} or ${LIST}]`,
  listbox: `*[${LIST}]`,
  slider: `*[${SLIDER}]`,
  checkbox: `*[${CHECK_BOX}]`,
  switch: `*[${CHECK_BOX}]`,
  radio: `*[${RADIO}]`,
};
const MAX_FOLLOWING = 8;

/** Things that are known by the words on them, whatever they are made of. */
const WORDED = [
  'button',
  'link',
  'option',
  'tab',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'treeitem',
];

export interface Guess {
  locator: Locator;
  /** Of all these only the first that can be seen. */
  nearest?: boolean;
}

/**
 * What else a person may have meant on a page that is not marked up well, the best guess first: the field next
 * to a caption that no label ties to it, an icon known by its tooltip, words that only look like a button.
 */
export function secondGuesses(frame: Frame, target: Target): Guess[] {
  const exact = target.exact ?? false;
  const field = target.role === undefined ? FIELD : FIELDS_OF[target.role];
  const caption = target.label ?? target.placeholder ?? target.name;
  if (field !== undefined && caption !== undefined) {
    const text = frame.getByText(caption, { exact });
    const around = {
      locator: text.locator(`xpath=ancestor-or-self::*[.//${field}][1][count(.//${field})=1]//${field}`),
    };
    if (target.placeholder === undefined) {
      // Words that are slotted into a label, and other names that only the accessibility tree has.
      const [first, ...others] = Object.keys(FIELDS_OF).map((role) =>
        frame.getByRole(role as AriaRole, { name: caption, exact }),
      ) as [Locator, ...Locator[]];
      const byName = { locator: others.reduce((all, one) => all.or(one), first) };
      const following = text.locator(`xpath=(following::${field})[position()<=${MAX_FOLLOWING}]`);
      // A label around a component of its own: clicked, it acts; its field is looked for in it.
      const label = { locator: frame.locator('css=label').filter({ hasText: caption }) };
      return [
        ...(target.label ? [byName] : []),
        around,
        ...(target.label ? [label] : []),
        { locator: following, nearest: true },
      ];
    }
    const hint = JSON.stringify(target.placeholder);
    // Editors draw the words themselves.
    return [{ locator: frame.locator(`css=[data-placeholder=${hint}],[aria-placeholder=${hint}]`) }, around];
  }
  if (WORDED.includes(target.role ?? '') && target.name) {
    return [{ locator: frame.getByText(target.name, { exact: true }) }];
  }
  if (target.text === undefined) return [];
  const byHint = frame.getByTitle(target.text, { exact }).or(frame.getByAltText(target.text, { exact }));
  // A menu's own words, apart from those of the menus inside it.
  const own = /["']/.test(target.text)
    ? []
    : [{ locator: frame.locator(`xpath=//*[text()[normalize-space()="${target.text}"]]`) }];
  const byLabel = frame.getByLabel(target.text, { exact }).or(frame.getByPlaceholder(target.text, { exact }));
  return [...own, { locator: byHint.or(byLabel) }];
}
