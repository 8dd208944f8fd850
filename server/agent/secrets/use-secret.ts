import type { ElementHandle } from 'playwright-core';
import { originOf } from '../approvals/judge.ts';
import { type Injected, readApart } from '../isolated-world.ts';
import { StepFailed } from '../step-error.ts';
import type { OpenSecret } from './secret-store.ts';

interface SecretFieldFacts {
  isField: boolean;
  type: string;
  names: string[];
  labels: string[];
  /** Where its form sends it; null without a form. */
  action: string | null;
}

/**
 * The value of a secret for this very field, or a refusal in words: its document and its form must be of the
 * origin that the secret is for, whatever the page or a model says. [AGT-7]
 */
export async function secretFor(
  secrets: readonly OpenSecret[],
  name: string,
  element: ElementHandle | undefined,
): Promise<string> {
  const secret = secrets.find((one) => one.name === name);
  if (!secret) {
    const known = secrets.map((one) => one.name).join(', ');
    const hint = known ? `There are: ${known}.` : 'There are none.';
    throw new StepFailed(
      'no-such-secret',
      `This session has no secret '${name}'. ${hint} Its owner adds them.`,
    );
  }
  if (secret.value === null) {
    const problem = `The secret '${name}' cannot be opened: the server's key file is another one. Delete it and add it again.`;
    throw new StepFailed('secret-unreadable', problem);
  }
  const refuse = (code: string, why: string) => new StepFailed(code, `The secret '${name}' is ${why}`);
  const frame = await element?.ownerFrame();
  if (!element || !frame) throw refuse('secret-wrong-field', 'for fields of a page only.');
  const origin = originOf(frame.url());
  if (origin !== secret.origin) {
    const here = origin ?? 'of no origin of its own';
    throw refuse(
      'secret-wrong-origin',
      `for ${secret.origin} only, and this field is ${origin ? 'on ' : ''}${here}.`,
    );
  }
  const facts = await readApart(element, readSecretField, null);
  if (!facts.isField) throw refuse('secret-wrong-field', 'for text fields only.');
  if (facts.action !== null && originOf(facts.action) !== secret.origin) {
    const there = originOf(facts.action) ?? 'somewhere else';
    throw refuse(
      'secret-leaves-origin',
      `for ${secret.origin} only, and this form would send it to ${there}.`,
    );
  }
  const wrong = mismatch(secret, facts);
  if (wrong) throw refuse('secret-wrong-field', `for a field with ${wrong}, and this is another one.`);
  return secret.value;
}

function mismatch({ field }: OpenSecret, { type, names, labels }: SecretFieldFacts): string | null {
  const same = (wanted: string) => (seen: string) =>
    seen.trim().toLowerCase() === wanted.trim().toLowerCase();
  if (field?.type !== undefined && !same(field.type)(type)) return `the type '${field.type}'`;
  if (field?.name !== undefined && !names.some(same(field.name))) return `the name '${field.name}'`;
  if (field?.label !== undefined && !labels.some(same(field.label))) return `the label '${field.label}'`;
  return null;
}

/** Runs in the page, apart from its scripts: must not use anything from outside its body. */
function readSecretField([injected, node]: [Injected, Element, null]): SecretFieldFacts {
  const attribute = (element: Element, name: string) => Element.prototype.getAttribute.call(element, name);
  const isField =
    node instanceof HTMLTextAreaElement ||
    (node instanceof HTMLInputElement &&
      !/^(button|submit|reset|image|file|checkbox|radio|range|color)$/.test(node.type));
  const form = isField ? node.form : null;
  const base = Object.getOwnPropertyDescriptor(Node.prototype, 'baseURI')?.get?.call(node) as string;
  // Any of its buttons may send it elsewhere than the form says.
  const elements: Element[] = form
    ? [...(Object.getOwnPropertyDescriptor(HTMLFormElement.prototype, 'elements')?.get?.call(form) ?? [])]
    : [];
  // Without an action the form goes to the document's own address.
  const said = [form && (attribute(form, 'action') || location.href)];
  for (const each of elements) said.push(attribute(each, 'formaction'));
  const actions = said.flatMap((action) => (action ? [URL.parse(action, base)?.href ?? action] : []));
  const elsewhere = actions.find((action) => URL.parse(action)?.origin !== location.origin);
  return {
    isField,
    type: 'type' in node ? String(node.type) : node.localName,
    names: [attribute(node, 'name'), attribute(node, 'id')].flatMap((name) => (name ? [name] : [])),
    labels: [
      injected.utils.getElementAccessibleNameText(node, true),
      ...(isField ? [...(node.labels ?? [])].map((label) => label.textContent ?? '') : []),
      attribute(node, 'placeholder') ?? '',
    ],
    action: elsewhere ?? actions[0] ?? null,
  };
}
