import type { ElementHandle } from 'playwright-core';

/** What a person reads in the element: a field's value, a list's chosen option, else its text. */
export async function readText(element: ElementHandle<HTMLElement>): Promise<string> {
  return element.evaluate((node) => {
    const field = node instanceof HTMLLabelElement && node.control ? node.control : node;
    if (field instanceof HTMLSelectElement) {
      return [...field.selectedOptions].map((option) => option.label).join(', ');
    }
    if (field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')) {
      return String(field.checked);
    }
    // A password never leaves the page in clear. [AGT-7]
    if (field instanceof HTMLInputElement && field.type === 'password') return '•'.repeat(field.value.length);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) return field.value;
    return (node.innerText ?? node.textContent ?? '').trim();
  });
}
