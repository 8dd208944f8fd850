const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

export function hasVariable(text: string): boolean {
  return text.search(PLACEHOLDER) >= 0;
}

/** The names of all `{{name}}` anywhere inside a JSON value. */
export function variablesIn(value: unknown): string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
  if (Array.isArray(value)) return value.flatMap(variablesIn);
  if (value && typeof value === 'object') return Object.values(value).flatMap(variablesIn);
  return [];
}

/** A copy with every known `{{name}}` replaced, once: a value that looks like a variable stays text. */
export function substitute<T>(value: T, variables: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') {
    return value.replace(PLACEHOLDER, (whole, name: string) =>
      Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole,
    ) as T;
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, variables)) as T;
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, substitute(item, variables)]),
    ) as T;
  }
  return value;
}
