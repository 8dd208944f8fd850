import { createHash } from 'node:crypto';
import type { ApprovalKind, ApprovalView } from '../../../shared/approval.ts';
import { DOTS, type Masker } from '../secrets/masker.ts';
import type { ElementFacts, FieldFacts, FormFacts } from './element-facts.ts';
import { spellings, withoutTricks } from './plain-words.ts';
import { CARD_FIELD, namesPrice, PAY_PATH, saysWhat } from './word-lists.ts';

/** What is about to happen and needs a yes. */
export interface Judgement {
  about: Omit<ApprovalView, 'id' | 'step' | 'createdAt' | 'expiresAt'>;
  /** The same while target, form and origin are the same. */
  mark: string;
}

export interface Where {
  /** Of the document that holds the element. */
  origin: string;
  /** Whether the owner named this origin, or has approved it in this task. */
  knows: (origin: string) => boolean;
}

/** Judges an element that is clicked, or on which Enter is pressed; null when nothing needs asking. [AGT-5] */
export function judgeElement(facts: ElementFacts, where: Where, masker: Masker): Judgement | null {
  const kind = kindOf(facts, where);
  if (!kind) return null;
  const { form, href } = facts;
  const leadsTo = form?.action ?? href;
  const about = {
    kind,
    target: masker.text(targetWords(facts)),
    origin: where.origin,
    sendsTo: leadsTo === null ? null : masker.text(withoutQuery(leadsTo)),
    fields: (form?.fields ?? []).filter(({ filled }) => filled).map((field) => shown(field, masker)),
  };
  const held = form?.fields.map(({ type, name, value, filled }) => [type, name, value, filled]);
  return judgement(about, [facts.tag, facts.type, facts.name, facts.texts, form?.method, leadsTo, held]);
}

/** Judges an address that is opened. */
export function judgeAddress(url: string, where: Where, masker: Masker): Judgement | null {
  const origin = originOf(url);
  if (origin === null || where.knows(origin)) return null;
  const target = masker.text(`address ${withoutTricks(url).slice(0, 200)}`);
  const about = {
    kind: 'new-origin' as const,
    target,
    origin,
    sendsTo: masker.text(withoutQuery(url)),
    fields: [],
  };
  return judgement(about, [url]);
}

/** Judges the answer to a page's own question. */
export function judgeQuestion(message: string, origin: string, masker: Masker): Judgement | null {
  const kind = saysWhat(spellings(message));
  if (!kind) return null;
  const target = masker.text(`OK to '${withoutTricks(message).slice(0, 200)}'`);
  return judgement({ kind, target, origin, sendsTo: null, fields: [] }, [message]);
}

/** A file that is handed to a page always needs a yes. */
export function judgeUpload(facts: ElementFacts, files: string, where: Where, masker: Masker): Judgement {
  const target = masker.text(`${withoutTricks(files).slice(0, 200)} into ${targetWords(facts)}`);
  const sendsTo = facts.form ? masker.text(withoutQuery(facts.form.action)) : null;
  return judgement({ kind: 'upload', target, origin: where.origin, sendsTo, fields: [] }, [
    facts.name,
    files,
  ]);
}

function kindOf(facts: ElementFacts, where: Where): ApprovalKind | null {
  const { form, href, filled } = facts;
  const word = saysWhat([facts.name, ...facts.texts].flatMap(spellings));
  if (form) {
    if (form.fields.some(isCard) || (form.method === 'post' && PAY_PATH.test(pathOf(form)))) return 'pay';
    if (word === 'pay' || word === 'delete') return word;
    if (form.fields.some(isCredential)) return 'credentials';
    if (form.method === 'post' || word === 'send') return 'send';
    return unknownOrigin(form.action, where);
  }
  if (href !== null) {
    // A link's text may speak of anything; one that begins with such a word does it.
    if (word === 'pay' || word === 'delete') return facts.name.split(/\s+/).length <= 4 ? word : null;
    if (/^(javascript:|#)/i.test(href) && word) return word;
    return unknownOrigin(href, where);
  }
  if (!isButton(facts)) return null;
  // A script decides what such a button does: what it could send counts, not what it is called.
  if (filled.some(isCard)) return 'pay';
  if (word) return word;
  if (namesPrice(spellings(facts.around))) return 'pay';
  return filled.some(isCredential) ? 'credentials' : null;
}

const isButton = ({ tag, type, role }: ElementFacts) =>
  tag === 'button' ||
  /^(button|submit|image)$/.test(type) ||
  !/^(input|select|textarea|option|summary)$/.test(tag)
    ? !/^(checkbox|radio|switch|tab|option|textbox|combobox)$/.test(role)
    : false;

const isCard = ({ autocomplete, name, label, filled }: FieldFacts) =>
  filled && (/\bcc-(number|csc|exp)/.test(autocomplete) || CARD_FIELD.test(name) || CARD_FIELD.test(label));

const isCredential = ({ type, autocomplete, filled }: FieldFacts) =>
  filled && (type === 'password' || /(current|new)-password|one-time-code/.test(autocomplete));

function unknownOrigin(url: string, { origin, knows }: Where): ApprovalKind | null {
  const to = originOf(url);
  return to === null || to === origin || knows(to) ? null : 'new-origin';
}

/** `button 'Cancel' (it reads 'Pay $5')`: both, when a label says one thing and the page another. */
function targetWords({ role, name, texts }: ElementFacts): string {
  const said = withoutTricks(name).slice(0, 80);
  const drawn = texts.map((text) => withoutTricks(text).slice(0, 80));
  const other = drawn.filter((text) => text !== '' && text.toLowerCase() !== said.toLowerCase());
  const aside = other.length > 0 && said !== '' ? ` (it reads '${other[0]}')` : '';
  return `${role} '${said || (other[0] ?? '')}'${aside}`;
}

function shown(field: FieldFacts, masker: Masker): { label: string; value: string } {
  const hidden = isCredential(field) || isCard(field);
  const label = masker.text(withoutTricks(field.label || field.name || field.type));
  return { label, value: hidden ? DOTS : masker.text(withoutTricks(field.value)).slice(0, 120) };
}

function judgement(about: Judgement['about'], rest: unknown[]): Judgement {
  const same = JSON.stringify([about.kind, about.origin, about.sendsTo, rest]);
  return { about, mark: createHash('sha256').update(same).digest('base64url') };
}

const pathOf = (form: FormFacts) => URL.parse(form.action)?.pathname ?? '';

/** Null for what goes to no server. */
export function originOf(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:' ? parsed.origin : null;
}

function withoutQuery(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return withoutTricks(url).slice(0, 200);
  return originOf(url) === null ? `${parsed.protocol}…` : `${parsed.origin}${parsed.pathname}`.slice(0, 200);
}
