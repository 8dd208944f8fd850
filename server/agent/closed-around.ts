/** Runs in the page: must not use anything from outside its body. What is closed around an element, by name. */
export function closedAround(element: HTMLElement): string | null {
  const nameOf = (node: Element | null | undefined): string | null => {
    const text = node?.getAttribute('aria-label') ?? (node as HTMLElement | null)?.innerText ?? '';
    return text.trim().split('\n')[0]?.slice(0, 80) || null;
  };
  for (let at: Element | null = element; at; ) {
    const parent: Node | null = at.assignedSlot ?? at.parentNode;
    const box: Element | null = parent instanceof ShadowRoot ? parent.host : (parent as Element | null);
    if (!(box instanceof Element)) return null;
    if (box.matches('details:not([open])')) return nameOf(box.querySelector('summary'));
    if (box.matches('[aria-expanded=false]')) return nameOf(box);
    const id = CSS.escape(box.id);
    const opener = id ? document.querySelector(`[aria-controls~="${id}"]`) : null;
    if (opener?.matches('[aria-expanded=false],[aria-selected=false]')) return nameOf(opener);
    at = box;
  }
  return null;
}
