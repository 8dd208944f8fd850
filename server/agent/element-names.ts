export interface ElementNames {
  label: string;
  placeholder: string;
  text: string;
  /** Leads to this element alone, in its own frame. */
  css: string;
}

/** Runs in the page: must not use anything from outside its body. */
export function namesOf(element: HTMLElement): ElementNames {
  const plain = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();
  const short = (text: string) => (text.length <= 120 ? text : '');
  const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];

  const step = (node: Element): string => {
    if (node.id) return `#${CSS.escape(node.id)}`;
    const testId = node.getAttribute('data-testid');
    if (testId) return `[data-testid=${CSS.escape(testId)}]`;
    const same = [...(node.parentNode?.children ?? [])].filter((other) => other.localName === node.localName);
    const name = CSS.escape(node.localName);
    return same.length > 1 ? `${name}:nth-of-type(${same.indexOf(node) + 1})` : name;
  };
  const path = (node: Element): string => {
    const steps: string[] = [];
    const root = node.getRootNode() as Document | ShadowRoot;
    let at: Element | null = node;
    while (at) {
      steps.unshift(step(at));
      const selector = steps.join(' > ');
      // From the root down when nothing shorter leads to it alone.
      if (root.querySelectorAll(selector).length === 1) break;
      at = at.parentElement;
    }
    const inside = steps.join(' > ');
    return root instanceof ShadowRoot ? `${path(root.host)} ${inside}` : inside;
  };

  return {
    label: short(plain(labels[0]?.innerText)),
    placeholder: short(plain(element.getAttribute('placeholder'))),
    text: short(plain(element.innerText ?? element.textContent)),
    css: path(element),
  };
}
