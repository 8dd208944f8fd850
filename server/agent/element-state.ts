/** What decides between several elements that a target names. Read inside the page. */
export interface ElementState {
  visible: boolean;
  enabled: boolean;
  /** Something a person would click, or inside it. */
  clickable: boolean;
  /** Takes a value from the keyboard or a list. */
  editable: boolean;
}

export const MAX_ELEMENTS = 100;

/** Runs in the page: must not use anything from outside its body. */
export function readElementStates(elements: (SVGElement | HTMLElement)[], max: number): ElementState[] {
  const clickableSelector =
    'a[href],button,input,select,textarea,label,summary,option,[onclick],[tabindex],[role=button],[role=link],' +
    '[role=tab],[role=menuitem],[role=menuitemcheckbox],[role=menuitemradio],[role=option],[role=checkbox],' +
    '[role=radio],[role=switch],[role=treeitem],[role=combobox]';
  const editableSelector =
    'input,textarea,select,[contenteditable=""],[contenteditable=true],[contenteditable=plaintext-only],' +
    '[role=textbox],[role=searchbox],[role=combobox],[role=spinbutton],[role=slider],[role=listbox]';
  const hasBox = (element: Element): boolean => {
    if (getComputedStyle(element).display === 'contents') return [...element.children].some(hasBox);
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    const rect = element.getBoundingClientRect();
    return (rect.width > 0 && rect.height > 0) || [...element.children].some(hasBox);
  };
  const isSeen = (element: Element): boolean => {
    // A closed list shows none of its options, and they can be chosen all the same.
    if (element instanceof HTMLOptionElement) return hasBox(element.closest('select') ?? element);
    // A box that is drawn by its label is often nothing itself.
    const isBox = element instanceof HTMLInputElement && /^(checkbox|radio)$/.test(element.type);
    return hasBox(element) || (isBox && [...(element.labels ?? [])].some(hasBox));
  };
  return elements.slice(0, max).map((element) => ({
    visible: isSeen(element),
    enabled: !element.matches(':disabled') && !element.closest('[aria-disabled=true]'),
    clickable: element.closest(clickableSelector) !== null || getComputedStyle(element).cursor === 'pointer',
    editable: element.matches(editableSelector),
  }));
}
