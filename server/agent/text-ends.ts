interface Ends {
  /** From the element's left top corner. */
  start: { x: number; y: number };
  end: { x: number; y: number };
}

/** Where a hand begins and ends to select the text. Runs in the page: must not use anything from outside. */
export function endsOfText(element: HTMLElement, part: string | null): Ends | null {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  let all = '';
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    nodes.push(node);
    all += node.data;
  }
  // Any white space of the source is one space to who reads it.
  const words = (part ?? all).trim().split(/\s+/);
  const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s+'));
  const found = words[0] === '' ? null : pattern.exec(all);
  if (!found) return null;

  const rectOf = (index: number): DOMRect | undefined => {
    let offset = index;
    for (const node of nodes) {
      if (offset < node.data.length) {
        const range = document.createRange();
        range.setStart(node, offset);
        range.setEnd(node, offset + 1);
        return range.getClientRects()[0];
      }
      offset -= node.data.length;
    }
    return undefined;
  };
  element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  const corner = element.getBoundingClientRect();
  const first = rectOf(found.index);
  const last = rectOf(found.index + found[0].length - 1);
  if (!first || !last) return null;
  return {
    start: { x: first.left - corner.left + 0.5, y: first.top - corner.top + first.height / 2 },
    end: { x: last.right - corner.left + 0.5, y: last.top - corner.top + last.height / 2 },
  };
}

/** Runs in the page: must not use anything from outside its body. */
export function selectInField(node: HTMLElement, part: string | null): boolean {
  const field = node as HTMLInputElement | HTMLTextAreaElement;
  const start = part === null ? 0 : field.value.indexOf(part);
  if (start < 0) return false;
  field.setSelectionRange(start, part === null ? field.value.length : start + part.length);
  return true;
}
