export type Checked = { ok: true; playbook: Record<string, unknown> } | { ok: false; message: string };

/** Catches slips of the hand before sending; which verbs exist, and what they need, the server knows. */
export function checkPlaybook(text: string): Checked {
  if (text.trim() === '') return wrong('Write the steps first, or insert an example.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return wrong(
      `This is not valid JSON${placeOf(error, text)}. Check for a missing comma, quote or bracket.`,
    );
  }
  if (!isObject(value)) return wrong('A playbook is an object: {"steps": [ … ]}.');
  const { steps } = value;
  if (!Array.isArray(steps)) return wrong('"steps" is missing: {"steps": [ … ]}.');
  if (steps.length === 0) return wrong('"steps" is empty: add at least one step.');
  const index = steps.findIndex((step) => !isObject(step) || Object.keys(step).length !== 1);
  if (index === -1) return { ok: true, playbook: value };
  const step: unknown = steps[index];
  const verbs = isObject(step) ? Object.keys(step) : [];
  const found = verbs.length > 1 ? `has ${verbs.length} (${verbs.join(', ')})` : 'has none';
  return wrong(`Step ${index + 1} needs exactly one verb, such as {"click": …}, but ${found}.`);
}

function placeOf(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  if (position === undefined) return '';
  return ` (line ${text.slice(0, Number(position)).split('\n').length})`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(message: string): Checked {
  return { ok: false, message };
}
