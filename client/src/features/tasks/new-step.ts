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
  value: { field: string; label: string; placeholder: string } | null;
}

export const verbForms: Record<Verb, VerbForm> = {
  navigate: {
    label: 'Go to',
    target: null,
    value: { field: '', label: 'Address', placeholder: 'https://example.com' },
  },
  click: { label: 'Click', target: 'button', value: null },
  fill: { label: 'Fill', target: 'label', value: { field: 'value', label: 'With', placeholder: 'Text' } },
  select: {
    label: 'Select',
    target: 'label',
    value: { field: 'option', label: 'Option', placeholder: 'As it is written' },
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
};

export interface StepInput {
  verb: Verb;
  kind: TargetKind;
  target: string;
  value: string;
}

/** The step in the JSON that the API takes. */
export function newStep({ verb, kind, target, value }: StepInput): Record<string, unknown> {
  const form = verbForms[verb];
  if (form.value?.field === '') return { [verb]: value };
  const extra = form.value ? { [form.value.field]: value } : {};
  return { [verb]: form.target ? { ...targets[kind].make(target), ...extra } : {} };
}
