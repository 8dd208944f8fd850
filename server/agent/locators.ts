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

const FIELD =
  '*[self::input[not(@type="hidden" or @type="submit" or @type="button")] or self::textarea or self::select or ' +
  '@contenteditable="true" or @role="textbox" or @role="combobox" or @role="checkbox" or @role="slider"]';
const FIELD_ROLES = [
  'textbox',
  'searchbox',
  'combobox',
  'spinbutton',
  'slider',
  'checkbox',
  'radio',
  'listbox',
];

/**
 * What else a person may have meant on a page that is not marked up well, the best guess first: the field next
 * to a caption that no label ties to it, or an icon known by its tooltip.
 */
export function secondGuesses(frame: Frame, target: Target): Locator[] {
  const exact = target.exact ?? false;
  const caption = target.label ?? (FIELD_ROLES.includes(target.role ?? '') ? target.name : undefined);
  if (caption !== undefined) {
    const text = frame.getByText(caption, { exact });
    return [
      text.locator(`xpath=ancestor-or-self::*[.//${FIELD}][1][count(.//${FIELD})=1]//${FIELD}`),
      ...besideWords(frame, caption, exact),
      text.locator(`xpath=(following::${FIELD})[1]`),
    ];
  }
  if (target.role !== undefined && target.name !== undefined) {
    return [frame.getByRole(target.role as AriaRole).and(frame.getByTitle(target.name, { exact }))];
  }
  if (target.text === undefined) return [];
  const byHint = frame.getByTitle(target.text, { exact }).or(frame.getByAltText(target.text, { exact }));
  // A menu's own words, apart from those of the menus inside it.
  const own = /["']/.test(target.text)
    ? []
    : [frame.locator(`xpath=//*[text()[normalize-space()="${target.text}"]]`)];
  return [
    ...own,
    byHint.or(frame.getByLabel(target.text, { exact })).or(frame.getByPlaceholder(target.text, { exact })),
  ];
}

const CHECK = '@type="checkbox" or @type="radio"';
const IS_WORDS = 'normalize-space() and not(parent::script or parent::style)';

/** The field with the caption as its nearest words: before it, or behind it where it is a box to tick. */
function besideWords(frame: Frame, caption: string, exact: boolean): Locator[] {
  if (caption.includes('"')) return [];
  const words = caption.trim().toLowerCase();
  const lower = 'translate(normalize-space(),"ABCDEFGHIJKLMNOPQRSTUVWXYZ","abcdefghijklmnopqrstuvwxyz")';
  const fits = exact ? `${lower}="${words}" or ${lower}="${words}:"` : `contains(${lower},"${words}")`;
  const written = `//text()[${IS_WORDS}][${fits}]`;
  const nearest = `text()[${IS_WORDS}][1][${fits}]`;
  return [
    frame.locator(`xpath=${written}/preceding::input[1][${CHECK}][following::${nearest}]`),
    frame.locator(`xpath=${written}/following::${FIELD}[not(${CHECK})][1][preceding::${nearest}]`),
  ];
}
