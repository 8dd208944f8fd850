import { expect, it } from 'vitest';
import { parseCall } from './parse-step.ts';
import { VERBS } from './playbook.ts';
import { stepOfCall, TOOL_SCHEMAS } from './tool-schema.ts';

it('[AGT-1] every verb is a tool with words of its own, and all of them are small', () => {
  expect(TOOL_SCHEMAS.map(({ name }) => name)).toEqual(VERBS);
  for (const { description, inputSchema } of TOOL_SCHEMAS) {
    expect(description.length).toBeGreaterThan(10);
    expect(inputSchema.type).toBe('object');
  }
  expect(JSON.stringify(TOOL_SCHEMAS).length).toBeLessThan(10_000);
});

it('[AGT-1] a call is the step that a playbook would have', () => {
  expect(stepOfCall('navigate', { url: 'https://x.test/' })).toEqual({ navigate: 'https://x.test/' });
  expect(stepOfCall('press', { key: 'Enter' })).toEqual({ press: 'Enter' });
  expect(stepOfCall('type', { text: 'Hi' })).toEqual({ type: 'Hi' });
  expect(stepOfCall('click', { ref: 'e1' })).toEqual({ click: { ref: 'e1' } });
  for (const name of ['constructor', 'toString', '__proto__', '']) {
    expect(parseCall(stepOfCall(name, {}))).toHaveProperty('issues');
  }
});
