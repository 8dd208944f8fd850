import type { ToolOutput } from './tool.ts';

const MAX_ITEMS = 1_000;

/** What steps may use by {{name}}: variables, and what was extracted; a list as one text. */
export function valuesOf(
  variables: Readonly<Record<string, string>>,
  result: Record<string, unknown> | null,
): Record<string, string> {
  const texts = Object.entries(result ?? {}).flatMap(([name, value]) => {
    if (typeof value === 'string') return [[name, value]];
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return isList ? [[name, value.join(', ')]] : [];
  });
  return { ...variables, ...Object.fromEntries(texts) };
}

/** A step's values as the task is to keep them: lists that are added to go on behind what is there. */
export function addResult(
  kept: Record<string, unknown> | null,
  { result, append }: ToolOutput,
): Record<string, unknown> | undefined {
  if (!result || !append) return result;
  const added = Object.entries(result).map(([name, items]) => {
    const before = Array.isArray(kept?.[name]) ? (kept[name] as unknown[]) : [];
    return [name, [...before, ...(items as unknown[])].slice(0, MAX_ITEMS)];
  });
  return Object.fromEntries(added);
}
