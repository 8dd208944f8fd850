import type { Injected } from '../isolated-world.ts';

export interface FieldFacts {
  type: string;
  name: string;
  label: string;
  autocomplete: string;
  /** Empty for passwords: those do not leave the page. */
  value: string;
  filled: boolean;
}

export interface FormFacts {
  /** Absolute, by the document's real base. */
  action: string;
  method: string;
  fields: FieldFacts[];
}

/** What a click, or Enter, really does, as the document says and not as anybody describes it. [AGT-5] */
export interface ElementFacts {
  tag: string;
  type: string;
  role: string;
  name: string;
  /** What can be read on it: drawn text, values, titles, text from style sheets. */
  texts: string[];
  href: string | null;
  /** The form that is submitted. */
  form: FormFacts | null;
  /** Filled fields anywhere in the document: a script may send them without a form. */
  filled: FieldFacts[];
  /** The text of the dialog or form around it. */
  around: string;
  /** What lies over the point instead. */
  coveredBy: string | null;
}

export interface Look {
  /** Where exactly, from the upper left corner of the document's root. */
  at: { x: number; y: number } | null;
  by: 'click' | 'enter';
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
export function readFacts([injected, node, look]: [Injected, Element, Look]): ElementFacts {
  // A form's inputs may be named "action" or "elements" and then hide the real ones.
  const attribute = (element: Element, name: string) => Element.prototype.getAttribute.call(element, name);
  const own = <T>(kind: object, name: string, of: object): T =>
    Object.getOwnPropertyDescriptor(kind, name)?.get?.call(of) as T;
  const clip = (text: string | null | undefined, most: number) =>
    (text ?? '').replace(/\s+/g, ' ').trim().slice(0, most);

  const above = (element: Element): Element | null => {
    const root = element.getRootNode();
    return element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  };
  const within = (outer: Element, inner: Element | null) => {
    for (let each = inner; each; each = above(each)) if (each === outer) return true;
    return false;
  };
  const hitAt = (x: number, y: number): Element | null => {
    let hit = Document.prototype.elementFromPoint.call(document, x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };

  const corner = document.documentElement.getBoundingClientRect();
  const hit = look.at ? hitAt(corner.left + look.at.x, corner.top + look.at.y) : null;
  const labels = (element: Element): Element[] =>
    'labels' in element ? [...((element.labels as NodeListOf<Element> | null) ?? [])] : [];
  const isInside = within(node, hit) || labels(node).some((label) => within(label, hit));
  const reaches = hit === null || isInside || within(hit, node);
  const start = hit && isInside ? hit : node;

  const active =
    'a[href],area[href],button,input,select,textarea,summary,label,option,[role=button],[role=link],[role=menuitem],' +
    '[role=option],[role=tab],[role=switch],[role=checkbox],[role=radio],[onclick],[contenteditable=true]';
  let element: Element = node;
  for (let each: Element | null = start; each; each = above(each)) {
    if (!each.matches(active)) continue;
    element = each instanceof HTMLLabelElement && each.control ? each.control : each;
    break;
  }

  const fieldOf = (field: Element): FieldFacts => {
    const type = 'type' in field ? String(field.type) : field.localName;
    const value = 'value' in field ? String(field.value) : (field.textContent ?? '');
    const checkable = type === 'checkbox' || type === 'radio';
    const checked = (field as HTMLInputElement).checked;
    // A list inside its label would lend it the text of every option.
    const copy = labels(field)[0]?.cloneNode(true) as Element | undefined;
    for (const inner of copy?.querySelectorAll('select,textarea') ?? []) inner.remove();
    const label = copy?.textContent ?? attribute(field, 'aria-label');
    return {
      type,
      name: clip(attribute(field, 'name') ?? field.id, 100),
      label: clip(label ?? attribute(field, 'placeholder') ?? attribute(field, 'name'), 100),
      autocomplete: clip(attribute(field, 'autocomplete'), 60).toLowerCase(),
      value: type === 'password' ? '' : checkable ? String(checked) : clip(value, 200),
      filled: checkable ? checked : value !== '',
    };
  };
  const isField = (field: Element) =>
    field.matches('input,select,textarea') &&
    !field.matches('[type=hidden],[type=submit],[type=button],[type=reset],[type=image]');

  const formOf = (form: HTMLFormElement, submitter: Element | null): FormFacts => {
    const said = (name: string) =>
      (submitter && attribute(submitter, `form${name}`)) || attribute(form, name) || '';
    const base = own<string>(Node.prototype, 'baseURI', node);
    const action = said('action') || own<string>(Node.prototype, 'baseURI', node);
    const elements = own<HTMLFormControlsCollection>(HTMLFormElement.prototype, 'elements', form);
    return {
      action: URL.parse(action, base)?.href ?? action,
      method: said('method').toLowerCase() || 'get',
      fields: [...elements].filter(isField).slice(0, 40).map(fieldOf),
    };
  };

  let form: FormFacts | null = null;
  const submits =
    (element instanceof HTMLButtonElement && element.type === 'submit') ||
    (element instanceof HTMLInputElement && /^(submit|image)$/.test(element.type));
  if (submits) {
    const owner = (element as HTMLButtonElement | HTMLInputElement).form;
    if (owner) form = formOf(owner, element);
  }
  if (look.by === 'enter' && !submits && element instanceof HTMLInputElement && element.form) {
    const all = own<HTMLFormControlsCollection>(HTMLFormElement.prototype, 'elements', element.form);
    const button = [...all].find((each) =>
      each.matches('button:not([type=button],[type=reset]),[type=submit]'),
    );
    form = formOf(element.form, button ?? null);
  }

  const written = (pseudo: string) => getComputedStyle(element, pseudo).content.replace(/^"|"$/g, '');
  const pictures = [...element.querySelectorAll('img[alt],svg title')].slice(0, 5);
  const texts = [
    (element as HTMLElement).innerText,
    element instanceof HTMLInputElement && /^(submit|button|image|reset)$/.test(element.type)
      ? element.value
      : '',
    ...['aria-label', 'title', 'alt'].map((name) => attribute(element, name)),
    ...pictures.map((picture) => attribute(picture, 'alt') ?? picture.textContent),
    ...['::before', '::after'].map(written).filter((text) => text !== 'none' && text !== 'normal'),
  ];
  const box = element.closest('dialog,form,fieldset,[role=dialog],[role=alertdialog],[aria-modal=true]');
  const link = element.closest('a[href],area[href]');
  return {
    tag: element.localName,
    type: 'type' in element ? String(element.type) : '',
    role: injected.utils.getAriaRole(element) ?? element.localName,
    name: clip(injected.utils.getElementAccessibleNameText(element, true), 200),
    texts: [...new Set(texts.map((text) => clip(text, 200)))].filter((text) => text !== ''),
    href: link ? (link as HTMLAnchorElement).href : null,
    form,
    filled: [...document.querySelectorAll('input,textarea')]
      .filter(isField)
      .slice(0, 200)
      .map(fieldOf)
      .filter(({ filled }) => filled)
      .slice(0, 40),
    around: clip(box?.textContent, 600),
    coveredBy: reaches ? null : `<${hit?.localName}${hit?.id ? ` id="${hit.id}"` : ''}>`,
  };
}
