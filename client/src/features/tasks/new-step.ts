import type { FlowVerb } from '../../../../shared/flow.ts';
import type { Verb } from '../../../../shared/playbook.ts';

/** How a person points at an element, in the order of how well it survives a redesign. */
export const targets = {
  button: { label: 'button called', make: (text: string) => ({ role: 'button', name: text }) },
  link: { label: 'link called', make: (text: string) => ({ role: 'link', name: text }) },
  label: { label: 'field labelled', make: (text: string) => ({ label: text }) },
  placeholder: { label: 'field with placeholder', make: (text: string) => ({ placeholder: text }) },
  heading: { label: 'heading', make: (text: string) => ({ role: 'heading', name: text }) },
  text: { label: 'text', make: (text: string) => ({ text }) },
  css: { label: 'CSS selector', make: (text: string) => ({ css: text }) },
} as const;

export type TargetKind = keyof typeof targets;

interface VerbForm {
  label: string;
  /** Null when the verb needs no element. */
  target: TargetKind | null;
  /** The one text that the verb needs beside its element. */
  value: {
    field: string;
    label: string;
    placeholder: string;
    /** What the text stands for in the step, when it is not the text itself. */
    make?: (text: string) => unknown;
  } | null;
  /** The element decides whether, or how often, other steps are done. */
  asCondition?: 'condition' | 'until';
}

export type FormVerb = Verb | FlowVerb;

export const verbForms: Record<FormVerb, VerbForm> = {
  navigate: {
    label: 'Go to',
    target: null,
    value: { field: '', label: 'Address', placeholder: 'https://example.com' },
  },
  back: { label: 'Go back', target: null, value: null },
  tab: {
    label: 'Go to tab',
    target: null,
    value: { field: 'switch', label: 'Tab', placeholder: 'Part of its title' },
  },
  click: { label: 'Click', target: 'button', value: null },
  hover: { label: 'Point at', target: 'text', value: null },
  drag: {
    label: 'Drag',
    target: 'text',
    value: { field: 'to', label: 'Onto', placeholder: 'Text', make: (text) => ({ text }) },
  },
  scroll: { label: 'Scroll to', target: 'text', value: null },
  fill: { label: 'Fill', target: 'label', value: { field: 'value', label: 'With', placeholder: 'Text' } },
  select: {
    label: 'Select',
    target: 'label',
    value: { field: 'option', label: 'Option', placeholder: 'As it is written' },
  },
  selectText: { label: 'Mark text', target: 'text', value: null },
  upload: {
    label: 'Upload text',
    target: 'label',
    value: {
      field: 'files',
      label: 'Text',
      placeholder: 'What the file holds',
      make: (content) => [{ name: 'upload.txt', content }],
    },
  },
  download: {
    label: 'Download',
    target: 'link',
    value: { field: 'as', label: 'Save as', placeholder: 'report' },
  },
  type: {
    label: 'Type',
    target: null,
    value: { field: '', label: 'Text', placeholder: 'Into what has the focus' },
  },
  press: { label: 'Press', target: null, value: { field: '', label: 'Key', placeholder: 'Enter' } },
  waitFor: { label: 'Wait for', target: 'heading', value: null },
  assert: {
    label: 'Check that',
    target: 'text',
    value: { field: 'contains', label: 'Contains', placeholder: 'Text' },
  },
  extract: {
    label: 'Read',
    target: 'css',
    value: { field: 'as', label: 'Save as', placeholder: 'price' },
  },
  screenshot: { label: 'Take a screenshot', target: null, value: null },
  snapshot: { label: 'Look at the page', target: null, value: null },
  askHuman: {
    label: 'Ask me',
    target: null,
    value: { field: 'instructions', label: 'To', placeholder: 'Sign in, then press Done' },
  },
  if: {
    label: 'If there is',
    target: 'text',
    value: { field: 'then', label: 'Click', placeholder: 'Text to click', make: clickText },
    asCondition: 'condition',
  },
  repeat: {
    label: 'Repeat until there is',
    target: 'text',
    value: { field: 'steps', label: 'Click', placeholder: 'Text to click each time', make: clickText },
    asCondition: 'until',
  },
};

function clickText(text: string): unknown {
  return [{ click: { text } }];
}

const ROUNDS = 10;

export interface StepInput {
  verb: FormVerb;
  kind: TargetKind;
  target: string;
  value: string;
}

/** The step in the JSON that the API takes. */
export function newStep({ verb, kind, target, value }: StepInput): Record<string, unknown> {
  const form = verbForms[verb];
  if (form.value?.field === '') return { [verb]: value };
  const extra = form.value ? { [form.value.field]: form.value.make?.(value) ?? value } : {};
  if (form.asCondition) {
    const bound = form.asCondition === 'until' ? { max: ROUNDS } : {};
    return { [verb]: { ...bound, [form.asCondition]: targets[kind].make(target), ...extra } };
  }
  return { [verb]: { ...(form.target ? targets[kind].make(target) : {}), ...extra } };
}
