import { z } from 'zod';
import { playbookDocument } from './flow.ts';

type JsonSchema = Record<string, unknown>;

/** What is for single calls only: in a playbook it is refused. */
const FLEETING = ['ref', 'point'];

/** JSON Schema of a playbook, for editors; its steps are `$defs/PlaybookStep`. [AGT-2] */
export function playbookSchema(): JsonSchema {
  const schema = z.toJSONSchema(playbookDocument, { io: 'input' });
  const kept = JSON.stringify(schema, (key, value: unknown) =>
    key === 'properties'
      ? Object.fromEntries(Object.entries(value as JsonSchema).filter(([name]) => !FLEETING.includes(name)))
      : value,
  );
  return { title: 'Playbook', ...(JSON.parse(kept) as JsonSchema) };
}

/** The same as components of an OpenAPI document. */
export function playbookComponents(): Record<string, JsonSchema> {
  const text = JSON.stringify(playbookSchema()).replaceAll('#/$defs/', '#/components/schemas/');
  const {
    $schema: _,
    $defs,
    ...playbook
  } = JSON.parse(text) as JsonSchema & { $defs: Record<string, JsonSchema> };
  return { Playbook: playbook, ...$defs };
}
