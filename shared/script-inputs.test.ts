import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseCall } from './parse-step.ts';
import { VERBS, verbs } from './playbook.ts';

interface Schema {
  type?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** Where a schema takes a free text, as paths. */
function textsIn(schema: Schema, path = ''): string[] {
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [
    ...(schema.type === 'string' && !schema.enum ? [path] : []),
    ...parts.flatMap((part) => textsIn(part, path)),
    ...Object.entries(schema.properties ?? {}).flatMap(([key, item]) => textsIn(item, `${path}.${key}`)),
    ...(schema.items ? textsIn(schema.items, `${path}[]`) : []),
  ];
}

/** What each free text is: looked for, compared, typed, or an address. None of it is ever run. */
const TARGET = ['.role', '.name', '.label', '.text', '.placeholder', '.css', '.ref'];
const KNOWN: Record<string, string[]> = {
  navigate: [''],
  press: [''],
  type: [''],
  tab: ['.switch', '.new'],
  drag: [...TARGET, ...TARGET.map((path) => `.to${path}`)],
  fill: [...TARGET, '.value'],
  select: [...TARGET, '.option'],
  selectText: [...TARGET, '.part'],
  upload: [
    ...TARGET,
    ...['name', 'content', 'base64', 'artifact', 'mimeType'].map((key) => `.files[].${key}`),
  ],
  download: [...TARGET, '.as'],
  waitFor: [...TARGET, '.url'],
  assert: [...TARGET, '.equals', '.contains', '.url', '.value'],
  extract: [...TARGET, '.as', '.attribute'],
  snapshot: ['.ref', '.find'],
  click: TARGET,
  hover: TARGET,
  scroll: TARGET,
  back: [],
  screenshot: [],
};

it.each(VERBS)('[AGT-9] %s takes no script: every text that it takes is known, and none is run', (verb) => {
  const found = textsIn(z.toJSONSchema(verbs[verb], { io: 'input' }) as Schema);
  expect(found.toSorted()).toEqual((KNOWN[verb] ?? []).toSorted());
  expect(found.join(' ')).not.toMatch(/script|code|eval|function|expression|xpath|html|\bjs\b/i);
});

it.each([
  { navigate: 'javascript:alert(1)' },
  { navigate: 'data:text/html,<script>alert(1)</script>' },
  { navigate: 'view-source:https://example.com' },
  { navigate: 'file:///etc/passwd' },
  { navigate: 'chrome://settings' },
  { tab: { new: 'javascript:alert(1)' } },
  { evaluate: '1 + 1' },
  { script: 'alert(1)' },
  { click: { xpath: '//button' } },
  { click: { css: 'button', script: 'alert(1)' } },
])('[AGT-9] refuses %j', (call) => expect(parseCall(call)).toHaveProperty('issues'));
