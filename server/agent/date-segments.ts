/** One part of a date or time field: what its spin button says that it takes. */
export interface Segment {
  min: number;
  max: number;
}

type Kind = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'half';

const ISO = /^(?:(\d{4,})-(\d\d?)(?:-(\d\d?))?)?(?:[T ]?(?<=^|[T ])(\d\d?):(\d\d)(?::(\d\d))?)?$/;

/** What each part is told by its range, whatever the language: only an hour stands before minutes. */
export function kindsOf(segments: readonly Segment[]): Kind[] {
  const kinds: Kind[] = [];
  for (const [index, { max }] of segments.entries()) {
    const last = kinds.at(-1);
    if (max >= 1000) kinds.push('year');
    else if (max >= 28 && max <= 31) kinds.push('day');
    else if (max === 59) kinds.push(last === 'minute' ? 'second' : 'minute');
    else if (last === 'minute' || last === 'second') kinds.push('half');
    else kinds.push(segments[index + 1]?.max === 59 ? 'hour' : 'month');
  }
  return kinds;
}

/** The text for each part, from an ISO date or time, or from parts in the field's own order; null when unclear. */
export function splitDate(segments: readonly Segment[], value: string): string[] | null {
  const kinds = kindsOf(segments);
  const iso = ISO.exec(value.trim());
  const parts = iso && value.trim() !== '' ? fromIso(kinds, iso) : inOrder(kinds, value);
  if (!parts) return null;
  const texts = halved(segments, kinds, parts);
  return texts.every((text) => text !== undefined) ? texts : null;
}

type Parts = Partial<Record<Kind, string>>;

function fromIso(kinds: readonly Kind[], iso: RegExpExecArray): Parts | null {
  const [, year, month, day, hour, minute, second] = iso;
  const given = Object.entries({ year, month, day, hour, minute, second }).filter(([, part]) => part);
  return given.every(([kind]) => kinds.includes(kind as Kind)) ? (Object.fromEntries(given) as Parts) : null;
}

function inOrder(kinds: readonly Kind[], value: string): Parts | null {
  const tokens = value.match(/\d+|\p{L}[\p{L}.]*/gu) ?? [];
  const named = kinds.at(-1) === 'half' && tokens.length === kinds.length - 1 ? kinds.slice(0, -1) : kinds;
  if (tokens.length !== named.length) return null;
  return Object.fromEntries(named.map((kind, index) => [kind, tokens[index]]));
}

/** Hours of a whole day, where the field has two halves of twelve; numbers as wide as the part. */
function halved(segments: readonly Segment[], kinds: readonly Kind[], parts: Parts): string[] {
  const hour = Number(parts.hour);
  const half = parts.half ?? (hour >= 12 ? 'PM' : 'AM');
  const isWhole = kinds.includes('half') && parts.half === undefined;
  const all: Parts = { second: '00', ...parts, half, ...(isWhole && { hour: String(hour % 12 || 12) }) };
  return kinds.map((kind, index) => {
    const text = all[kind] as string;
    const width = kind === 'year' ? 4 : String(segments[index]?.max ?? '').length;
    return text !== undefined && /^\d+$/.test(text) ? text.padStart(width, '0') : text;
  });
}
