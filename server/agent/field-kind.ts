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
      if (node instanceof HTMLLabelElement && node.control) return node.control;
      const fields = 'input:not([type=hidden]),textarea,select,[contenteditable=""],[contenteditable=true]';
      if (node.matches(fields) || node.isContentEditable) return node;
      const inside = [...node.querySelectorAll<HTMLElement>(fields)].filter((field) =>
        field.checkVisibility(),
      );
      return inside.length === 1 && inside[0] ? inside[0] : node;
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
  if (node.getAttribute('role') === 'slider') return { type: 'slider', tag, readOnly: false, checked: false };
  return { type: node.isContentEditable ? 'text' : 'other', tag, readOnly: false, checked: false };
}
