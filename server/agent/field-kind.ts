import type { ElementHandle } from 'playwright-core';
import { until } from './abortable.ts';
import type { ToolContext } from './tool-context.ts';

export interface FieldKind {
  /** `text` for whatever takes free text, `other` for what takes none. */
  type: string;
  tag: string;
  readOnly: boolean;
  checked: boolean;
}

/** The field itself when the target is its label or a box around it. */
export async function innerField(
  context: ToolContext,
  element: ElementHandle<HTMLElement>,
): Promise<ElementHandle<HTMLElement>> {
  const handle = await until(
    context.signal,
    element.evaluateHandle((node) => {
      const fields = 'input:not([type=hidden]),textarea,select,[contenteditable=""],[contenteditable=true]';
      const box = node instanceof HTMLLabelElement && node.control ? node.control : node;
      if (box.matches(fields) || box.isContentEditable) return box;
      const inside = [box, ...(box.shadowRoot ? [box.shadowRoot] : [])]
        .flatMap((tree) => [...tree.querySelectorAll<HTMLElement>(fields)])
        .filter((field) => field.checkVisibility());
      return inside.length === 1 && inside[0] ? inside[0] : box;
    }),
  );
  return handle.asElement() ?? element;
}

/** Runs in the page: must not use anything from outside its body. */
export function fieldKind(node: HTMLElement): FieldKind {
  const tag = node.localName;
  if (node instanceof HTMLSelectElement) return { type: 'select', tag, readOnly: false, checked: false };
  if (node instanceof HTMLTextAreaElement) {
    return { type: 'text', tag, readOnly: node.readOnly, checked: false };
  }
  if (node instanceof HTMLInputElement) {
    const textual = ['text', 'search', 'email', 'url', 'tel', 'password'];
    const noField = ['button', 'submit', 'reset', 'image', 'hidden'];
    const type = textual.includes(node.type) ? 'text' : noField.includes(node.type) ? 'other' : node.type;
    return { type, tag, readOnly: node.readOnly, checked: node.checked };
  }
  const role = node.getAttribute('role') ?? '';
  if (role === 'slider') return { type: 'slider', tag, readOnly: false, checked: false };
  if (['checkbox', 'switch', 'radio', 'menuitemcheckbox', 'menuitemradio'].includes(role)) {
    return { type: 'checkbox', tag, readOnly: false, checked: node.ariaChecked === 'true' };
  }
  if (['combobox', 'listbox', 'radiogroup'].includes(role) && !node.isContentEditable) {
    return { type: 'list', tag, readOnly: false, checked: false };
  }
  const isCell = ['gridcell', 'cell'].includes(role) || tag === 'td';
  const type = node.isContentEditable ? 'text' : isCell ? 'cell' : 'other';
  return { type, tag, readOnly: false, checked: false };
}
