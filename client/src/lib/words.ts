/** "24 hours", "90 minutes": the longest unit that needs no fraction. */
export function durationWords(ms: number): string {
  const units = [
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1_000],
  ] as const;
  const [unit, size] =
    units.find(([, unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? (['second', 1_000] as const);
  const count = Math.round(ms / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** "$1", "€1.50". */
export function priceWords(cents: number, currency: string): string {
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: cents % 100 === 0 ? 0 : 2,
  }).format(cents / 100);
}

/** "0.4 ¢", "12 ¢", "$1.20": what a model costs is mostly less than a cent. */
export function centsWords(cents: number): string {
  if (cents >= 100) return `$${(cents / 100).toFixed(2)}`;
  if (cents >= 10) return `${Math.round(cents)} ¢`;
  return `${Math.max(0.1, cents).toFixed(1)} ¢`;
}

/** "23:59:07". */
export function clockWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** "340 ms", "2.4 s", "3 min 20 s". */
export function tookWords(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** "22 Nov 2026, 14:05", in the reader's own time zone. */
export function dateWords(iso: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

/** "812 bytes", "3.4 kB", "1.2 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
