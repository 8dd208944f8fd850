import { describe, expect, it } from 'vitest';
import { assertUsableSchema, resultProblem } from './result-schema.ts';

const schema = {
  type: 'object',
  properties: { price: { type: 'number' }, when: { type: 'string', format: 'date' } },
  required: ['price'],
  additionalProperties: false,
};

describe('a result by the caller’s schema', () => {
  it.each([
    [{ price: 3 }, null],
    [{ price: 3, when: '2026-01-01' }, null],
    [{ price: '3' }, /result\/price must be number/],
    [{}, /must have required property 'price'/],
    [{ price: 3, more: 1 }, /additional/],
    ['3', /must be object/],
  ])('[AGT-3] %j', (value, problem) => {
    const found = resultProblem(schema, value);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toMatch(problem);
  });

  it.each([
    [{ type: 'objekt' }, /no JSON Schema/],
    [{ properties: 3 }, /no JSON Schema/],
    [{ $ref: 'https://a.example/schema.json' }, /can't resolve reference/],
    [{ enum: ['x'.repeat(20_000)] }, /16 KiB/],
  ])('[AGT-3] refuses a schema that cannot be used: %#', (bad, problem) => {
    expect(() => assertUsableSchema(bad)).toThrow(problem);
  });

  it('[AGT-3] a pattern that never ends is cut short', () => {
    const slow = { type: 'string', pattern: '^(a+)+$' };
    expect(() => assertUsableSchema(slow)).not.toThrow();
    expect(resultProblem(slow, `${'a'.repeat(50)}b`)).toMatch(/too long to check/);
  });

  it('[AGT-3] references that multiply are cut short', () => {
    const names = Array.from({ length: 60 }, (_, at) => `d${at}`);
    const twice = (at: number) => ({ allOf: [{ $ref: `#/$defs/d${at}` }, { $ref: `#/$defs/d${at}` }] });
    const $defs = Object.fromEntries(names.map((name, at) => [name, at === 59 ? true : twice(at + 1)]));
    expect(resultProblem({ $defs, $ref: '#/$defs/d0' }, 1)).toMatch(/too long to check/);
  });
});
