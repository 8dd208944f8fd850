import { nearest } from './nearest.ts';

const MODIFIERS = ['Control', 'Shift', 'Alt', 'Meta', 'ControlOrMeta'];
const NAMED = [
  'Enter',
  'Tab',
  'Escape',
  'Backspace',
  'Delete',
  'Insert',
  'Space',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'CapsLock',
  'ContextMenu',
  ...Array.from({ length: 12 }, (_, index) => `F${index + 1}`),
];

/** Why `text` is no key that can be pressed, or null. Keys are `Enter`, `a`, `Control+Shift+A`. */
export function keyProblem(text: string): string | null {
  // A lone plus is a key, and `Control++` presses it with a modifier.
  const parts =
    text === '+' ? ['+'] : text.endsWith('++') ? [...text.slice(0, -2).split('+'), '+'] : text.split('+');
  const key = parts.pop() ?? '';
  const badModifier = parts.find((part) => !MODIFIERS.includes(part));
  if (badModifier !== undefined) {
    return `'${badModifier}' is no modifier key; use ${MODIFIERS.join(', ')}, as in "Control+A"`;
  }
  if (MODIFIERS.includes(key) || NAMED.includes(key) || [...key].length === 1) return null;
  const near = nearest(key, NAMED);
  const hint = near ? `; did you mean '${near}'?` : '';
  return `'${key}' is no key${hint} Use one character or one of: ${NAMED.join(', ')}`;
}
