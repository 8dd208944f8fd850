/** Takes the values that nobody may read out of whatever leaves the registry. [AGT-7] */
export interface Masker {
  text(text: string): string;
  /** A copy of a JSON value, keys and all. */
  deep<T>(value: T): T;
  /** The same error, its texts masked: playwright quotes what it was told to type. */
  error<T>(error: T): T;
  /** Every way in which a hidden value may be written, in small letters. */
  readonly forms: readonly string[];
}

export interface Hidden {
  value: string;
  /** What stands in its place. */
  shown: string;
}

export const DOTS = '•••';
export const shownSecret = (name: string) => `[secret ${name}]`;

/** A shorter one is left alone in texts: as a part of words it would blot out the page. */
const WORTH_MASKING = 3;
/** The beginning of a value that was cut off by "…" or a quote still tells a part of it. */
const CUT_AT_LEAST = 4;

export function createMasker(hidden: readonly Hidden[]): Masker {
  const forms = new Map<string, string>();
  for (const { value, shown } of hidden) {
    for (const form of formsOf(value)) {
      if (form.length >= WORTH_MASKING && !forms.has(form.toLowerCase()))
        forms.set(form.toLowerCase(), shown);
    }
  }
  const longestFirst = [...forms.keys()].sort((a, b) => b.length - a.length);
  const longest = longestFirst[0]?.length ?? 0;
  const whole = longestFirst.length > 0 ? new RegExp(longestFirst.map(escaped).join('|'), 'gi') : null;

  function text(plain: string): string {
    // A page that writes a placeholder must not have a later step resolve it.
    const inert = plain.replace(/\{(\{\s*secret:)/gi, '$1');
    if (!whole) return inert;
    return cutOff(inert.replace(whole, (found) => forms.get(found.toLowerCase()) ?? DOTS));
  }

  function cutOff(plain: string): string {
    let masked = plain;
    for (let end = masked.length; end > 0; end--) {
      if (masked[end] !== '…' && masked[end] !== "'" && end !== masked.length) continue;
      const before = masked.slice(Math.max(0, end - longest), end).toLowerCase();
      for (const [form, shown] of forms) {
        const least = Math.max(CUT_AT_LEAST, Math.ceil(form.length / 3));
        for (let length = form.length - 1; length >= least; length--) {
          if (!before.endsWith(form.slice(0, length))) continue;
          masked = masked.slice(0, end - length) + shown + masked.slice(end);
          end -= length;
          break;
        }
      }
    }
    return masked;
  }

  function deep<T>(value: T): T {
    if (typeof value === 'string') return text(value) as T;
    if (Array.isArray(value)) return value.map(deep) as T;
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), deep(item)])) as T;
  }

  function error<T>(thrown: T): T {
    if (!(thrown instanceof Error)) return thrown;
    thrown.message = text(thrown.message);
    if (thrown.stack) thrown.stack = text(thrown.stack);
    if (thrown.cause !== undefined) thrown.cause = error(thrown.cause);
    return thrown;
  }

  return { text, deep, error, forms: longestFirst };
}

/** How a value may be written in an address, in JSON, in HTML, or as base64. */
function formsOf(value: string): Set<string> {
  const percent = encodeURIComponent(value);
  const utf8 = Buffer.from(value);
  return new Set([
    value,
    value.trim(),
    value.replace(/\s+/g, ' '),
    percent,
    percent.replaceAll('%20', '+'),
    new URLSearchParams({ v: value }).toString().slice(2),
    encodeURI(value),
    JSON.stringify(value).slice(1, -1),
    value.replaceAll("'", "''"),
    value.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign),
    utf8.toString('base64'),
    utf8.toString('base64').replace(/=+$/, ''),
    utf8.toString('base64url'),
  ]);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
