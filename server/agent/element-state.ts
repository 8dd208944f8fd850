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
  // Lists for screen readers alone, and what is folded away, lie in a box without any height or width.
  const isCutAway = (element: Element): boolean => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (!(box instanceof HTMLElement)) continue;
      const isFlat = box.clientWidth === 0 || box.clientHeight === 0;
      const { overflowX, overflowY, display } = getComputedStyle(box);
      const cuts =
        isFlat &&
        !['inline', 'contents'].includes(display) &&
        overflowX !== 'visible' &&
        overflowY !== 'visible';
      if (cuts && isWithin(element, box)) return true;
    }
    return false;
  };
  // Placed from outside of the box, an element is not cut by it.
  const isWithin = (element: Element, box: Element): boolean => {
    for (let at: Element | null = element; at && at !== box; at = at.parentElement) {
      const { position } = getComputedStyle(at);
      if (position === 'fixed') return false;
      const from = position === 'absolute' && at instanceof HTMLElement ? at.offsetParent : null;
      if (from?.contains(box) && from !== box) return false;
    }
    return true;
  };
  const isVisible = (element: Element): boolean => {
    // A closed list shows none of its options, and they can be chosen all the same.
    if (element instanceof HTMLOptionElement) {
      const list = element.closest('select');
      const isDot = list !== null && list.offsetWidth <= 2 && list.offsetHeight <= 2;
      return !isDot && hasBox(list ?? element);
    }
    if (hasBox(element) && !isCutAway(element)) return true;
    // What draws a choice by its label alone hides the choice itself.
    const isChoice = element.matches('input[type=checkbox],input[type=radio]');
    return isChoice && [...((element as HTMLInputElement).labels ?? [])].some(hasBox);
  };
  // A date that is split into parts is one field, and what holds its value for scripts is none.
  const isSplit = (element: Element) => element.querySelectorAll('[role=spinbutton]').length > 1;
  const isForScripts = (element: Element) => element.matches('input[aria-hidden=true][tabindex="-1"]');
  return elements.slice(0, max).map((element) => ({
    visible: isVisible(element),
    enabled: !element.matches(':disabled') && !element.closest('[aria-disabled=true]'),
    clickable:
      !isForScripts(element) &&
      (element.closest(clickableSelector) !== null ||
        getComputedStyle(element).cursor === 'pointer' ||
        (element.matches('[role=group]') && isSplit(element))),
    editable:
      !isForScripts(element) &&
      (element.matches(editableSelector) || (element.matches('[role=group]') && isSplit(element))),
  }));
}
